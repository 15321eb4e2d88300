package lapwing.gateway;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import lapwing.winsock.IntRef;
import lapwing.winsock.Kernel32;
import lapwing.winsock.SocketHandle;

/**
 * The posted AcceptEx of one worker: keeps enough of them posted, within the limit of connections,
 * and sheds silent clients.
 *
 * <p>The limit is that of all workers, and the system chooses the worker a client comes to. So each
 * of them keeps accepts posted as long as there is room, and a client that comes when another
 * worker has just taken the last place waits here, accepted, for the next one.
 *
 * <p>AcceptEx with a receive length completes when data comes, so a silent client occupies a posted
 * accept. They are found by asking each posted socket for its SO_CONNECT_TIME a few times a second;
 * every one found is made good by one more posted accept, so that silent clients do not keep others
 * out. In a {@link Rush} more are posted as well.
 */
final class AcceptPool {
    private static final long SHORTEST_SWEEP = 20_000_000L;
    private static final long LONGEST_SWEEP = 250_000_000L;
    private static final long RETRY = 100_000_000L;

    /** How long data of clients that are connected may be on its way: one retransmission. */
    private static final long LAST_CALL = 2_000_000_000L;

    private static final long LAST_CALL_LOOK = 50_000_000L;

    private final Worker worker;
    private final Listener listener;
    private final boolean firstData;
    private final long silentLimit;
    private final int wanted;
    private final Rush rush;
    private final Slots slots;

    private final ArrayList<Tunnel> posted = new ArrayList<>();
    private final ArrayList<Tunnel> idle = new ArrayList<>();
    private final ArrayDeque<Tunnel> waiting = new ArrayDeque<>(); // accepted, without a slot
    private int live; // accepted and not yet recycled
    private int found; // posted, with a client that has sent nothing; as of the last sweep
    private int silent; // accepts to be posted for them
    private boolean open;
    private boolean full;
    private boolean admitting;
    private boolean everPosted;
    private long lastCallEnd;
    private long acceptedBefore;
    private final Timers.Timer sweep = new Sweep();
    private final Timers.Timer retry = new Retry();
    private final Timers.Timer lastCall = new LastCall();
    private final MemorySegment four = Arena.global().allocate(4, 4);
    private final IntRef length = new IntRef();

    AcceptPool(Worker worker, Listener listener) {
        this.worker = worker;
        this.listener = listener;
        GatewayConfig config = worker.config;
        firstData = config.firstData().mode() == FirstData.Mode.REQUIRED;
        silentLimit = config.firstData().limit().toNanos();
        wanted = config.limits().accepts();
        rush = new Rush(wanted, firstData ? config.limits().firstBlock() : 0);
        slots = worker.slots;
    }

    /** Posts the first accepts; from here on every ended one is replaced. */
    void open() {
        open = true;
        refill();
        if (firstData) {
            sweep.expired();
        }
    }

    /**
     * Begins to stop. Clients that are connected, here or in the system's queue, may have sent
     * their request: they, and who comes meanwhile, are still served. The listener is closed when
     * there is none left, but at {@code end} or after some time at the latest.
     */
    void lastCall(long end) {
        lastCallEnd = Math.min(end - worker.now, LAST_CALL) + worker.now;
        acceptedBefore = -1;
        lastCall.expired();
    }

    /**
     * No more clients. The posted accepts are cancelled; one that has a client with data ends with
     * it all the same, and updating its context takes a listener, which therefore is closed behind
     * the last one. Who waits for a slot still gets one.
     */
    void close() {
        if (open) {
            open = false;
            worker.timers.disarm(sweep);
            worker.timers.disarm(lastCall);
            worker.tunnels.forEach(Tunnel::stopAwaiting);
            Kernel32.CancelIoEx(listener.handle, null);
            closeListenerIfUnused();
            slots.addSilent(-found);
            found = 0;
        }
    }

    /** The worker is over: the slots of its connections are the other workers'. */
    void dispose() {
        close();
        for (; live > waiting.size(); live--) {
            slots.giveBack();
        }
    }

    private void closeListenerIfUnused() {
        if (!open && posted.isEmpty()) {
            listener.close();
        }
    }

    boolean isOpen() {
        return open;
    }

    /** No accept is posted, none will be, and no connection lives. */
    boolean isQuiet() {
        return !open && posted.isEmpty() && live == 0;
    }

    /** A posted accept has brought a connection; false if it has to wait for a slot. */
    boolean accepted(Tunnel tunnel) {
        removePosted(tunnel);
        live++;
        rush.taken(worker.now);
        boolean admitted = slots.take();
        if (!admitted) {
            waiting.add(tunnel);
            worker.timers.arm(retry, worker.now + RETRY);
        }
        noticeFull();
        refill();
        return admitted;
    }

