package lapwing.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LifeTest {
    private static void exchange(Gateway gateway) throws IOException {
        try (Socket client = Setup.connect(gateway)) {
            TestBackend.writeLine(client.getOutputStream(), "x");
            assertThat(TestBackend.readLine(client.getInputStream())).isEqualTo("b got x");
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void socketsAndBuffersAreRecycled() throws IOException {
        try (TestBackend backend = TestBackend.named("b");
                Gateway gateway =
                        new Setup().to(backend).firstData("required").accepts(1).start()) {
            for (int i = 1; i <= 100; i++) {
                int number = i;
                exchange(gateway);
                Setup.until(gateway, t -> t.ended(End.BACKEND_CLOSED) == number);
            }
            Totals totals = gateway.totals();
            assertThat(totals.accepted()).isEqualTo(100);
            assertThat(totals.acceptedOnUsedSocket()).isGreaterThanOrEqualTo(90);
            assertThat(totals.connectedOnUsedSocket()).isGreaterThanOrEqualTo(90);
            assertThat(totals.blocksMade()).isLessThanOrEqualTo(8);
            assertThat(totals.summary())
                    .contains("100 connections", "100 ended by the backend: closed", "recycled");
        }
    }

    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void manyShortConnectionsLeaveNothingBehind() throws IOException {
        int count = Integer.getInteger("lapwing.test.connections", 3000);
        try (TestBackend backend = TestBackend.named("b");
                Gateway gateway = new Setup().to(backend).firstData("required").start()) {
            exchange(gateway);
            Setup.until(gateway, t -> t.ended(End.BACKEND_CLOSED) == 1);
            long before = descriptors();
            long threads = Thread.getAllStackTraces().size();
            for (int i = 0; i < count; i++) {
                exchange(gateway);
            }
            Setup.until(gateway, t -> t.ended(End.BACKEND_CLOSED) == count + 1);
            assertThat(descriptors()).isLessThanOrEqualTo(before + 10);
            assertThat(Thread.getAllStackTraces().size()).isLessThanOrEqualTo((int) threads + 4);
            assertThat(gateway.totals().blocksMade()).isLessThan(100);
        }
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    @Test
    void connectionsBeyondTheLimitWaitUntilOneEnds() throws Exception {
        try (TestBackend backend = TestBackend.echo();
                Gateway gateway = new Setup().to(backend).maxConnections(2).start();
                Socket a = Setup.connect(gateway);
                Socket b = Setup.connect(gateway)) {
            for (Socket client : List.of(a, b)) {
                exchange(client);
            }
            try (Socket c = Setup.connect(gateway)) { // the kernel's backlog takes it
                TestBackend.writeLine(c.getOutputStream(), "y");
                c.setSoTimeout(300);
                assertThatThrownBy(() -> c.getInputStream().read())
                        .isInstanceOf(SocketTimeoutException.class);
                assertThat(backend.connections).hasValue(2);
                end(a);
                c.setSoTimeout(10_000);
                assertThat(TestBackend.readLine(c.getInputStream())).isEqualTo("y");
            }
        }
    }

    @Test
    void drainLetsConnectionsEnd() throws Exception {
        try (TestBackend backend = TestBackend.echo();
                Gateway gateway = new Setup().to(backend).start();
                Socket client = Setup.connect(gateway)) {
            TestBackend.writeLine(client.getOutputStream(), "before");
            assertThat(TestBackend.readLine(client.getInputStream())).isEqualTo("before");
            InetSocketAddress address = gateway.address();
            CompletableFuture<Boolean> stopped =
                    CompletableFuture.supplyAsync(() -> stop(gateway, 30));
            refusesEventually(address);
            TestBackend.writeLine(client.getOutputStream(), "during");
            assertThat(TestBackend.readLine(client.getInputStream())).isEqualTo("during");
            assertThat(stopped).isNotDone();
            end(client);
            assertThat(stopped.get(10, TimeUnit.SECONDS)).isTrue();
            assertThat(gateway.totals().ended(End.CLIENT_CLOSED)).isEqualTo(1);
        }
    }

    private static void refusesEventually(InetSocketAddress address) {
        org.awaitility.Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> {
                    try (Socket socket = new Socket()) {
                        socket.connect(address, 1000);
                        return false;
                    } catch (ConnectException e) {
                        return true;
                    }
                });
    }

    /** Closes a socket before its try block does. */
    private static void end(Socket socket) throws IOException {
        socket.close();
    }

    private static boolean stop(Gateway gateway, int seconds) {
        try {
            return gateway.stop(Duration.ofSeconds(seconds));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void drainCutsWhatDoesNotEndInTime() throws Exception {
        try (TestBackend backend = TestBackend.echo();
                Gateway gateway = new Setup().to(backend).start();
                Socket client = Setup.connect(gateway)) {
            exchange(client);
            assertThat(gateway.stop(Duration.ofMillis(200))).isTrue();
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketException.class);
            assertThat(gateway.totals().ended(End.DRAIN)).isEqualTo(1);
        }
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.SECONDS)
    void drainClosesAClientThatHasSentNothingAndConnectsNoBackendForIt() throws Exception {
        try (TestBackend backend = TestBackend.echo();
                Gateway gateway = new Setup().to(backend).firstData("wait=1m").start();
                Socket client = Setup.connect(gateway)) {
            Setup.until(gateway, t -> t.accepted() == 1);
            CompletableFuture<Boolean> stopped =
                    CompletableFuture.supplyAsync(() -> stop(gateway, 60));
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(stopped.get(10, TimeUnit.SECONDS)).isTrue();
            assertThat(gateway.totals().ended(End.STOPPED)).isEqualTo(1);
            assertThat(backend.connections).hasValue(0);
        }
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.SECONDS)
    void secondStopMakesTheDrainShorter() throws Exception {
        try (TestBackend backend = TestBackend.echo();
                Gateway gateway = new Setup().to(backend).start();
                Socket client = Setup.connect(gateway)) {
            exchange(client);
            CompletableFuture<Boolean> stopped =
                    CompletableFuture.supplyAsync(() -> stop(gateway, 60));
            refusesEventually(gateway.address());
            assertThat(gateway.stop(Duration.ZERO)).isTrue();
            assertThat(stopped.get(10, TimeUnit.SECONDS)).isTrue();
            assertThat(gateway.totals().ended(End.DRAIN)).isEqualTo(1);
        }
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.SECONDS)
    void laterLongerStopLeavesTheDrainAsItIs() throws Exception {
        try (TestBackend backend = TestBackend.echo();
                Gateway gateway = new Setup().to(backend).start();
                Socket client = Setup.connect(gateway)) {
            exchange(client);
            CompletableFuture<Boolean> stopped =
                    CompletableFuture.supplyAsync(() -> stop(gateway, 1));
            refusesEventually(gateway.address());
            assertThat(gateway.stop(Duration.ofMinutes(1))).isTrue();
            assertThat(stopped.get(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void openConnectionsAreThoseAcceptedAndNotYetEnded() throws Exception {
        try (TestBackend backend = TestBackend.echo();
                Gateway gateway = new Setup().to(backend).start()) {
            try (Socket a = Setup.connect(gateway);
                    Socket b = Setup.connect(gateway)) {
                Setup.until(gateway, t -> t.open() == 2);
                end(a);
                Setup.until(gateway, t -> t.open() == 1);
                assertThat(b.isConnected()).isTrue();
            }
            Setup.until(gateway, t -> t.open() == 0);
        }
    }

    @Test
    void addressInUseIsSaidInOneLine() throws IOException {
        try (TestBackend backend = TestBackend.echo();
                TestBackend other = TestBackend.echo()) {
            for (int threads : new int[] {1, 2}) {
                GatewayConfig config =
                        new GatewayConfig(
                                other.address(),
                                List.of(backend.address()),
                                FirstData.NONE,
                                GatewayConfig.Header.NONE,
                                TimeLimits.DEFAULT,
                                new Limits(100, 4, 4096, threads, 0));
                assertThatThrownBy(() -> Gateway.start(config))
                        .isInstanceOf(BindException.class)
                        .hasMessageContaining(
                                HostPort.text(other.address()) + " is already in use");
            }
        }
    }

    @Test
    void addressIsFreeAgainAfterTheEnd() throws IOException {
        try (TestBackend backend = TestBackend.named("b")) {
            Gateway first = new Setup().to(backend).firstData("required").start();
            exchange(first);
            first.close();
            GatewayConfig same =
                    new GatewayConfig(
                            first.address(),
                            List.of(backend.address()),
                            FirstData.REQUIRED,
                            GatewayConfig.Header.NONE,
                            TimeLimits.DEFAULT,
                            Limits.DEFAULT);
            try (Gateway second = Gateway.start(same)) {
                exchange(second);
            }
        }
    }

    /** One line there and back: the connection stands from client to backend. */
    private static void exchange(Socket client) throws IOException {
        TestBackend.writeLine(client.getOutputStream(), "x");
        assertThat(TestBackend.readLine(client.getInputStream())).isEqualTo("x");
    }
}
