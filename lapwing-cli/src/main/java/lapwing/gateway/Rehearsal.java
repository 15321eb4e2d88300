package lapwing.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A short life of a gateway under load, on loopback: echoes and short connections through it, with
 * and without first data. Run while the JVM writes its start-up cache, it puts the classes and the
 * profiles of the data path into the cache, so that a gateway is fast from its first second.
 */
public final class Rehearsal {
    private static final int CLIENTS = 32;
    private static final int BLOCK = 64;
    private static final int LARGE = 16 << 10;
    private static final int PATIENCE_MILLIS = 2_000;

    private final AtomicLong exchanges = new AtomicLong();

    private Rehearsal() {}

    /**
     * Rehearses.
     *
     * @param time how long, in all
     * @return how many exchanges went through the gateway
     * @throws IOException if the system refuses to let it listen
     * @throws InterruptedException if this thread is interrupted
     */
    public static long run(Duration time) throws IOException, InterruptedException {
        Rehearsal rehearsal = new Rehearsal();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                ServerSocket backend =
                        new ServerSocket(0, 1024, InetAddress.getLoopbackAddress())) {
            threads.execute(() -> accept(backend, threads));
            for (FirstData first : List.of(FirstData.NONE, FirstData.REQUIRED)) {
                rehearsal.drive(backend, first, time.dividedBy(2), threads);
            }
        }
        return rehearsal.exchanges.get();
    }

    private void drive(
            ServerSocket backend, FirstData first, Duration time, ExecutorService threads)
            throws IOException, InterruptedException {
        GatewayConfig config =
                new GatewayConfig(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        List.of((InetSocketAddress) backend.getLocalSocketAddress()),
                        first,
                        GatewayConfig.Header.NONE,
                        TimeLimits.DEFAULT,
                        Limits.DEFAULT);
        try (Gateway gateway = Gateway.start(config)) {
            long end = System.nanoTime() + time.toNanos();
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int echoes = i % 2 == 0 ? 1 : 200;
                clients.add(threads.submit(() -> play(gateway.address(), echoes, end)));
            }
            for (Future<?> client : clients) {
                try {
                    client.get();
                } catch (ExecutionException e) {
                    throw new IOException("rehearsal: a client failed", e.getCause());
                }
            }
        }
    }

    /**
     * Connections of {@code echoes} exchanges each, until the end; every tenth exchange is large.
     */
    private Void play(InetSocketAddress gateway, int echoes, long end) throws IOException {
        while (System.nanoTime() - end < 0) {
            try (Socket socket = new Socket()) {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(PATIENCE_MILLIS);
                socket.connect(gateway, PATIENCE_MILLIS);
                for (int i = 1; i <= echoes; i++) {
                    int size = i % 10 == 0 ? LARGE : BLOCK;
                    socket.getOutputStream().write(new byte[size]);
                    socket.getInputStream().readNBytes(size);
                    exchanges.incrementAndGet();
                }
                socket.shutdownOutput();
                socket.getInputStream().readAllBytes();
            }
        }
        return null;
    }

    private static void accept(ServerSocket backend, ExecutorService threads) {
        while (!backend.isClosed()) {
            try {
                Socket socket = backend.accept();
                threads.execute(() -> echo(socket));
            } catch (IOException e) {
                break; // closed: the rehearsal is over
            }
        }
    }

    private static void echo(Socket accepted) {
        try (Socket socket = accepted) {
            socket.setTcpNoDelay(true);
            InputStream in = socket.getInputStream();
            byte[] block = new byte[LARGE];
            for (int n = in.read(block); n > 0; n = in.read(block)) {
                socket.getOutputStream().write(block, 0, n);
            }
        } catch (IOException e) {
            return; // its client notices
        }
    }
}
