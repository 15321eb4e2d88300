package lapwing.bench;

import static lapwing.winsock.Constants.*;
import static lapwing.winsock.Kernel32.*;
import static lapwing.winsock.Winsock.*;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import lapwing.winsock.AcceptEx;
import lapwing.winsock.CompletionPort;
import lapwing.winsock.DisconnectEx;
import lapwing.winsock.Extension;
import lapwing.winsock.IntRef;
import lapwing.winsock.OverlappedEntry;
import lapwing.winsock.Sockaddr;
import lapwing.winsock.SocketHandle;

/**
 * A server on the contract's fast path: a thread, a port with concurrency 1, a few posted AcceptEx;
 * that several times over with {@code --threads}. Modes: {@code echo}, {@code short} (read M bytes,
 * send M bytes, close), {@code sink}, {@code source}.
 */
final class LoadServer {
    /** What the server does with a connection. */
    enum Mode {
        ECHO,
        SHORT,
        SINK,
        SOURCE;

        /** Not by valueOf, whose reflection costs some milliseconds of start-up. */
        static Mode of(Arguments arguments) {
            Mode[] modes = values();
            String[] names = new String[modes.length];
            for (int i = 0; i < modes.length; i++) {
                names[i] = modes[i].name().toLowerCase(Locale.ROOT);
            }
            return modes[Arrays.asList(names).indexOf(arguments.choice("mode", names))];
        }
    }

    private static final int ENTRIES = 256;
    private static final long TICK_MILLIS = 20;
    private static final int SWEEP_TICKS = 50;
    static final int ADDRESS = 32;

    private static final int ACCEPTS = 8;
    private static final int STREAM_BLOCK = 256 << 10;

    /** Buffers in use that nobody needs to save. */
    private static final int PLENTY = 512;

    final Mode mode;
    final int size;
    final int block;
    final CompletionPort port;
    final SocketHandle listener;
    final AcceptEx acceptEx;
    final DisconnectEx disconnectEx;
    final Buffers buffers;
    private final PostedAccepts posted;
    private int ticks;
    private volatile boolean stopping;

    /** Connections at rest, the last one first: its memory is warm. */
    private final Deque<ServerConnection> spare = new ArrayDeque<>();

    /**
     * Listens.
     *
     * @param shared several servers listen on one port
     */
    private LoadServer(Arguments arguments, boolean shared) {
        mode = Mode.of(arguments);
        size = arguments.number("size", 64);
        posted = new PostedAccepts(arguments.number("accepts", ACCEPTS));
        boolean streams = mode == Mode.SINK || mode == Mode.SOURCE;
        int usual = streams ? STREAM_BLOCK : Math.max(size, 2048);
        block = Math.max(arguments.number("block", usual), mode == Mode.SHORT ? size : 1);
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
        Sockaddr name = Sockaddr.any(AF_INET, arguments.number("port", 9000));
        Call.ok(bind(listener, name, name.length()), "bind port " + name.port());
        Call.ok(listen(listener, 4096), "listen");
        CreateIoCompletionPort(listener, port, 0, 0);
        acceptEx = Extension.load(listener, WSAID_ACCEPTEX, AcceptEx.class);
        disconnectEx = Extension.load(listener, WSAID_DISCONNECTEX, DisconnectEx.class);
    }

    /** Serves on {@code --threads} threads, each with a port and a listener of its own. */
    static void run(Arguments arguments) {
        int threads = arguments.number("threads", 1);
        List<LoadServer> servers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            servers.add(new LoadServer(arguments, threads > 1));
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> servers.forEach(LoadServer::stop)));
        new Clock(servers).start();
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

    /** A packet without a structure is a tick: a wait with a time limit costs each wait. */
    private static final class Clock extends Thread {
        private final List<LoadServer> servers;

        Clock(List<LoadServer> servers) {
            super("clock");
            this.servers = servers;
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                while (true) {
                    for (LoadServer server : servers) {
                        PostQueuedCompletionStatus(server.port, 0, 0, null);
                    }
                    Thread.sleep(TICK_MILLIS);
                }
            } catch (InterruptedException e) {
                throw new AssertionError("nobody interrupts the clock", e);
            }
        }
    }

    /** A posted accept has ended. */
    void accepted(ServerConnection connection) {
        posted.remove(connection);
        refill();
    }

    private void refill() {
        while (!stopping && posted.areTooFew()) {
            ServerConnection next = spare.isEmpty() ? new ServerConnection(this) : spare.pop();
            next.accept(mode == Mode.SOURCE ? 0 : mode == Mode.SHORT ? size : block);
            posted.add(next);
        }
    }

    private void tick() {
        posted.countSilent();
        refill();
        if (++ticks % SWEEP_TICKS == 0) {
            buffers.sweep();
        }
    }

    void rest(ServerConnection connection) {
        spare.push(connection);
    }

    private void serve() {
        refill();
        OverlappedEntry[] entries = OverlappedEntry.array(ENTRIES);
        IntRef removed = new IntRef();
        while (GetQueuedCompletionStatusEx(port, entries, ENTRIES, removed, INFINITE, false)) {
            for (int i = 0; i < removed.value; i++) {
                OverlappedEntry entry = entries[i];
                if (entry.lpOverlapped instanceof ServerConnection connection) {
                    connection.completed(entry.Internal, entry.dwNumberOfBytesTransferred);
                } else {
                    tick();
                }
            }
        }
    }
}
