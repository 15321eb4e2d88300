package lapwing.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A backend that answers and breaks the connection, and a client that reads nothing before the
 * gateway knows.
 */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class AnswerThenResetTest {
    private static final int ANSWER = 300_000;
    private static final int REQUEST = 100;
    private static final int PIECE = 128 << 10;
    private static final long STANDSTILL = 500_000_000L;

    private final CountDownLatch mayReset = new CountDownLatch(1);

    private TestBackend backend;

    @BeforeEach
    void answerAndReset() throws IOException {
        backend =
                TestBackend.with((socket, in, out) -> {
                    in.read(); // and leaves the rest of the request unread
                    out.write(new byte[ANSWER]);
                    awaitAcknowledged(socket);
                    mayReset.await(20, TimeUnit.SECONDS);
                    socket.setSoLinger(true, 0);
                });
    }

    /**
     * What the gateway's kernel has not got yet is lost by the reset, whatever the gateway does.
     */
    private static void awaitAcknowledged(Socket socket) {
        String line =
                String.format(
                        ".*:%04X [0-9A-F]+:%04X 0[18] 00000000:.*",
                        socket.getLocalPort(), socket.getPort());
        await().atMost(Duration.ofSeconds(10))
                .until(() ->
                        Stream.of("/proc/net/tcp", "/proc/net/tcp6")
                                .flatMap(AnswerThenResetTest::lines)
                                .anyMatch(l -> l.matches(line)));
    }

    private static Stream<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file)).stream();
        } catch (IOException e) {
            return Stream.of();
        }
    }

    @AfterEach
    void close() throws IOException {
        mayReset.countDown();
        backend.close();
    }

    /** A client whose kernel takes little of what it has not read. */
    private static Socket ask(Gateway gateway) throws IOException {
        Socket client = new Socket();
        client.setReceiveBufferSize(4 << 10);
        client.setSoTimeout(10_000);
        client.connect(gateway.address(), 10_000);
        client.getOutputStream().write(new byte[REQUEST]);
        return client;
    }

    private static void breakOff(Socket client) throws IOException {
        client.setSoLinger(true, 0);
        client.close();
    }

    private void reset(Gateway gateway) {
        Setup.until(gateway, t -> t.connected() == 1);
        mayReset.countDown();
        Setup.until(gateway, t -> backend.isQuiet());
    }

    private static void readsAllThenReset(Socket client) throws IOException {
        InputStream in = client.getInputStream();
        assertThat(in.readNBytes(ANSWER)).hasSize(ANSWER);
        assertThatThrownBy(in::read).isInstanceOf(SocketException.class);
    }

    @Test
    void slowClientGetsAllOfItAndThenTheReset() throws Exception {
        try (Gateway gateway = new Setup().to(backend).start();
                Socket client = ask(gateway)) {
            reset(gateway);
            assertThat(gateway.totals().ended(End.BACKEND_RESET)).isZero();
            readsAllThenReset(client);
            Setup.until(gateway, t -> t.ended(End.BACKEND_RESET) == 1);
            assertThat(gateway.totals().bytesDown()).isEqualTo(ANSWER);
        }
    }

    @Test
    void clientThatHasEndedItsRequestGetsAllOfIt() throws Exception {
        try (Gateway gateway = new Setup().to(backend).start();
                Socket client = ask(gateway)) {
            client.shutdownOutput();
            reset(gateway);
            readsAllThenReset(client);
            Setup.until(gateway, t -> t.ended(End.BACKEND_RESET) == 1);
        }
    }

    @Test
    void clientThatEndsItsRequestAfterTheResetGetsAllOfIt() throws Exception {
        try (Gateway gateway = new Setup().to(backend).start();
                Socket client = ask(gateway)) {
            reset(gateway);
            client.shutdownOutput();
            readsAllThenReset(client);
            Setup.until(gateway, t -> t.ended(End.BACKEND_RESET) == 1);
        }
    }

    @Test
    void clientThatGoesOnWritingGetsAllOfIt() throws Exception {
        try (Gateway gateway = new Setup().to(backend).start();
                Socket client = ask(gateway)) {
            reset(gateway);
            client.getOutputStream().write(new byte[4 << 20]); // reads only when that is out
            readsAllThenReset(client);
            Setup.until(gateway, t -> t.ended(End.BACKEND_RESET) == 1);
        }
    }

    /**
     * The answer is more than the gateway can pass on, and the gateway learns of the reset by
     * sending: what it has not yet received by then is with its kernel, and is the client's.
     */
    @Test
    void clientThatGoesOnWritingGetsWhatTheGatewayHasNotYetReceived() throws Exception {
        CompletableFuture<Integer> said = new CompletableFuture<>();
        try (TestBackend full =
                        TestBackend.with((socket, in, out) -> {
                            in.read();
                            said.complete(writeUntilNothingMoves(socket, out));
                            mayReset.await(20, TimeUnit.SECONDS);
                            socket.setSoLinger(true, 0);
                        });
                Gateway gateway = new Setup().to(full).start();
                Socket client = ask(gateway)) {
            int answer = said.get(20, TimeUnit.SECONDS);
            mayReset.countDown();
            Setup.until(gateway, t -> full.isQuiet());
            client.getOutputStream().write(new byte[4 << 20]); // reads only when that is out
            InputStream in = client.getInputStream();
            assertThat(in.readNBytes(answer)).hasSize(answer);
            assertThatThrownBy(in::read).isInstanceOf(SocketException.class);
            Setup.until(gateway, t -> t.ended(End.BACKEND_RESET) == 1);
        }
    }

    /** Returns how much the gateway's kernel has got. */
    private static int writeUntilNothingMoves(Socket socket, OutputStream out) throws IOException {
        int sum = 0;
        long moved = System.nanoTime();
        int left = 0;
        while (System.nanoTime() - moved < STANDSTILL) {
            int now = unacknowledged(socket);
            if (now == 0) {
                out.write(new byte[PIECE]);
                sum += PIECE;
            }
            moved = now == left && now > 0 ? moved : System.nanoTime();
            left = now;
        }
        return sum - left;
    }

    private static int unacknowledged(Socket socket) {
        Pattern line =
                Pattern.compile(
                        String.format(
                                ".*:%04X [0-9A-F]+:%04X 0[18] ([0-9A-F]{8}):.*",
                                socket.getLocalPort(), socket.getPort()));
        return Stream.of("/proc/net/tcp", "/proc/net/tcp6")
                .flatMap(AnswerThenResetTest::lines)
                .map(line::matcher)
                .filter(Matcher::matches)
                .mapToInt(m -> Integer.parseInt(m.group(1), 16))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void manySlowClientsGetAllOfIt() throws Exception {
        Socket[] clients = new Socket[5];
        try (Gateway gateway = new Setup().to(backend).start()) {
            for (int i = 0; i < clients.length; i++) {
                clients[i] = ask(gateway);
            }
            Setup.until(gateway, t -> t.connected() == clients.length);
            mayReset.countDown();
            Setup.until(gateway, t -> backend.isQuiet());
            for (Socket client : clients) {
                readsAllThenReset(client);
                client.close();
            }
            Setup.until(gateway, t -> t.ended(End.BACKEND_RESET) == clients.length);
        }
    }

    @Test
    void answerThatHasEndedOrderlyIsWholeAndEndsOrderly() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        try (TestBackend ending =
                        TestBackend.with((socket, in, out) -> {
                            in.read();
                            out.write(new byte[ANSWER]);
                            awaitAcknowledged(socket);
                            socket.shutdownOutput();
                            told.await(20, TimeUnit.SECONDS);
                            socket.setSoLinger(true, 0);
                        });
                Gateway gateway = new Setup().to(ending).start();
                Socket client = ask(gateway)) {
            Setup.until(gateway, t -> t.connected() == 1);
            told.countDown();
            Setup.until(gateway, t -> ending.isQuiet());
            assertThat(client.getInputStream().readAllBytes()).hasSize(ANSWER);
        }
    }

    @Test
    void clientThatTakesNothingIsGivenUpAfterTheIdleTime() throws Exception {
        try (Gateway gateway = new Setup().to(backend).idle(Duration.ofMillis(600)).start();
                Socket client = ask(gateway)) {
            reset(gateway);
            Setup.until(gateway, t -> t.ended(End.IDLE) == 1);
            assertThat(client.isClosed()).isFalse();
        }
    }

    @Test
    void clientThatResetsMeanwhileIsOver() throws Exception {
        try (Gateway gateway = new Setup().to(backend).start();
                Socket client = ask(gateway)) {
            reset(gateway);
            breakOff(client);
            Setup.until(gateway, t -> t.open() == 0);
        }
    }

    @Test
    void stopCutsItAtTheEndOfTheDrain() throws Exception {
        try (Gateway gateway = new Setup().to(backend).start();
                Socket client = ask(gateway)) {
            reset(gateway);
            CompletableFuture<Boolean> stopped =
                    CompletableFuture.supplyAsync(() -> {
                        try {
                            return gateway.stop(Duration.ofMillis(200));
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                    });
            assertThat(stopped.get(10, TimeUnit.SECONDS)).isTrue();
            assertThat(gateway.totals().ended(End.DRAIN)).isEqualTo(1);
            assertThat(client.isClosed()).isFalse();
        }
    }
}
