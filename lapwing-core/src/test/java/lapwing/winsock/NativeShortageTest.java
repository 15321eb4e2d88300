package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A program whose native memory is used up, in a JVM of its own. */
class NativeShortageTest extends WinsockContract {
    @Test
    void wantOfNativeMemoryIsToldAndPasses() throws Exception {
        String classes = ShortOfDescriptors.origin(Winsock.class).toString();
        String tests = ShortOfDescriptors.origin(ShortOfNative.class).toString();
        Process program =
                new ProcessBuilder(
                                "bash",
                                "-c",
                                "ulimit -v 1500000 && exec \"$@\"",
                                "bash",
                                System.getProperty("java.home") + "/bin/java",
                                "-Xint", // a compiler without memory would end the JVM
                                "-Xmx64m",
                                "-XX:+UseSerialGC",
                                "-XX:CompressedClassSpaceSize=32m",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dlapwing.engine=" + System.getProperty("lapwing.engine", "auto"),
                                "-cp",
                                classes + ":" + tests,
                                ShortOfNative.class.getName())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        closing(() -> program.destroyForcibly().waitFor());
        String said =
                new String(program.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(said.strip()).isEqualTo("works");
    }
}
