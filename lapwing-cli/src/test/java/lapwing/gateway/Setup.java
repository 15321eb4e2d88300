package lapwing.gateway;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A gateway for a test: on the loopback address, port chosen by the system, with quick deadlines.
 */
final class Setup {
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

    private final List<InetSocketAddress> backends = new ArrayList<>();
    private FirstData firstData = FirstData.NONE;
    private GatewayConfig.Header header = GatewayConfig.Header.NONE;
    private Duration connect = Duration.ofSeconds(5);
    private Duration idle = Duration.ZERO;
    private int maxConnections = 5000;
    private int accepts = 64;
    private int threads = 1;
    private int deferAccept;
    private String host = "127.0.0.1";

    Setup to(TestBackend... backends) {
        for (TestBackend backend : backends) {
            this.backends.add(backend.address());
        }
        return this;
    }

    Setup to(InetSocketAddress backend) {
        backends.add(backend);
        return this;
    }

    Setup firstData(String text) {
        firstData = FirstData.parse(text);
        return this;
    }

    Setup header(GatewayConfig.Header header) {
        this.header = header;
        return this;
    }

    Setup connectWithin(Duration limit) {
        connect = limit;
        return this;
    }

    Setup idle(Duration limit) {
        idle = limit;
        return this;
    }

    Setup maxConnections(int most) {
        maxConnections = most;
        return this;
    }

    Setup accepts(int posted) {
        accepts = posted;
        return this;
    }

    Setup threads(int count) {
        threads = count;
        return this;
    }

    Setup deferAccept(int seconds) {
        deferAccept = seconds;
        return this;
    }

    Setup host(String host) {
        this.host = host;
        return this;
    }

    Gateway start() throws IOException {
        Limits limits = new Limits(maxConnections, accepts, 16 << 10, threads, deferAccept);
        TimeLimits deadlines = new TimeLimits(connect, idle, Duration.ofSeconds(1));
        return Gateway.start(
                new GatewayConfig(
                        new InetSocketAddress(host, 0),
                        backends,
                        firstData,
                        header,
                        deadlines,
                        limits));
    }

    /** A client whose reads end after ten seconds at the latest. */
    static Socket connect(Gateway gateway) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout((int) TEN_SECONDS.toMillis());
        socket.setTcpNoDelay(true);
        socket.connect(gateway.address(), (int) TEN_SECONDS.toMillis());
        return socket;
    }

    /** Waits until all workers accept: one that begins when no place is left posts nothing. */
    static void untilOpen(Gateway gateway) {
        await().until(() -> gateway.workers.stream().allMatch(w -> w.accepts.isOpen()));
    }

    /** Waits until the numbers of the gateway are so. */
    static void until(Gateway gateway, Predicate<Totals> state) {
        await().atMost(TEN_SECONDS)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> state.test(gateway.totals()));
    }
}
