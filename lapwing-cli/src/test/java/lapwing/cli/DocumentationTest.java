package lapwing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lapwing.winsock.Winsock;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs in the documents, compiled and run as a reader would: {@code java Echo.java}. */
class DocumentationTest {
    private static final Pattern PROGRAM =
            Pattern.compile("```java\n(.*?void main\\(.*?)```", Pattern.DOTALL);
    private static final String PORT = "7777";

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/porting.md"})
    void serverInTheDocumentAnswersOneClientAfterTheOther(String document) throws Exception {
        int port = freePort();
        Path source = folder.resolve("Echo.java");
        Files.writeString(source, program(document).replace(PORT, String.valueOf(port)));
        Path log = folder.resolve("log");
        Process server =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                library(),
                                source.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(40))
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> !server.isAlive() || answers(port, "are you there?"));
            for (int i = 0; i < 3; i++) {
                assertThat(answers(port, "client " + i)).as(Files.readString(log)).isTrue();
            }
        } finally {
            server.destroyForcibly();
        }
    }

    private static String program(String document) throws IOException {
        Matcher matcher = PROGRAM.matcher(Files.readString(Path.of("..", document)));
        assertThat(matcher.find()).as("a program in " + document).isTrue();
        return matcher.group(1);
    }

    /** Where the library is, as a class path. */
    private static String library() throws URISyntaxException {
        return Path.of(Winsock.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }

    private static int freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        }
    }

    /** True if a text comes back, and the end behind it. */
    private static boolean answers(int port, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII).equals(text);
        } catch (IOException e) {
            return false;
        }
    }
}
