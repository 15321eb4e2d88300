package lapwing.bench;

import static lapwing.winsock.Constants.*;
import static lapwing.winsock.Kernel32.*;
import static lapwing.winsock.Winsock.*;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import lapwing.winsock.AcceptEx;
import lapwing.winsock.CompletionPort;
import lapwing.winsock.Extension;
import lapwing.winsock.IntRef;
import lapwing.winsock.OverlappedEntry;
import lapwing.winsock.Sockaddr;
import lapwing.winsock.SocketHandle;

/**
 * A server on the contract's fast path: a thread, a port with concurrency 1, a pool of posted
 * AcceptEx; that several times over with {@code --threads}. Modes: {@code echo}, {@code short}
 * (read M bytes, send M bytes, close), {@code sink}, {@code source}.
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
    private static final long SWEEP_MILLIS = 1000;
    static final int ADDRESS = 32;

    private static final int ACCEPTS = 64;
    private static final int STREAM_BLOCK = 256 << 10;

    /** Buffers in use that nobody needs to save. */
    private static final int PLENTY = 512;

    final Mode mode;
    final int size;
    final int block;
    final CompletionPort port;
    final SocketHandle listener;
    final AcceptEx acceptEx;
    final Buffers buffers;
    private final int accepts;
    private volatile boolean stopping;

    /** Connections at rest, the last one first: its memory is warm. */
    private final Deque<ServerConnection> spare = new ArrayDeque<>();

    /**
     * Listens.
     *
     * @param shared several servers listen on one port
     */
    private LoadServer(Arguments arguments, boolean shared) {
        mode = Mode.valueOf(arguments.text("mode", "echo").toUpperCase(java.util.Locale.ROOT));
        size = arguments.number("size", 64);
        accepts = arguments.number("accepts", ACCEPTS);
        boolean streams = mode == Mode.SINK || mode == Mode.SOURCE;
        block = arguments.number("block", streams ? STREAM_BLOCK : Math.max(size, 2048));
        buffers = new Buffers(block, PLENTY);
        port =
                Objects.requireNonNull(
                        CreateIoCompletionPort(SocketHandle.INVALID_SOCKET, null, 0, 1));
        listener = Call.tcp();
        if (shared) {
            Call.option(listener, SOL_LAPWING, LAPWING_REUSEPORT, 1);
        }
        int deferral = arguments.number("defer", 0);
        if (deferral > 0) {
            Call.option(listener, SOL_LAPWING, LAPWING_DEFER_ACCEPT, deferral);
        }
        InetSocketAddress address =
                new InetSocketAddress("0.0.0.0", arguments.number("port", 9000));
        Sockaddr name = Sockaddr.of(address);
        Call.ok(bind(listener, name, name.length()), "bind " + address);
        Call.ok(listen(listener, 4096), "listen");
        CreateIoCompletionPort(listener, port, 0, 0);
        acceptEx = Extension.load(listener, WSAID_ACCEPTEX, AcceptEx.class);
    }

    /** Serves on {@code --threads} threads, each with a port and a listener of its own. */
    static void run(Arguments arguments) {
        int threads = arguments.number("threads", 1);
        List<LoadServer> servers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            servers.add(new LoadServer(arguments, threads > 1));
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> servers.forEach(LoadServer::stop)));
        Thread clock = new Thread(() -> askForSweeps(servers), "clock");
        clock.setDaemon(true);
        clock.start();
        System.out.println("READY " + arguments.number("port", 9000));
        for (LoadServer other : servers.subList(1, threads)) {
            new Thread(other::serve, "server").start();
        }
        servers.getFirst().serve();
    }

    private void stop() {
        stopping = true;
        closesocket(listener);
    }

    /** A packet without a structure asks for a sweep: a wait with a time limit costs each wait. */
    private static void askForSweeps(List<LoadServer> servers) {
        try {
            while (true) {
                for (LoadServer server : servers) {
                    PostQueuedCompletionStatus(server.port, 0, 0, null);
                }
                Thread.sleep(SWEEP_MILLIS);
            }
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts the clock", e);
        }
    }

    /** Posts an accept on a connection that is at rest. */
    void post() {
        if (stopping) {
            return;
        }
        ServerConnection next = spare.isEmpty() ? new ServerConnection(this) : spare.pop();
        next.accept(mode == Mode.SOURCE ? 0 : mode == Mode.SHORT ? size : block);
    }

    void rest(ServerConnection connection) {
        spare.push(connection);
    }

    private void serve() {
        for (int i = 0; i < accepts; i++) {
            post();
        }
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
