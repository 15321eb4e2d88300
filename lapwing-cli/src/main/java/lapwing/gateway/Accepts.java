package lapwing.gateway;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import lapwing.winsock.IntRef;
import lapwing.winsock.SocketHandle;

/**
 * The posted AcceptEx of one worker: keeps enough of them posted, within the limit of connections,
 * and sheds silent clients.
 *
 * <p>AcceptEx with a receive length completes when data comes, so a silent client occupies a posted
 * accept. They are found by asking each posted socket for its SO_CONNECT_TIME a few times a second;
 * every one found is made good by one more posted accept, so that silent clients do not keep others
 * out.
 */
final class Accepts {
    private static final long SHORTEST_SWEEP = 20_000_000L;
    private static final long LONGEST_SWEEP = 250_000_000L;
    private static final long RETRY = 100_000_000L;

    private final Worker worker;
    private final Listener listener;
    private final boolean firstData;
    private final long silentLimit;
    private final int wanted;
    private final int limit;

    private final ArrayList<Tunnel> posted = new ArrayList<>();
    private final ArrayList<Tunnel> idle = new ArrayList<>();
    private int live; // accepted and not yet recycled
    private int silent; // posted, with a client that has sent nothing; as of the last sweep
    private boolean open;
    private final Timers.Timer sweep = new Sweep();
    private final Timers.Timer retry = new Retry();
    private final MemorySegment four = Arena.global().allocate(4, 4);
    private final IntRef length = new IntRef();

    Accepts(Worker worker, Listener listener) {
        this.worker = worker;
        this.listener = listener;
        GatewayConfig config = worker.config;
        firstData = config.firstData().mode() == FirstData.Mode.REQUIRED;
        silentLimit = config.firstData().limit().toNanos();
        wanted = config.limits().accepts();
        limit = config.limits().connectionsPerWorker();
    }

    /** Posts the first accepts; from here on every ended one is replaced. */
    void open() {
        open = true;
        if (firstData) {
            sweep.expired();
        }
        refill();
    }

    /** Stops: the listener is closed, which ends the posted accepts (A33). */
    void close() {
        if (open) {
            open = false;
            worker.timers.disarm(sweep);
            worker.timers.disarm(retry);
            listener.close();
        }
    }

    /** No accept is posted and no connection lives. */
    boolean isQuiet() {
        return posted.isEmpty() && live == 0;
    }

    /** A posted accept has brought a connection. */
    void accepted(Tunnel tunnel) {
        removePosted(tunnel);
        live++;
        refill();
    }

    /** A posted accept has ended without one. */
    void ended(Tunnel tunnel, boolean mayPostAgain) {
        removePosted(tunnel);
        idle.add(tunnel);
        if (mayPostAgain) {
            refill();
        } else if (open) {
            worker.timers.arm(retry, worker.now + RETRY);
        }
    }

    /** A connection is over and its tunnel free again. */
    void recycled(Tunnel tunnel) {
        live--;
        idle.add(tunnel);
        refill();
    }

    private void refill() {
        while (open && posted.size() < wanted + silent && posted.size() + live < limit) {
            if (!post()) {
                worker.timers.arm(retry, worker.now + RETRY);
                return;
            }
        }
    }

    private boolean post() {
        Tunnel tunnel = idle.isEmpty() ? new Tunnel(worker) : idle.removeLast();
        if (!tunnel.post(listener)) {
            idle.add(tunnel);
            return false;
        }
        tunnel.place = posted.size();
        posted.add(tunnel);
        return true;
    }

    private void removePosted(Tunnel tunnel) {
        Tunnel last = posted.removeLast();
        if (last != tunnel) {
            posted.set(tunnel.place, last);
            last.place = tunnel.place;
        }
    }

    private void sweepPosted() {
        int found = 0;
        for (int i = 0; i < posted.size(); i++) {
            Tunnel tunnel = posted.get(i);
            SocketHandle client = tunnel.client();
            int seconds = client == null ? -1 : Sockets.connectTime(client, four, length);
            if (seconds >= 0) {
                found++;
                tunnel.silentSince(worker.now - seconds * 1_000_000_000L, silentLimit);
            }
        }
        // All accepts held by silent clients: post twice as many, not just the wanted number more.
        silent = found >= posted.size() ? 2 * found : found;
    }

    private final class Sweep extends Timers.Timer {
        @Override
        void expired() {
            sweepPosted();
            refill();
            long pause = Math.clamp(silentLimit / 8, SHORTEST_SWEEP, LONGEST_SWEEP);
            worker.timers.arm(this, worker.now + pause);
        }
    }

    private final class Retry extends Timers.Timer {
        @Override
        void expired() {
            refill();
        }
    }
}
