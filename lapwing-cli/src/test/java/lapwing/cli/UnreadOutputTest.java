package lapwing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gateway with its output in a pipe that is full and that nobody reads. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class UnreadOutputTest {
    /** A pipe open for reading as well never breaks; 64 KiB are what it holds. */
    private static final String FULL_PIPE_N =
            "mkfifo \"$0\" && exec %d<>\"$0\" && dd if=/dev/zero bs=65536 count=1 >&%d 2>/dev/null"
                    + " && exec \"$@\"";

    @TempDir private Path folder;

    private List<String> fullPipe(int descriptor) {
        String script = FULL_PIPE_N.replace("%d", String.valueOf(descriptor));
        return List.of("bash", "-c", script, folder.resolve("pipe").toString());
    }

    /** A line for each connection with -v; a warning at the first one without. */
    @ParameterizedTest
    @CsvSource({"uring, debug", "selector, debug", "uring, info", "selector, info"})
    void logThatIsNotReadHoldsUpNoConnection(String engine, String level) throws Exception {
        try (ServerSocket backend = backend();
                GatewayProcess gateway =
                        GatewayProcess.start(
                                fullPipe(2), arguments(backend, engine, "--log-level", level))) {
            for (int i = 0; i < (level.equals("debug") ? BackgroundWriter.ROOM + 500 : 10); i++) {
                assertThat(answers(gateway.port())).isTrue();
            }
            assertThat(gateway.stopWithin(3)).isZero();
            if (level.equals("debug")) {
                assertThat(gateway.output())
                        .containsPattern("[1-9]\\d* lines of the log were left");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"uring", "selector"})
    void standardOutputThatIsNotReadHoldsUpNeitherStartNorStop(String engine) throws Exception {
        int port = freePort();
        try (ServerSocket backend = backend();
                GatewayProcess gateway =
                        GatewayProcess.startUnheard(
                                fullPipe(1),
                                port,
                                arguments(backend, engine, "--listen", "127.0.0.1:" + port))) {
            assertThat(answers(port)).isTrue();
            assertThat(gateway.stopWithin(3)).isZero();
        }
    }

    @Test
    void logThatIsReadLosesNothing() throws Exception {
        try (ServerSocket backend = backend();
                GatewayProcess gateway = GatewayProcess.start(arguments(backend, "auto", "-v"))) {
            for (int i = 0; i < 100; i++) {
                assertThat(answers(gateway.port())).isTrue();
            }
            assertThat(gateway.stop()).isZero();
            assertThat(gateway.errors().lines().filter(line -> line.contains(" debug ")))
                    .hasSize(100);
            assertThat(gateway.output()).doesNotContain("left out");
        }
    }

    /** The second backend refuses: each other connection has something to warn of. */
    private static String[] arguments(ServerSocket backend, String engine, String... more) {
        String to = "127.0.0.1:" + backend.getLocalPort();
        List<String> words = new ArrayList<>(List.of(more));
        if (!words.contains("--listen")) {
            words.addAll(List.of("--listen", "127.0.0.1:0"));
        }
        words.addAll(List.of("--engine", engine, "--to", to + ",127.0.0.1:1"));
        return words.toArray(String[]::new);
    }

    private static boolean answers(int port) throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.setSoTimeout(10_000);
            client.getOutputStream().write('x');
            return client.getInputStream().read() == 'x' && client.getInputStream().read() == -1;
        }
    }

    /** Sends back one byte and closes. */
    private static ServerSocket backend() throws IOException {
        ServerSocket backend = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        Thread.ofVirtual()
                .start(() -> {
                    while (!backend.isClosed()) {
                        try (Socket socket = backend.accept()) {
                            socket.getOutputStream().write(socket.getInputStream().read());
                        } catch (IOException e) {
                            // the client, or the test, is over
                        }
                    }
                });
        return backend;
    }

    private static int freePort() throws IOException {
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return closed.getLocalPort();
        }
    }
}
