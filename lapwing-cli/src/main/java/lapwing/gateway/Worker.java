package lapwing.gateway;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.function.Supplier;
import lapwing.winsock.CompletionPort;
import lapwing.winsock.IntRef;
import lapwing.winsock.Kernel32;
import lapwing.winsock.OverlappedEntry;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.WinsockError;
import org.jspecify.annotations.Nullable;

/**
 * One platform thread with its completion port, its listener and everything of the connections that
 * came through it. The port has concurrency 1 and only this thread waits on it, so the library lets
 * the thread own the ring: whatever one pass starts goes to the kernel with the next wait. Nothing
 * here may block.
 */
final class Worker implements Runnable {
    private static final int BATCH = 128;

    /** Completion keys: sockets have 0; STOP + n says to stop within n nanoseconds. */
    private static final long STOP = 1;

    /** How long the packets of closed sockets may take at the very end. */
    private static final long LAST_PACKETS = 2_000_000_000L;

    final GatewayConfig config;
    final CompletionPort port;
    final Listener listener;
    final Timers timers;
    final AcceptPool accepts;
    final Backends backends;
    final Slots slots;
    final BackendSockets backendSockets;
    final Blocks blocks = new Blocks();
    final TakenBytes taken = new TakenBytes(new SendQueues());
    final Pool<FirstBlock> firstBlocks;
    final Counters counters = new Counters();
    final Headers headers;
    final Notices notices;
    final boolean debug;
    final boolean needsAddresses;
    final long connectNanos;
    final long idleNanos;
    final long partingNanos;
    final long firstDataNanos;

    /** Every tunnel ever made; few more than were ever open at a time. */
    final ArrayList<Tunnel> tunnels = new ArrayList<>();

    /** System.nanoTime() of this pass. */
    long now = System.nanoTime();

    private final OverlappedEntry[] entries = OverlappedEntry.array(BATCH);
    private final IntRef count = new IntRef();
    private final Timers.Timer drainLimit = new DrainLimit();
    private boolean stopping;
    private long drainEnd;
    private boolean abandoned;
    private volatile @Nullable Throwable failure;

    /**
     * Prepares a worker; its thread runs it.
     *
     * @param number from 0 on
     * @param listen where to listen
     * @param totals what all workers together have counted
     * @param slots the connections that all workers together may have
     */
    Worker(
            GatewayConfig config,
            int number,
            InetSocketAddress listen,
            Supplier<Totals> totals,
            Slots slots)
            throws IOException {
        this.config = config;
        this.slots = slots;
        CompletionPort made =
                Kernel32.CreateIoCompletionPort(SocketHandle.INVALID_SOCKET, null, 0, 1);
        if (made == null) {
            throw new IOException("CreateIoCompletionPort failed with " + Listener.lastError());
        }
        port = made;
        Limits limits = config.limits();
        try {
            listener = Listener.open(listen, port, limits.threads() > 1, limits.deferAccept());
        } catch (IOException e) {
            Kernel32.CloseHandle(port);
            throw e;
        }
        FirstData.Mode mode = config.firstData().mode();
        boolean withAccept = mode == FirstData.Mode.REQUIRED;
        firstBlocks = new Pool<>(() -> new FirstBlock(limits.firstBlock(), withAccept));
        timers = new Timers(now);
        notices = new Notices(this);
        debug = notices.isDebug();
        headers = new Headers(this, totals);
        needsAddresses = debug || config.header() != GatewayConfig.Header.NONE;
        backends = new Backends(config.backends(), number);
        backendSockets = new BackendSockets(port);
        connectNanos = config.deadlines().connect().toNanos();
        idleNanos = config.deadlines().idle().toNanos();
        partingNanos = config.deadlines().parting().toNanos();
        firstDataNanos = config.firstData().limit().toNanos();
        accepts = new AcceptPool(this, listener);
    }

    /** Serves until {@link #stop}, and then until the last connection has ended. */
    @Override
    public void run() {
        try {
            now = System.nanoTime();
            accepts.open();
            while (!abandoned && !(stopping && accepts.isQuiet())) {
                pass();
            }
        } catch (Throwable t) {
            failure = t;
            notices.stopped(t);
        } finally {
            dispose();
        }
    }

    /**
     * Stops accepting, lets connections end for {@code nanos}, then cuts the rest. Any thread; of
     * several calls the one that leaves the least time counts.
     */
    void stop(long nanos) {
        Kernel32.PostQueuedCompletionStatus(port, 0, STOP + nanos, null);
    }

    /** What made the worker end before it was asked to, if anything. */
    @Nullable Throwable failure() {
        return failure;
    }

    /** Releases everything; for a worker that has ended or will never run. */
    void dispose() {
        accepts.dispose();
        listener.close();
        backendSockets.closeAll();
        tunnels.forEach(Tunnel::dispose);
        Kernel32.CloseHandle(port);
    }

    private void pass() {
        int wait = timers.millisToNext(now);
        boolean any =
                Kernel32.GetQueuedCompletionStatusEx(port, entries, BATCH, count, wait, false);
        now = System.nanoTime();
        if (any) {
            for (int i = 0; i < count.value; i++) {
                dispatch(entries[i]);
            }
        } else if (Kernel32.GetLastError() != WinsockError.WAIT_TIMEOUT) {
            throw new IllegalStateException(
                    "GetQueuedCompletionStatusEx failed with " + Listener.lastError());
        }
        timers.advance(now);
    }

    private void dispatch(OverlappedEntry entry) {
        if (entry.lpOverlapped instanceof TunnelOperation op) {
            op.complete(entry.Internal, entry.dwNumberOfBytesTransferred);
        } else if (entry.lpCompletionKey >= STOP) {
            stopBy(now + entry.lpCompletionKey - STOP);
        }
    }

    private void stopBy(long end) {
        if (!stopping) {
            stopping = true;
        } else if (end - drainEnd >= 0) {
            return;
        }
        if (accepts.isOpen()) {
            accepts.lastCall(end);
        }
        drainEnd = end;
        timers.arm(drainLimit, end);
    }

    private void cutAll() {
        for (Tunnel tunnel : tunnels) {
            tunnel.cut();
        }
    }

    /** First cuts what is still open, then, if packets fail to come, gives up. */
    private final class DrainLimit extends Timers.Timer {
        private boolean cut;

        @Override
        void expired() {
            if (cut) {
                abandoned = true;
            } else {
                cut = true;
                drainEnd = now; // nothing shortens what follows
                timers.arm(this, now + LAST_PACKETS);
                cutAll();
            }
        }
    }
}
