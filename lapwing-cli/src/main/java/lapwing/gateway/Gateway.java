package lapwing.gateway;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import lapwing.winsock.Winsock;

/** A running gateway: its workers and their threads. */
public final class Gateway implements AutoCloseable {
    private static final int WINSOCK_2_2 = 0x0202;

    /** Beyond the drain time: for the last packets, and for the scheduler. */
    private static final Duration GRACE = Duration.ofSeconds(4);

    private final GatewayConfig config;

    /** Tests break them, and wait for their ends. */
    final List<Worker> workers = new ArrayList<>();

    final List<Thread> threads = new ArrayList<>();

    private Gateway(GatewayConfig config) {
        this.config = config;
    }

    /**
     * Starts to listen and to serve.
     *
     * @param config what to do
     * @return the running gateway
     * @throws java.net.BindException if the address is in use or not ours, with a message for the
     *     user
     * @throws IOException if the system refuses something else
     */
    public static Gateway start(GatewayConfig config) throws IOException {
        int error = Winsock.WSAStartup(WINSOCK_2_2, null);
        if (error != 0) {
            throw new IOException("WSAStartup failed with " + error);
        }
        Gateway gateway = new Gateway(config);
        try {
            gateway.open();
        } catch (IOException e) {
            gateway.workers.forEach(Worker::dispose);
            Winsock.WSACleanup();
            throw e;
        }
        gateway.threads.forEach(Thread::start);
        return gateway;
    }

    private void open() throws IOException {
        InetSocketAddress at = config.listen();
        int count = config.limits().threads();
        if (count > 1) {
            Listener.probe(at);
        }
        Slots slots = new Slots(config.limits().maxConnections());
        List<Worker> counted = workers; // complete before any thread starts, unchanged after that
        for (int i = 0; i < count; i++) {
            Worker worker = new Worker(config, i, at, () -> Totals.of(counted), slots);
            workers.add(worker);
            at = worker.listener.address;
            threads.add(
                    Thread.ofPlatform().daemon().name("lapwing-gateway-" + i).unstarted(worker));
        }
    }

    /**
     * Where the gateway listens.
     *
     * @return the address, with the port the system has chosen
     */
    public InetSocketAddress address() {
        return workers.getFirst().listener.address;
    }

    /**
     * What has been counted up to now.
     *
     * @return the numbers
     */
    public Totals totals() {
        return Totals.of(workers);
    }

    /**
     * Waits until every worker has ended, after {@link #stop} or through an error.
     *
     * @throws InterruptedException if this thread is interrupted
     */
    public void join() throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /**
     * Whether an error has ended a worker; it has been logged.
     *
     * @return true if so
     */
    public boolean hasFailed() {
        return workers.stream().anyMatch(w -> w.failure() != null);
    }

    /**
     * Stops: who is connected already is accepted, connections may end, and what is left then is
     * reset. May be called again meanwhile, by another thread, to leave less time.
     *
     * @param drain how long connections may take
     * @return whether every worker has ended
     * @throws InterruptedException if this thread is interrupted
     */
    public boolean stop(Duration drain) throws InterruptedException {
        workers.forEach(w -> w.stop(drain.toNanos()));
        long end = System.nanoTime() + drain.plus(GRACE).toNanos();
        boolean ended = true;
        for (Thread thread : threads) {
            ended &= thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
        }
        return ended;
    }

    /** Stops without waiting for connections. */
    @Override
    public void close() {
        try {
            stop(Duration.ZERO);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
