package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server whose heap is used up for a moment, in a JVM of its own. */
class HeapShortageTest extends WinsockContract {
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void whatIsStartedAfterAShortageOfHeapCompletes(int concurrency) throws Exception {
        String classes = ShortOfDescriptors.origin(Winsock.class).toString();
        String tests = ShortOfDescriptors.origin(ShortOfHeap.class).toString();
        Process server =
                new ProcessBuilder(
                                System.getProperty("java.home") + "/bin/java",
                                "-Xmx24m",
                                "-XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dlapwing.engine=" + System.getProperty("lapwing.engine", "auto"),
                                "-cp",
                                classes + ":" + tests,
                                ShortOfHeap.class.getName(),
                                String.valueOf(concurrency))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        closing(() -> server.destroyForcibly().waitFor());
        String said = new String(server.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(said.strip()).isEqualTo("works");
    }
}
