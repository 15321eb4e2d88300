package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A system without a free port: a network namespace with one port. */
class PortShortageTest extends WinsockContract {
    private static final String ENTER =
            "ip link set lo up && echo 40000 40000 > /proc/sys/net/ipv4/ip_local_port_range"
                    + " && exec \"$@\"";

    private static Process inNamespace(String... command) throws Exception {
        String[] all = new String[command.length + 5];
        System.arraycopy(new String[] {"unshare", "-rn", "bash", "-c", ENTER}, 0, all, 0, 5);
        System.arraycopy(command, 0, all, 5, command.length);
        return new ProcessBuilder(all).redirectErrorStream(true).start();
    }

    @Test // DOC bind, connect: WSAENOBUFS; C32 where the port was bound before
    void everyCallThatNeedsAPortSaysThatThereIsNone() throws Exception {
        assumeTrue(inNamespace("bash", "true").waitFor() == 0, "namespaces are to be had");
        String classes = place(Winsock.class) + ":" + place(OnePort.class);
        Process process =
                inNamespace(
                        "bash",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dlapwing.engine=" + System.getProperty("lapwing.engine", "auto"),
                        "-cp",
                        classes,
                        OnePort.class.getName());
        closing(() -> process.destroyForcibly().waitFor());
        String said =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(said.lines())
                .containsExactly(
                        "bind UDP WSAENOBUFS",
                        "connect UDP WSAENOBUFS",
                        "sendto WSAENOBUFS",
                        "bind TCP WSAENOBUFS",
                        "connect TCP WSAENOBUFS",
                        "ConnectEx with a late port 10055",
                        "ConnectEx to the same peer again 10048");
    }

    private static Path place(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }
}
