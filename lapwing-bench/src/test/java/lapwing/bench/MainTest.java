package lapwing.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import lapwing.bench.peers.Peers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private static final int SIZE = 300;

    /** How a program has ended. */
    private record Answer(int status, String text) {}

    private static Answer run(String... words) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.add(Main.class.getName());
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            String text =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Answer(process.exitValue(), text);
        } finally {
            process.destroyForcibly();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "server, --prot, 7",
        "server, --mode, loud",
        "server, --size, 2147483647",
        "server, --threads, 100000",
        "server, --accepts, 0",
        "client, --close, nobody",
        "client, --engine, steam",
        "client, --conns, 2000000000",
        "client, --time, 1e5",
        "client, --pid, x",
        "client, --cpu, x",
        "peer, --port, 7",
        "compare, --round, 7"
    })
    void wrongArgumentIsNamedAndEndsWithStatusTwo(String program, String name, String value)
            throws Exception {
        Answer answer = run(program, name, value);
        assertThat(answer.status()).as(answer.text()).isEqualTo(2);
        assertThat(answer.text()).contains(program.equals("peer") ? "nio2" : name);
        assertThat(answer.text()).doesNotContain("Exception");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "server --help", "client -h", "peer nio --help"})
    void helpIsPrintedAndNoFailure(String words) throws Exception {
        Answer answer = run(words.split(" "));
        assertThat(answer.status()).isZero();
        assertThat(answer.text()).startsWith("usage: lapwing-bench ");
    }

    @Test
    void helpNamesEveryOption() {
        assertThat(Help.of("server")).contains(dashed(Main.SERVER_OPTIONS));
        assertThat(Help.of("client")).contains(dashed(Main.CLIENT_OPTIONS));
        assertThat(Help.of("peer")).contains(dashed(Main.PEER_OPTIONS)).contains(Peers.NAMES);
    }

    private static List<String> dashed(String... options) {
        return Stream.of(options).map(option -> "--" + option + " ").toList();
    }

    @Test
    void moreThanTheMemoryHoldsIsSaidInOneLine() throws Exception {
        Answer answer = run("client", "--conns", "100000", "--size", "1048576", "--warmup", "0");
        assertThat(answer.status()).isEqualTo(1);
        assertThat(answer.text()).startsWith("lapwing-bench client: not enough memory");
        assertThat(answer.text().lines()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"server", "peer nio", "peer nio2", "peer netty-nio"})
    void addressInUseIsSaidInOneLine(String program) throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            List<String> words = new ArrayList<>(List.of(program.split(" ")));
            words.addAll(List.of("--port", "" + taken.getLocalPort()));
            Answer answer = run(words.toArray(String[]::new));
            assertThat(answer.status()).isEqualTo(1);
            assertThat(answer.text())
                    .contains("bind port " + taken.getLocalPort() + ": ")
                    .containsPattern("WSAEADDRINUSE|Address already in use");
            assertThat(answer.text().lines().filter(l -> l.startsWith("lapwing-bench"))).hasSize(1);
        }
    }

    private static Answer client(int port, String mode) throws Exception {
        String[] words = {
            "client",
            "--port",
            "" + port,
            "--mode",
            mode,
            "--size",
            "" + SIZE,
            "--conns",
            "4",
            "--close",
            "client",
            "--warmup",
            "0.1",
            "--time",
            "0.3"
        };
        return run(words);
    }

    @Test
    void echoClientCountsReplies() throws Exception {
        try (Mirror mirror = new Mirror(0)) {
            Answer answer = client(mirror.port(), "echo");
            assertThat(answer.text()).contains("\"mode\":\"echo\"", "\"errors\":0");
            assertThat(answer.text()).doesNotContain("\"ops\":0");
            assertThat(answer.status()).isZero();
        }
    }

    @Test
    void shortClientCountsReplies() throws Exception {
        try (Mirror mirror = new Mirror(0)) {
            Answer answer = client(mirror.port(), "short");
            assertThat(answer.text()).contains("\"mode\":\"connect\"", "\"errors\":0");
            assertThat(answer.text()).doesNotContain("\"ops\":0");
        }
    }

    @ParameterizedTest
    @CsvSource({"echo", "short"})
    void oneWrongByteIsAnError(String mode) throws Exception {
        try (Mirror mirror = new Mirror(1)) {
            Answer answer = client(mirror.port(), mode);
            assertThat(answer.text()).contains("\"ops\":0", "other bytes than were sent");
        }
    }

    @Test
    void refusedConnectionsAreErrorsAndTheClientEnds() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0)) {
            port = closed.getLocalPort();
        }
        Answer answer = client(port, "echo");
        assertThat(answer.text())
                .contains("\"ops\":0", "\"first_error\":\"CONNECT: WSAECONNREFUSED\"");
        assertThat(answer.text()).contains("nothing was measured: CONNECT: WSAECONNREFUSED");
        assertThat(answer.status()).isEqualTo(1);
    }

    @Test
    void serverThatNeverAnswersLetsTheClientFail() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.ofLiteral("0.0.0.0"))) {
            Answer answer = client(silent.getLocalPort(), "echo");
            assertThat(answer.text()).contains("\"ops\":0", "\"errors\":0", "--mode");
            assertThat(answer.status()).isEqualTo(1);
        }
    }

    /** An echo server that may spoil the last byte of what it sends back. */
    private static final class Mirror implements AutoCloseable {
        private final ServerSocket listener =
                new ServerSocket(0, 50, InetAddress.ofLiteral("0.0.0.0"));
        private final int spoilt;

        Mirror(int spoilt) throws IOException {
            this.spoilt = spoilt;
            Thread.ofVirtual().start(this::accept);
        }

        int port() {
            return listener.getLocalPort();
        }

        private void accept() {
            try {
                while (true) {
                    Socket socket = listener.accept();
                    Thread.ofVirtual().start(() -> serve(socket));
                }
            } catch (IOException e) {
                // closed
            }
        }

        private void serve(Socket socket) {
            try (socket) {
                InputStream in = socket.getInputStream();
                OutputStream out = socket.getOutputStream();
                for (byte[] b = in.readNBytes(SIZE); b.length > 0; b = in.readNBytes(SIZE)) {
                    b[b.length - 1] += (byte) spoilt;
                    out.write(b);
                }
            } catch (IOException e) {
                // the client has ended
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}
