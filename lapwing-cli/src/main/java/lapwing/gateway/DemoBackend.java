package lapwing.gateway;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * The backend of a gateway started without {@code --to}: a small HTTP server on this machine that
 * says what happened to the request on its way. A plain program on virtual threads; the only
 * unusual thing is that it reads a PROXY header first, which is why the JDK's own HTTP server
 * cannot take its place.
 */
public final class DemoBackend implements AutoCloseable {
    private static final Logger LOG = System.getLogger("lapwing.gateway.demo");
    private static final int MOST_CONNECTIONS = 10_000;
    private static final int BACKLOG = 1024;

    /** For one whole request, from its first byte to its last, and for the pause before it. */
    private final Duration limit;

    private final ServerSocket listener;
    private final Semaphore room = new Semaphore(MOST_CONNECTIONS);

    private DemoBackend(ServerSocket listener, Duration limit) {
        this.listener = listener;
        this.limit = limit;
    }

    /**
     * Starts it on a port of the loopback address that the system chooses.
     *
     * @param limit how long a request may take to arrive
     * @return the running server
     * @throws IOException if there is no such port
     */
    public static DemoBackend start(Duration limit) throws IOException {
        ServerSocket listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        DemoBackend demo = new DemoBackend(listener, limit);
        Thread.ofVirtual().name("lapwing-demo").start(demo::acceptAll);
        return demo;
    }

    /**
     * Where it listens.
     *
     * @return its address
     */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                room.acquire();
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                room.release();
                if (!listener.isClosed()) {
                    LOG.log(Level.WARNING, "demo backend: accept failed: " + e.getMessage());
                    pause();
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /**
     * After a failed accept, for lack of descriptors mostly, the next one at once would fail as
     * well.
     */
    private static void pause() {
        try {
            Thread.sleep(Duration.ofMillis(100));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            DemoInput in = new DemoInput(socket, limit);
            DemoFacts facts = DemoFacts.read(in);
            for (int number = 1; ; number++) {
                in.restartClock();
                DemoRequest request = DemoRequest.read(in);
                if (request == null) {
                    return;
                }
                answer(socket.getOutputStream(), request, DemoPage.of(facts, request, number));
                if (!request.keepAlive()) {
                    return;
                }
            }
        } catch (SocketTimeoutException e) {
            LOG.log(Level.DEBUG, "demo backend: a request did not arrive in time");
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "demo backend: " + e.getMessage());
        } finally {
            room.release();
        }
    }

    private static void answer(OutputStream out, DemoRequest request, DemoPage page)
            throws IOException {
        byte[] body = page.text().getBytes(StandardCharsets.UTF_8);
        String head =
                "HTTP/1.1 "
                        + request.status()
                        + "\r\nContent-Type: "
                        + page.type()
                        + "; charset=utf-8\r\nContent-Length: "
                        + body.length
                        + "\r\nCache-Control: no-store\r\nConnection: "
                        + (request.keepAlive() ? "keep-alive" : "close")
                        + "\r\n\r\n";
        byte[] start = head.getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = new byte[start.length + (request.isHead() ? 0 : body.length)];
        System.arraycopy(start, 0, all, 0, start.length);
        System.arraycopy(body, 0, all, start.length, all.length - start.length);
        out.write(all);
    }
}
