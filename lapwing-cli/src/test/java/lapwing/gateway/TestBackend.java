package lapwing.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A backend of plain blocking sockets, one virtual thread for each connection. */
final class TestBackend implements AutoCloseable {
    private static final int TIME_LIMIT_MS = 20_000;

    /** What it does with a connection, which is closed afterwards. */
    interface Conversation {
        void hold(Socket socket, InputStream in, OutputStream out)
                throws IOException, InterruptedException;
    }

    /** Errors of conversations, null elements excluded; for tests that look. */
    final BlockingQueue<Throwable> errors = new LinkedBlockingQueue<>();

    final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger over = new AtomicInteger();
    private final ServerSocket listener;
    private final Conversation conversation;

    private TestBackend(ServerSocket listener, Conversation conversation) {
        this.listener = listener;
        this.conversation = conversation;
    }

    static TestBackend with(Conversation conversation) throws IOException {
        ServerSocket listener = new ServerSocket(0, 4096, InetAddress.getLoopbackAddress());
        TestBackend backend = new TestBackend(listener, conversation);
        Thread.ofVirtual().start(backend::acceptAll);
        return backend;
    }

    /** Sends back what comes, then ends. */
    static TestBackend echo() throws IOException {
        return with((socket, in, out) -> in.transferTo(out));
    }

    /** Says its name and ends, after having read a line. */
    static TestBackend named(String name) throws IOException {
        return with((socket, in, out) -> {
            String line = readLine(in);
            if (line != null) {
                out.write((name + " got " + line + "\n").getBytes(StandardCharsets.UTF_8));
            }
        });
    }

    /** An address where nobody listens. */
    static InetSocketAddress refusing() throws IOException {
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return (InetSocketAddress) closed.getLocalSocketAddress();
        }
    }

    /** Every conversation up to now is over, and its socket closed. */
    boolean isQuiet() {
        return over.get() == connections.get();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> hold(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void hold(Socket socket) {
        try (socket) {
            socket.setSoTimeout(TIME_LIMIT_MS);
            socket.setTcpNoDelay(true);
            conversation.hold(socket, socket.getInputStream(), socket.getOutputStream());
        } catch (IOException | InterruptedException e) {
            errors.add(e);
        } finally {
            over.incrementAndGet();
        }
    }

    /** A line without its end, or null at the end of the stream. */
    static @Nullable String readLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                return line.isEmpty() ? null : line.toString();
            }
            line.append((char) b);
        }
        return line.toString();
    }

    static void writeLine(OutputStream out, String line) throws IOException {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
