package lapwing.bench;

import static lapwing.winsock.Constants.*;
import static lapwing.winsock.Kernel32.*;
import static lapwing.winsock.Winsock.closesocket;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import lapwing.winsock.CompletionPort;
import lapwing.winsock.ConnectEx;
import lapwing.winsock.DisconnectEx;
import lapwing.winsock.Extension;
import lapwing.winsock.IntRef;
import lapwing.winsock.OverlappedEntry;
import lapwing.winsock.Sockaddr;
import lapwing.winsock.SocketHandle;

/**
 * A client on the contract's fast path, N cycles at a time, against 127.0.0.1 to 127.0.0.8. Mode
 * {@code short}: ConnectEx with the block, the reply, end of stream, DisconnectEx with reuse. Mode
 * {@code echo}: the connection stays, and each reply is followed by the next block.
 */
final class LoadClient {
    /** Who closes a connection behind the reply. */
    enum End {
        SERVER,
        CLIENT,
        NOBODY;

        static End of(Arguments arguments) {
            boolean ofServer = arguments.choice("close", "server", "client").equals("server");
            boolean isEcho = arguments.choice("mode", "short", "echo").equals("echo");
            return isEcho ? NOBODY : ofServer ? SERVER : CLIENT;
        }
    }

    private static final int ENTRIES = 256;
    private static final int TARGETS = 8;
    private static final int TOLERATED = 100;
    private static final int BEGINNINGS = 20;
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    /** Keys of the packets that begin and end the window. */
    private static final long BEGIN = 1;

    private static final long END = 2;

    final int size;
    final End end;
    final CompletionPort port =
            Objects.requireNonNull(CreateIoCompletionPort(SocketHandle.INVALID_SOCKET, null, 0, 1));
    final ConnectEx connectEx;
    final DisconnectEx disconnectEx;
    private final ClientStatistics statistics;
    private final Sockaddr[] targets = new Sockaddr[TARGETS];
    private final List<ClientCycle> cycles = new ArrayList<>();
    private int next;

    /** How many cycles have an operation under way. */
    private int live;

    private boolean isStopping;

    /** A client of the server at that port that reports the CPU time of that process. */
    private LoadClient(Arguments arguments, int at, long pid) {
        size = arguments.number("size", 64);
        end = End.of(arguments);
        statistics = new ClientStatistics(pid);
        SocketHandle any = Call.tcp();
        connectEx = Extension.load(any, WSAID_CONNECTEX, ConnectEx.class);
        disconnectEx = Extension.load(any, WSAID_DISCONNECTEX, DisconnectEx.class);
        closesocket(any);
        for (int i = 0; i < TARGETS; i++) {
            targets[i] = Sockaddr.of(new InetSocketAddress("127.0.0." + (i + 1), at));
        }
        live = arguments.number("conns", 64);
        for (int i = 0; i < live; i++) {
            cycles.add(new ClientCycle(this, i));
        }
    }

    /**
     * One window, one line, and the end of the process, with status 1 if nothing was measured; the
     * CPU time in it is our own.
     */
    static void run(Arguments arguments) throws InterruptedException {
        long own = ProcessHandle.current().pid();
        LoadClient client = new LoadClient(arguments, arguments.number("port", 9000), own);
        double warmUp = arguments.seconds("warmup", 6);
        System.out.println(client.measure(warmUp, arguments.seconds("time", 3)));
        System.out.flush();
        boolean isMeasured = client.statistics.operations() > 0;
        if (!isMeasured) {
            System.err.println("lapwing-bench client: nothing was measured: " + client.reason());
        }
        Runtime.getRuntime().halt(isMeasured ? 0 : 1);
    }

    private String reason() {
        return statistics.errors() > 0
                ? statistics.firstError()
                : "no reply came; the server may be in another --mode, or expect another --size";
    }

    /** One window and one line for each line {@code PORT PID WARMUP TIME} of the input. */
    static void runWindows(Arguments arguments) throws IOException, InterruptedException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            LoadClient client =
                    new LoadClient(arguments, Integer.parseInt(words[0]), Long.parseLong(words[1]));
            System.out.println(
                    client.measure(Double.parseDouble(words[2]), Double.parseDouble(words[3])));
        }
        Runtime.getRuntime().halt(0);
    }

    /** Opens the connections, measures one window, closes them again. */
    private String measure(double warmUp, double time) throws InterruptedException {
        Thread thread = new Thread(this::loop, "client");
        thread.setDaemon(true);
        thread.start();
        // It begins several times, so that the compiler has seen that when it counts: otherwise the
        // loop's compiled code would be given up at that moment. The thread ends early when the
        // server is not there.
        Duration part = Duration.ofNanos((long) (warmUp * 1e9 / BEGINNINGS));
        for (int i = 0; i < BEGINNINGS && !thread.join(part); i++) {
            PostQueuedCompletionStatus(port, 0, BEGIN, null);
        }
        if (!thread.join(Duration.ofNanos((long) (time * 1e9)))) {
            PostQueuedCompletionStatus(port, 0, END, null);
            thread.join(STOP_LIMIT);
        }
        return statistics.json(end == End.NOBODY ? "echo" : "connect");
    }

    private void loop() {
        try {
            cycles.forEach(ClientCycle::begin);
            serve();
        } catch (IllegalStateException e) { // no descriptor or no port left for a cycle
            giveUp(String.valueOf(e.getMessage()));
        }
        CloseHandle(port);
    }

    private void serve() {
        OverlappedEntry[] entries = OverlappedEntry.array(ENTRIES);
        IntRef removed = new IntRef();
        while (live > 0
                && GetQueuedCompletionStatusEx(port, entries, ENTRIES, removed, INFINITE, false)) {
            for (int i = 0; i < removed.value; i++) {
                OverlappedEntry entry = entries[i];
                if (entry.lpOverlapped instanceof ClientCycle cycle) {
                    if (isStopping) {
                        live--;
                    } else {
                        cycle.completed(entry.Internal, entry.dwNumberOfBytesTransferred);
                    }
                } else if (entry.lpCompletionKey == BEGIN) {
                    statistics.begin();
                } else {
                    stop();
                }
            }
        }
    }

    Sockaddr target() {
        return targets[next++ & (TARGETS - 1)];
    }

    void done(long nanos) {
        statistics.done(nanos);
    }

    /** Counts an error; after too many there is no point in going on. */
    void error(String what) {
        statistics.error(what);
        if (statistics.errors() == TOLERATED + cycles.size()) {
            giveUp("");
        }
    }

    /** Ends early: what has been counted is of no whole window, and nothing. */
    private void giveUp(String why) {
        if (!why.isEmpty()) {
            statistics.error(why);
        }
        stop();
        statistics.discard();
    }

    /** Ends the window and every operation; the loop waits for their packets. */
    private void stop() {
        if (!isStopping) {
            statistics.end();
            isStopping = true;
            cycles.forEach(ClientCycle::close);
        }
    }
}
