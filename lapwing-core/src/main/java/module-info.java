import org.jspecify.annotations.NullMarked;

/**
 * The Windows overlapped-socket calls on the JVM, for Linux, without any run-time dependency.
 *
 * <p>A reader who knows Winsock starts at {@link lapwing.winsock}: {@code AcceptEx}, {@code
 * ConnectEx}, {@code DisconnectEx} and the completion port, under their own names and with their
 * own errors. The packages below it, the engines that carry the calls out, are not exported: which
 * of them is at work shows only in speed.
 *
 * <p>The engine on io_uring calls the kernel directly, so programs grant this module native access
 * with {@code --enable-native-access=lapwing}, or {@code ALL-UNNAMED} when it is on the class path.
 */
@NullMarked
@SuppressWarnings("module") // lapwing.cli is built later
module lapwing {
    requires jdk.jfr;
    requires jdk.net;
    requires static org.jspecify; // not transitive: a user of the library need not have it

    exports lapwing.winsock;
    exports lapwing.engine to
            lapwing.cli;
    exports lapwing.engine.choice to
            lapwing.cli;
}
