package lapwing.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import lapwing.engine.choice.Engines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FirstDataTest {
    @Test
    void firstDataGoesAlongWithTheConnection() throws IOException {
        try (TestBackend backend = TestBackend.named("b");
                Gateway gateway = new Setup().to(backend).firstData("required").start();
                Socket client = Setup.connect(gateway)) {
            TestBackend.writeLine(client.getOutputStream(), "hello");
            assertThat(TestBackend.readLine(client.getInputStream())).isEqualTo("b got hello");
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void noBackendIsConnectedBeforeTheFirstData() throws IOException {
        try (TestBackend backend = TestBackend.named("b");
                Gateway gateway = new Setup().to(backend).firstData("required").start();
                Socket silent = Setup.connect(gateway);
                Socket talking = Setup.connect(gateway)) {
            TestBackend.writeLine(talking.getOutputStream(), "x");
            assertThat(TestBackend.readLine(talking.getInputStream())).isEqualTo("b got x");
            assertThat(backend.connections).hasValue(1);
            TestBackend.writeLine(silent.getOutputStream(), "late");
            assertThat(TestBackend.readLine(silent.getInputStream())).isEqualTo("b got late");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, Limits.LONGEST_DEFERRAL})
    void deferralIsTakenByTheSystem(int seconds) throws IOException {
        assumeTrue(Engines.current().name().equals("uring"));
        try (TestBackend backend = TestBackend.named("b");
                Gateway gateway =
                        new Setup().to(backend).firstData("required").deferAccept(seconds).start();
                Socket client = Setup.connect(gateway)) {
            TestBackend.writeLine(client.getOutputStream(), "hello");
            assertThat(TestBackend.readLine(client.getInputStream())).isEqualTo("b got hello");
        }
    }

    @Test
    void silentClientIsShedAfterItsDeadline() throws IOException {
        try (TestBackend backend = TestBackend.echo();
                Gateway gateway = new Setup().to(backend).firstData("required=300ms").start();
                Socket client = Setup.connect(gateway)) {
            long start = System.nanoTime();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(250), Duration.ofSeconds(3));
            Setup.until(gateway, t -> t.ended(End.CLIENT_SILENT) == 1);
            assertThat(backend.connections).hasValue(0);
        }
    }

    @Test
    void silentClientsDoNotKeepOthersOut() throws IOException {
        List<Socket> silent = new ArrayList<>();
        try (TestBackend backend = TestBackend.named("b");
                Gateway gateway =
                        new Setup().to(backend).firstData("required=30s").accepts(2).start()) {
            for (int i = 0; i < 20; i++) {
                silent.add(Setup.connect(gateway));
            }
            try (Socket client = Setup.connect(gateway)) {
                TestBackend.writeLine(client.getOutputStream(), "me");
                assertThat(TestBackend.readLine(client.getInputStream())).isEqualTo("b got me");
            }
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void clientThatClosesWithoutDataIsNotForwarded() throws IOException {
        try (TestBackend backend = TestBackend.echo();
                Gateway gateway = new Setup().to(backend).firstData("required").start()) {
            Setup.connect(gateway).close();
            Setup.until(gateway, t -> t.ended(End.CLIENT_WITHOUT_DATA) == 1);
            assertThat(backend.connections).hasValue(0);
        }
    }

    @Test
    void serverMaySpeakFirstWithoutFirstData() throws IOException {
        serverSpeaksFirst("none");
    }

    @Test
    void serverMaySpeakFirstAfterTheWait() throws IOException {
        serverSpeaksFirst("wait=100ms");
    }

    private static void serverSpeaksFirst(String firstData) throws IOException {
        try (TestBackend backend =
                        TestBackend.with((socket, in, out) -> {
                            TestBackend.writeLine(out, "220 ready");
                            TestBackend.writeLine(out, "250 " + TestBackend.readLine(in));
                        });
                Gateway gateway = new Setup().to(backend).firstData(firstData).start();
                Socket client = Setup.connect(gateway)) {
            assertThat(TestBackend.readLine(client.getInputStream())).isEqualTo("220 ready");
            TestBackend.writeLine(client.getOutputStream(), "HELO");
            assertThat(TestBackend.readLine(client.getInputStream())).isEqualTo("250 HELO");
        }
    }

    @Test
    void waitEndsWithTheFirstData() throws IOException {
        try (TestBackend backend = TestBackend.named("b");
                Gateway gateway = new Setup().to(backend).firstData("wait=30s").start();
                Socket client = Setup.connect(gateway)) {
            TestBackend.writeLine(client.getOutputStream(), "quick");
            assertThat(TestBackend.readLine(client.getInputStream())).isEqualTo("b got quick");
        }
    }

    @Test
    void halfCloseBeforeAnyDataIsPassedOnAfterTheWait() throws IOException {
        try (TestBackend backend =
                        TestBackend.with((socket, in, out) -> {
                            int end = in.read();
                            TestBackend.writeLine(out, "saw " + end);
                        });
                Gateway gateway = new Setup().to(backend).firstData("wait=30s").start();
                Socket client = Setup.connect(gateway)) {
            client.shutdownOutput();
            assertThat(TestBackend.readLine(client.getInputStream())).isEqualTo("saw -1");
        }
    }

    @Test
    void firstBlockLongerThanTheBufferArrivesWhole() throws Exception {
        byte[] data = new byte[100_000];
        LinkedBlockingQueue<Long> sums = new LinkedBlockingQueue<>();
        try (TestBackend backend =
                        TestBackend.with(
                                (socket, in, out) -> sums.add((long) in.readAllBytes().length));
                Gateway gateway = new Setup().to(backend).firstData("required").start();
                Socket client = Setup.connect(gateway)) {
            client.getOutputStream().write(data);
            client.shutdownOutput();
            assertThat(sums.poll(10, TimeUnit.SECONDS)).isEqualTo(100_000L);
        }
    }
}
