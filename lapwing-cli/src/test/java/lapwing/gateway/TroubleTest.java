package lapwing.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import lapwing.winsock.Kernel32;
import org.junit.jupiter.api.Test;

/** Peers that misbehave; in each test another client is served all the while. */
class TroubleTest {
    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private static void assertServes(Gateway gateway) throws IOException {
        try (Socket client = Setup.connect(gateway)) {
            TestBackend.writeLine(client.getOutputStream(), "still there?");
            assertThat(TestBackend.readLine(client.getInputStream())).isEqualTo("still there?");
        }
    }

    @Test
    void clientMayResetBeforeItSaysAnything() throws IOException {
        for (String firstData : new String[] {"required", "wait=30s", "none"}) {
            try (TestBackend backend = TestBackend.echo();
                    Gateway gateway = new Setup().to(backend).firstData(firstData).start()) {
                for (int i = 0; i < 20; i++) {
                    reset(Setup.connect(gateway));
                }
                assertServes(gateway);
            }
        }
    }

    @Test
    void resetOfTheClientReachesTheBackend() throws Exception {
        CompletableFuture<String> seen = new CompletableFuture<>();
        try (TestBackend backend =
                        TestBackend.with((socket, in, out) -> {
                            try {
                                in.read();
                                out.write(1);
                                seen.complete("read " + in.read());
                            } catch (SocketException e) {
                                seen.complete("reset");
                            }
                        });
                Gateway gateway = new Setup().to(backend).start()) {
            Socket client = Setup.connect(gateway);
            client.getOutputStream().write(1);
            assertThat(client.getInputStream().read()).isEqualTo(1);
            reset(client);
            assertThat(seen.get(10, TimeUnit.SECONDS)).isEqualTo("reset");
            Setup.until(gateway, t -> t.ended(End.CLIENT_RESET) == 1);
        }
    }

    @Test
    void resetOfTheBackendReachesTheClient() throws IOException {
        try (TestBackend backend =
                        TestBackend.with((socket, in, out) -> {
                            in.read();
                            socket.setSoLinger(true, 0);
                        });
                Gateway gateway = new Setup().to(backend).start();
                Socket client = Setup.connect(gateway)) {
            client.getOutputStream().write(1);
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketException.class);
            Setup.until(gateway, t -> t.ended(End.BACKEND_RESET) == 1);
        }
    }

    @Test
    void clientMayResetInTheMiddleOfATransfer() throws IOException {
        try (TestBackend backend = TestBackend.echo();
                Gateway gateway = new Setup().to(backend).start()) {
            for (int i = 0; i < 20; i++) {
                Socket client = Setup.connect(gateway);
                OutputStream out = client.getOutputStream();
                out.write(new byte[10_000 * (i + 1)]);
                client.getInputStream().readNBytes(i * 100);
                reset(client);
            }
            assertServes(gateway);
            Setup.until(gateway, t -> t.ended(End.CLIENT_RESET) == 20);
        }
    }

    /** Lets the only worker do something between two packets. */
    private static void onWorker(Gateway gateway, Consumer<Worker> action) {
        Worker worker = gateway.workers.getFirst();
        TunnelOperation op =
                new TunnelOperation(worker.tunnels.getFirst()) {
                    @Override
                    void ended(int status, int bytes) {
                        tunnel.pending++; // complete has taken away what nobody had counted
                        action.accept(worker);
                    }
                };
        Kernel32.PostQueuedCompletionStatus(worker.port, 0, 0, op);
    }

    @Test
    void errorWhileAnAcceptIsPostedHurtsNobody() throws IOException {
        try (TestBackend backend = TestBackend.echo();
                Gateway gateway =
                        new Setup()
                                .to(backend)
                                .firstData("required")
                                .accepts(1)
                                .maxConnections(1)
                                .start()) {
            for (int i = 0; i < 3; i++) {
                try (Socket client = Setup.connect(gateway)) {
                    TestBackend.writeLine(client.getOutputStream(), "x");
                    assertThat(TestBackend.readLine(client.getInputStream())).isEqualTo("x");
                    onWorker(gateway, w -> w.firstBlocks.give(null)); // the next one takes it
                }
            }
            assertServes(gateway);
            assertThat(gateway.hasFailed()).isFalse();
            assertThat(gateway.totals().ended(End.FAULT)).isZero();
        }
    }

    @Test
    void stallingBackendHoldsUpNobodyElse() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (TestBackend stalling =
                        TestBackend.with((socket, in, out) -> over.await(20, TimeUnit.SECONDS));
                TestBackend echo = TestBackend.echo();
                Gateway gateway = new Setup().to(stalling, echo).start();
                Socket stuck = Setup.connect(gateway)) {
            CompletableFuture<Void> writer =
                    CompletableFuture.runAsync(() -> {
                        try {
                            stuck.getOutputStream().write(new byte[32 << 20]);
                        } catch (IOException e) {
                            // cut at the end of the test
                        }
                    });
            assertServes(gateway);
            assertThat(writer).isNotDone();
        } finally {
            over.countDown();
        }
    }

    @Test
    void answerOfABackendThatClosesEarlyArrives() throws IOException {
        try (TestBackend backend =
                        TestBackend.with((socket, in, out) -> {
                            in.read();
                            TestBackend.writeLine(out, "413 too much");
                            // closed with unread data: the kernel sends a reset
                        });
                Gateway gateway = new Setup().to(backend).start();
                Socket client = Setup.connect(gateway)) {
            try {
                client.getOutputStream().write(new byte[1 << 20]);
            } catch (SocketException e) {
                // the reset may be here already
            }
            assertThat(TestBackend.readLine(client.getInputStream())).isEqualTo("413 too much");
        }
    }

    @Test
    void backendMaySendBeforeItIsAsked() throws IOException {
        try (TestBackend backend =
                        TestBackend.with((socket, in, out) -> {
                            TestBackend.writeLine(out, "early");
                            TestBackend.writeLine(out, TestBackend.readLine(in));
                        });
                Gateway gateway = new Setup().to(backend).firstData("required").start();
                Socket client = Setup.connect(gateway)) {
            TestBackend.writeLine(client.getOutputStream(), "question");
            assertThat(TestBackend.readLine(client.getInputStream())).isEqualTo("early");
            assertThat(TestBackend.readLine(client.getInputStream())).isEqualTo("question");
        }
    }

    @Test
    void idleConnectionIsCut() throws IOException {
        try (TestBackend backend = TestBackend.echo();
                Gateway gateway = new Setup().to(backend).idle(Duration.ofMillis(300)).start();
                Socket client = Setup.connect(gateway)) {
            for (int i = 0; i < 5; i++) {
                TestBackend.writeLine(client.getOutputStream(), "busy");
                assertThat(TestBackend.readLine(client.getInputStream())).isEqualTo("busy");
            }
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketException.class);
            Setup.until(gateway, t -> t.ended(End.IDLE) == 1);
        }
    }
}
