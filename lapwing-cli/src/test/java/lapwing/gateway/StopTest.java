package lapwing.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import lapwing.winsock.Kernel32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of clients at the stop of a gateway, and at the end of a worker. */
@Timeout(value = 50, unit = TimeUnit.SECONDS)
class StopTest {
    private static final int MANY = 200;

    private static CompletableFuture<Boolean> stop(Gateway gateway, int seconds) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return gateway.stop(Duration.ofSeconds(seconds));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    /** The backend's answer to a line, and nothing behind it. */
    private static void answered(Socket client) throws IOException {
        assertThat(TestBackend.readLine(client.getInputStream())).isEqualTo("b got x");
        assertThat(client.getInputStream().read()).isEqualTo(-1);
        client.close();
    }

    @ParameterizedTest
    @CsvSource({"required, 64", "required, 2", "required, 1024", "none, 8", "wait=1m, 8"})
    void clientsWhoseRequestHasArrivedAreServed(String firstData, int accepts) throws Exception {
        try (TestBackend backend = TestBackend.named("b");
                Gateway gateway =
                        new Setup().to(backend).firstData(firstData).accepts(accepts).start()) {
            List<Socket> clients = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                Socket client = Setup.connect(gateway);
                TestBackend.writeLine(client.getOutputStream(), "x");
                clients.add(client);
            }
            CompletableFuture<Boolean> stopped = stop(gateway, 30);
            for (Socket client : clients) {
                answered(client);
            }
            assertThat(stopped.get(20, TimeUnit.SECONDS)).isTrue();
            assertThat(gateway.totals().ended(End.BACKEND_CLOSED)).isEqualTo(MANY);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"required", "wait=1m"})
    void clientWhoseRequestIsOnItsWayIsServed(String firstData) throws Exception {
        try (TestBackend backend = TestBackend.named("b");
                Gateway gateway = new Setup().to(backend).firstData(firstData).start();
                Socket slow = Setup.connect(gateway)) {
            CompletableFuture<Boolean> stopped = stop(gateway, 30);
            try (Socket other = Setup.connect(gateway)) { // queued behind the slow one
                TestBackend.writeLine(other.getOutputStream(), "x");
                answered(other);
            }
            TestBackend.writeLine(slow.getOutputStream(), "x");
            answered(slow);
            assertThat(stopped.get(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** The echo of a byte, or nothing for a client that was never accepted. */
    private static boolean isServed(Socket client) throws IOException {
        try (client) {
            return client.getInputStream().read() == 'x';
        } catch (SocketException e) {
            return false;
        }
    }

    private static List<Socket> ask(Gateway gateway, int count) throws IOException {
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Socket client = Setup.connect(gateway);
            client.getOutputStream().write('x');
            clients.add(client);
        }
        return clients;
    }

    @ParameterizedTest
    @ValueSource(strings = {"required", "none", "wait=1m"})
    void acceptedClientThatWaitsForAPlaceIsServed(String firstData) throws Exception {
        try (TestBackend backend = TestBackend.echo();
                Gateway gateway =
                        new Setup()
                                .to(backend)
                                .firstData(firstData)
                                .threads(2)
                                .maxConnections(2)
                                .start()) {
            Setup.untilOpen(gateway);
            List<Socket> holders = ask(gateway, 2);
            for (Socket holder : holders) {
                assertThat(holder.getInputStream().read()).isEqualTo('x');
            }
            List<Socket> more = new ArrayList<>();
            while (gateway.totals().accepted() == 2) {
                more.addAll(ask(gateway, 1));
            }
            CompletableFuture<Boolean> stopped = stop(gateway, 30);
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> gateway.workers.stream().noneMatch(w -> w.accepts.isOpen()));
            for (Socket holder : holders) {
                holder.close();
            }
            int served = 0;
            for (Socket client : more) {
                served += isServed(client) ? 1 : 0;
            }
            assertThat(stopped.get(20, TimeUnit.SECONDS)).isTrue();
            assertThat(served).isPositive().isEqualTo(gateway.totals().accepted() - 2);
        }
    }

    @Test
    void lastCallServesWhoWaitsInTheQueueForAPlace() throws Exception {
        try (TestBackend backend = TestBackend.echo();
                Gateway gateway = new Setup().to(backend).maxConnections(1).start()) {
            Socket holder = ask(gateway, 1).getFirst();
            assertThat(holder.getInputStream().read()).isEqualTo('x');
            Socket queued = ask(gateway, 1).getFirst();
            CompletableFuture<Boolean> stopped = stop(gateway, 30);
            assertThatThrownBy(() -> stopped.get(500, TimeUnit.MILLISECONDS))
                    .isInstanceOf(TimeoutException.class); // several looks of the last call
            holder.close();
            assertThat(isServed(queued)).isTrue();
            assertThat(stopped.get(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void clientThatStaysSilentIsCounted() throws Exception {
        try (TestBackend backend = TestBackend.named("b");
                Gateway gateway = new Setup().to(backend).firstData("required=1m").start();
                Socket silent = Setup.connect(gateway)) {
            assertThat(gateway.stop(Duration.ofSeconds(30))).isTrue();
            assertThat(gateway.totals().ended(End.STOPPED)).isEqualTo(1);
            assertThat(gateway.totals().open()).isZero();
            assertThat(backend.connections).hasValue(0);
            assertThat(silent.isClosed()).isFalse();
        }
    }

    @Test
    void stopWithoutAnyTimeWaitsForNobody() throws Exception {
        try (TestBackend backend = TestBackend.named("b");
                Gateway gateway = new Setup().to(backend).firstData("required=1m").start();
                Socket silent = Setup.connect(gateway)) {
            assertThat(silent.isConnected()).isTrue();
            long before = System.nanoTime();
            assertThat(gateway.stop(Duration.ZERO)).isTrue();
            assertThat(System.nanoTime() - before).isLessThan(1_500_000_000L);
        }
    }

    @Test
    void workerThatDiesLeavesItsPlacesToTheOthers() throws Exception {
        try (TestBackend backend = TestBackend.echo();
                Gateway gateway =
                        new Setup()
                                .to(backend)
                                .firstData("required")
                                .threads(2)
                                .maxConnections(2)
                                .start()) {
            for (Socket holder : ask(gateway, 2)) {
                assertThat(holder.getInputStream().read()).isEqualTo('x');
            }
            Worker dying =
                    gateway.workers.stream()
                            .filter(w -> w.counters.connected.get() > 0)
                            .findFirst()
                            .orElseThrow();
            long places = dying.counters.connected.get();
            Kernel32.CloseHandle(dying.port);
            gateway.threads.get(gateway.workers.indexOf(dying)).join();
            for (Socket client : ask(gateway, (int) places)) {
                assertThat(client.getInputStream().read()).isEqualTo('x');
            }
        }
    }

    @Test
    void workerThatDiesClosesItsConnections() throws Exception {
        CompletableFuture<String> seen = new CompletableFuture<>();
        try (TestBackend backend =
                        TestBackend.with((socket, in, out) -> {
                            try {
                                out.write(in.read());
                                seen.complete("read " + in.read());
                            } catch (SocketException e) {
                                seen.complete("reset");
                            }
                        });
                Gateway gateway = new Setup().to(backend).start();
                Socket client = Setup.connect(gateway)) {
            client.getOutputStream().write('x');
            assertThat(client.getInputStream().read()).isEqualTo('x');
            Kernel32.CloseHandle(gateway.workers.getFirst().port);
            gateway.join();
            assertThat(gateway.hasFailed()).isTrue();
            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketException.class);
            assertThat(seen.get(10, TimeUnit.SECONDS)).isEqualTo("reset");
        }
    }
}
