package lapwing.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The limit of connections, which all threads share. */
@Timeout(value = 50, unit = TimeUnit.SECONDS)
class LimitTest {
    private static final int MOST = 40;

    private static Socket exchange(Gateway gateway) throws IOException {
        Socket client = Setup.connect(gateway);
        client.getOutputStream().write('x');
        assertThat(client.getInputStream().read()).isEqualTo('x');
        return client;
    }

    @Test
    void allOfItIsThereWhicheverThreadTheClientsComeTo() throws Exception {
        try (TestBackend backend = TestBackend.echo();
                Gateway gateway =
                        new Setup()
                                .to(backend)
                                .firstData("required")
                                .threads(4)
                                .maxConnections(MOST)
                                .start()) {
            for (int round = 0; round < 3; round++) {
                List<Socket> clients = new ArrayList<>();
                for (int i = 0; i < MOST; i++) {
                    clients.add(exchange(gateway));
                }
                for (Socket client : clients) {
                    client.close();
                }
                Setup.until(gateway, t -> t.open() == 0);
            }
        }
    }

    @Test
    void whoComesBeyondItWaitsAndIsServedWhenOneHasEnded() throws Exception {
        List<Socket> clients = new ArrayList<>();
        try (TestBackend backend = TestBackend.echo();
                Gateway gateway = new Setup().to(backend).threads(4).maxConnections(MOST).start()) {
            for (int i = 0; i < MOST; i++) {
                clients.add(exchange(gateway));
            }
            List<Socket> more = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Socket client = Setup.connect(gateway);
                client.getOutputStream().write('x');
                more.add(client);
            }
            exchangesAreNoMoreThan(backend, MOST);
            for (Socket client : clients) {
                client.close();
            }
            for (Socket client : more) {
                assertThat(client.getInputStream().read()).isEqualTo('x');
                client.close();
            }
            Setup.until(gateway, t -> t.open() == 0);
        }
    }

    @Test
    void clientThatWaitedAndTurnsOutToBeNothingGivesItsPlaceBack() throws Exception {
        try (TestBackend backend = TestBackend.echo();
                Gateway gateway =
                        new Setup()
                                .to(backend)
                                .firstData("required")
                                .threads(2)
                                .maxConnections(2)
                                .start()) {
            Setup.untilOpen(gateway);
            List<Socket> holders = List.of(exchange(gateway), exchange(gateway));
            while (gateway.totals().accepted() == 2) { // until one of them has come to an accept
                Setup.connect(gateway).close();
            }
            for (Socket holder : holders) {
                holder.close();
            }
            Setup.until(gateway, t -> t.open() == 0);
            exchange(gateway).close();
        }
    }

    private static void exchangesAreNoMoreThan(TestBackend backend, int most) {
        assertThat(backend.connections).hasValueLessThanOrEqualTo(most);
    }

    @Test
    void thatItWasReachedIsCounted() throws Exception {
        try (TestBackend backend = TestBackend.echo();
                Gateway gateway = new Setup().to(backend).maxConnections(1).start()) {
            exchange(gateway).close();
            Setup.until(gateway, t -> t.open() == 0);
            exchange(gateway).close();
            assertThat(gateway.totals().limitReached()).isEqualTo(2);
            assertThat(gateway.totals().summary())
                    .contains("2 times --max-connections was reached");
        }
    }
}
