package lapwing.bench;

import static lapwing.winsock.Constants.*;
import static lapwing.winsock.Kernel32.*;
import static lapwing.winsock.Winsock.*;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import lapwing.winsock.AcceptEx;
import lapwing.winsock.CompletionPort;
import lapwing.winsock.Extension;
import lapwing.winsock.IntRef;
import lapwing.winsock.OverlappedEntry;
import lapwing.winsock.Sockaddr;
import lapwing.winsock.SocketHandle;

/**
 * A server on the contract's fast path: one thread, one port with concurrency 1, a pool of posted
 * AcceptEx. Modes: {@code echo}, {@code short} (read M bytes, send M bytes, close), {@code sink},
 * {@code source}.
 */
final class LoadServer {
    /** What the server does with a connection. */
    enum Mode {
        ECHO,
        SHORT,
        SINK,
        SOURCE
    }

    private static final int ENTRIES = 256;
    private static final int FIRST_ACCEPTS = 32;
    private static final long SWEEP_MILLIS = 1000;
    static final int ADDRESS = 32;

    final Mode mode;
    final int size;
    final int block;
    final CompletionPort port;
    final SocketHandle listener;
    final AcceptEx acceptEx;
    final Buffers buffers;
    private final int accepts;
    private int posted;
    private volatile boolean stopping;

    /** Connections at rest, the last one first: its memory is warm. */
    private final Deque<ServerConnection> spare = new ArrayDeque<>();

    private LoadServer(Mode mode, int size, InetSocketAddress address, int accepts) {
        this.mode = mode;
        this.size = size;
        block = mode == Mode.SINK || mode == Mode.SOURCE ? 65536 : Math.max(size, 2048);
        this.accepts = accepts;
        buffers = new Buffers(block, 2 * accepts);
        port =
                Objects.requireNonNull(
                        CreateIoCompletionPort(SocketHandle.INVALID_SOCKET, null, 0, 1));
        listener = Call.tcp();
        Sockaddr name = Sockaddr.of(address);
        Call.ok(bind(listener, name, name.length()), "bind " + address);
        Call.ok(listen(listener, 4096), "listen");
        CreateIoCompletionPort(listener, port, 0, 0);
        acceptEx = Extension.load(listener, WSAID_ACCEPTEX, AcceptEx.class);
    }

    static void run(Arguments arguments) {
        int at = arguments.number("port", 9000);
        Mode mode = Mode.valueOf(arguments.text("mode", "echo").toUpperCase(java.util.Locale.ROOT));
        int accepts = arguments.number("accepts", 256);
        LoadServer server =
                new LoadServer(
                        mode,
                        arguments.number("size", 64),
                        new InetSocketAddress("0.0.0.0", at),
                        accepts);
        Runtime.getRuntime().addShutdownHook(new Thread(server::stop));
        while (server.posted < Math.min(accepts, FIRST_ACCEPTS)) {
            server.postOneMore();
        }
        Thread clock = new Thread(server::askForSweeps, "clock");
        clock.setDaemon(true);
        clock.start();
        System.out.println("READY " + at);
        server.loop();
    }

    private void stop() {
        stopping = true;
        closesocket(listener);
    }

    /** A packet without a structure asks for a sweep: a wait with a time limit costs each wait. */
    private void askForSweeps() {
        try {
            while (PostQueuedCompletionStatus(port, 0, 0, null)) {
                Thread.sleep(SWEEP_MILLIS);
            }
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts the clock", e);
        }
    }

    /** An accept has ended: posts the next, and one more until all are there. */
    void accepted() {
        post();
        if (posted < accepts) {
            postOneMore();
        }
    }

    private void postOneMore() {
        posted++;
        post();
    }

    /** Posts an accept on a connection that is at rest. */
    private void post() {
        if (stopping) {
            return;
        }
        ServerConnection next = spare.isEmpty() ? new ServerConnection(this) : spare.pop();
        next.accept(mode == Mode.SOURCE ? 0 : mode == Mode.SHORT ? size : block);
    }

    void rest(ServerConnection connection) {
        spare.push(connection);
    }

    private void loop() {
        OverlappedEntry[] entries = OverlappedEntry.array(ENTRIES);
        IntRef removed = new IntRef();
        while (GetQueuedCompletionStatusEx(port, entries, ENTRIES, removed, INFINITE, false)) {
            for (int i = 0; i < removed.value; i++) {
                OverlappedEntry entry = entries[i];
                if (entry.lpOverlapped instanceof ServerConnection connection) {
                    connection.completed((int) entry.Internal, entry.dwNumberOfBytesTransferred);
                } else {
                    buffers.sweep();
                }
            }
        }
    }
}