    /** A posted accept has ended without one. */
    void ended(Tunnel tunnel, boolean mayPostAgain) {
        removePosted(tunnel);
        idle.add(tunnel);
        if (mayPostAgain) {
            refill();
        } else if (open) {
            rush.over();
            worker.timers.arm(retry, worker.now + RETRY);
        }
    }

    /** There is no descriptor for the other side of a connection. */
    void shortOfDescriptors() {
        rush.over();
    }

    /** A connection is over, and its tunnel free again if {@code reusable}. */
    void recycled(Tunnel tunnel, boolean reusable) {
        live--;
        if (reusable) {
            idle.add(tunnel);
        }
        if (!waiting.remove(tunnel)) {
            slots.giveBack();
        }
        full = false;
        admit();
        refill();
    }

    /** Lets in who waits for a slot. One that turns out to be nothing comes back here at once. */
    private void admit() {
        if (admitting) {
            return;
        }
        admitting = true;
        try {
            while (!waiting.isEmpty() && slots.take()) {
                waiting.remove().letIn();
            }
        } finally {
            admitting = false;
        }
        if (!waiting.isEmpty()) {
            worker.timers.arm(retry, worker.now + RETRY);
        }
    }

    private void refill() {
        int target = wanted + rush.extra() + silent;
        while (open && posted.size() < target && posted.size() - found < slots.left()) {
            if (!tryToPost()) {
                worker.timers.arm(retry, worker.now + RETRY);
                return;
            }
        }
        if (open && posted.size() < target) {
            worker.timers.arm(retry, worker.now + RETRY); // another worker may make room
        }
    }

    private void noticeFull() {
        boolean was = full;
        full = slots.left() <= 0;
        if (full && !was) {
            worker.counters.limitReached.add(1);
            worker.notices.full();
        }
    }

    /**
     * Posts one more. An error, for want of memory perhaps, is nobody's end but that of a worker
     * that has never accepted anything.
     */
    private boolean tryToPost() {
        try {
            boolean done = post();
            everPosted |= done;
            return done;
        } catch (Throwable t) {
            if (!everPosted) {
                throw t;
            }
            worker.notices.notPosted(t);
            return false;
        }
    }

    private boolean post() {
        Tunnel tunnel = idle.isEmpty() ? new Tunnel(worker) : idle.removeLast();
        boolean done = false;
        try {
            done = tunnel.post(listener);
        } finally {
            if (!done) {
                idle.add(tunnel);
            }
        }
        if (done) {
            tunnel.place = posted.size();
            posted.add(tunnel);
        }
        return done;
    }

    private void removePosted(Tunnel tunnel) {
        Tunnel last = posted.removeLast();
        if (last != tunnel) {
            posted.set(tunnel.place, last);
            last.place = tunnel.place;
        }
        closeListenerIfUnused();
    }

    private void sweepPosted() {
        int before = found;
        found = countClients(true);
        slots.addSilent(found - before);
        // All accepts held by silent clients: post twice as many, not just the wanted number more.
        silent = found >= posted.size() ? 2 * found : found;
        noticeFull();
    }

    /** Posted accepts that have a client. */
    private int countClients(boolean shed) {
        int count = 0;
        for (int i = 0; i < posted.size(); i++) {
            Tunnel tunnel = posted.get(i);
            SocketHandle client = tunnel.client();
            int seconds = client == null ? -1 : Sockets.connectTime(client, four, length);
            if (seconds >= 0) {
                count++;
                tunnel.silentSince(
                        worker.now - seconds * 1_000_000_000L, shed ? silentLimit : Long.MAX_VALUE);
            }
        }
        return count;
    }

    /** Looks after something, and after an error once more. */
    private abstract class Look extends Timers.Timer {
        @Override
        final void expired() {
            try {
                look();
            } catch (Throwable t) { // the connections go on, whatever it is
                worker.notices.notPosted(t);
                worker.timers.arm(this, worker.now + RETRY);
            }
        }

        abstract void look();
    }

    private final class Sweep extends Look {
        @Override
        void look() {
            sweepPosted();
            refill();
            long pause = Math.clamp(silentLimit / 8, SHORTEST_SWEEP, LONGEST_SWEEP);
            worker.timers.arm(this, worker.now + pause);
        }
    }

    private final class Retry extends Look {
        @Override
        void look() {
            admit();
            refill();
        }
    }

    /** Looks whether somebody has come since the last look, or is here and has sent nothing. */
    private final class LastCall extends Look {
        @Override
        void look() {
            long accepted = worker.counters.accepted.get();
            boolean nobody = countClients(false) == 0 && accepted == acceptedBefore;
            nobody &= slots.left() > 0; // else nothing is posted that could show a client
            acceptedBefore = accepted;
            if (nobody || worker.now - lastCallEnd >= 0) {
                close();
            } else {
                worker.timers.arm(this, worker.now + LAST_CALL_LOOK);
            }
        }
    }
}
