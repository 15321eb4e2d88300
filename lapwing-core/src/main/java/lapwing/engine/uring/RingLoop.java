package lapwing.engine.uring;

import static lapwing.engine.uring.RingLayout.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import lapwing.engine.Endpoint;
import lapwing.engine.Loop;
import lapwing.engine.Operation;
import org.jspecify.annotations.Nullable;

/*
 * One ring, and who owns what.
 *
 * Three things are shared. The SUBMISSION side (the entries not yet published, the slot table) belongs
 * to whoever holds `lock`; any thread may start an operation. The COMPLETION side belongs to the leader,
 * one thread at a time, and needs no lock. The memory of an operation belongs to the operation from
 * start() until its last completion has been reaped; a cancel is a wish, not an end.
 *
 * Leading. The loop's own thread leads, or an adopter: a waiter of a completion port that waits in the
 * kernel itself (Lead has the states). While it leads, the adopter saves everything: no hand-over, and what it starts between two waits goes
 * to the kernel with the next wait, in one call. The price is that nobody looks after the ring while the
 * adopter is away. That is harmless for a moment, and wrong for ever: the program may block on a latch,
 * or end the thread, with a send not yet submitted. So the own thread supervises, every 5 ms: what an
 * adopter has left for two periods it submits; the lead goes back to it when the adopter rests in another
 * wait or has ended, or has been away for twenty periods. A thread that computes, or that the scheduler
 * has set aside, keeps the lead (a port with concurrency 1 would not release another waiter either); one
 * that keeps looping gets it back.
 *
 * Why not SINGLE_ISSUER | DEFER_TASKRUN, which uring-facts recommends? Such a ring can be entered by one
 * thread for ever; when that thread is an adopter that stays away or ends, nobody can take over, and its
 * pending sends stand still. With COOP_TASKRUN alone any thread may enter, and the kernel completes
 * requests of a submitter that sleeps anywhere. Measured with the C server of our bench with either set
 * of flags, in one run: echo 1.00 (64 connections), 1.06 (one), short connections 1.15 by medians and
 * 1.03 by best windows, each with a spread of 10 %: no difference that would be worth the stranding.
 *
 * A submitter that ends takes its pending requests with it: they complete as cancelled (F20). Such a
 * completion, on an operation that nobody wanted to cancel, starts the operation again.
 *
 * Waiters that get their packets from a batch are unparked behind it: on one processor they would run
 * at once, and find the monitors of the thread that woke them taken.
 *
 * EMFILE in an accept leaves the connection in the listener's queue (F4): such accepts wait in `starved`
 * and are tried again every 20 ms, and a descriptor that is closed on this loop brings that forward.
 */
final class RingLoop extends Loop implements Runnable {
    private static final long IGNORED = -1;
    private static final long PERIOD_NANOS = 5_000_000;
    private static final long STARVED_NANOS = 20_000_000;

    /** Periods away after which the own thread submits what the adopter has left. */
    private static final int FLUSH_PERIODS = 2;

    /** Periods away after which the adopter loses the lead even if it computes. */
    private static final int AWAY_PERIODS = 20;

    /** Threads whose wake-up is put off to the end of a batch. */
    private static final int MOST_WOKEN = 16;

    /** Periods in one wait after which the own thread stops looking. */
    private static final int QUIET_PERIODS = 4;

    private final Ring ring;
    private final Object lock = new Object();
    private final SlotTable slots = new SlotTable();
    private final Submissions submissions;
    private final Thread own;

    private final WakeUp wakeUp;
    private final Lead lead;

    private volatile boolean flushAsked;
    private volatile boolean dormant;

    /** Counts the rounds of an adopter; written by it alone. */
    private final AtomicLong rounds = new AtomicLong();

    /** Accepts that found no free descriptor. Guarded by lock. */
    private final List<Operation> starved = new ArrayList<>();

    /** Sends of this batch with a close behind them. Guarded by lock. */
    private final List<Operation> closing = new ArrayList<>();

    /** What the batch at hand has ended, and with what. For the leader. */
    private @Nullable Operation[] done = new Operation[64];

    private int[] results = new int[64];

    /**
     * The thread that is ending a batch, null for none; {@link #woken} are to be unparked behind
     * it. Others may read it at any time: nobody but that thread finds itself there.
     */
    private @Nullable Thread ending;

    private final List<Thread> woken = new ArrayList<>(MOST_WOKEN);

    /** A descriptor may be free, or a starved accept has been cancelled. */
    private volatile boolean retryNow;

    /** When starved accepts were last tried, by nanoTime. */
    private long retriedAt;

    RingLoop(Ring ring, String name) throws RingException {
        this.ring = ring;
        submissions = new Submissions(ring, slots);
        wakeUp = new WakeUp();
        own = new Thread(this, name);
        own.setDaemon(true);
        lead = new Lead(own, wakeUp);
    }

    /** Starts the loop's own thread. */
    void begin() {
        own.start();
    }

    // ---- starting and cancelling ----

    @Override
    public void start(Operation operation) {
        operation.cancelRequested = false;
        operation.connected = false;
        operation.resultFlags = 0;
        if (operation.kind == Operation.Kind.CONNECT) {
            ((UringEndpoint) Objects.requireNonNull(operation.endpoint))
                    .acknowledgeWithData(operation.blocks > 0);
        }
        boolean sleeping;
        synchronized (lock) {
            submit(operation);
            sleeping = wakeUp.isAsleep();
        }
        see(sleeping);
    }

    /** Sees to it that what the caller has just filled in reaches the kernel. */
    private void see(boolean sleeping) {
        if (sleeping) {
            wakeUp.write();
        } else if (lead.isAwayFromCaller()) {
            flushAsked = true;
            LockSupport.unpark(own);
        }
    }

    /** Gives the operation a slot and fills in its entries. Holding the lock. */
    private void submit(Operation operation) {
        // Only the leader's own entries are sure to reach the kernel in one piece. It counts them
        // under the lock and enters without it: if others fill and submit in between, its count is
        // too small for what is there, and could cut a chain of theirs.
        operation.linked = operation.kind == Operation.Kind.CONNECT && lead.isHeldByCaller();
        makeRoom(Submissions.places(operation));
        slots.take(operation);
        submissions.fill(operation, operation.token);
    }

    /** Holding the lock. */
    private void makeRoom(int places) {
        while (!ring.hasRoom(places)) {
            int done = ring.submit(ring.publish());
            if (done < 0 && !ring.hasRoom(places)) {
                LockSupport.parkNanos(
                        100_000); // EAGAIN: the kernel is short of memory for a moment
            }
        }
    }

    @Override
    public void cancel(Operation operation) {
        boolean sleeping;
        synchronized (lock) {
            operation.cancelRequested = true;
            if (starved.contains(operation)) {
                retryNow = true; // the leader ends it
            } else if (slots.get(operation.token) != operation) {
                return;
            } else {
                addCancel(operation);
            }
            sleeping = wakeUp.isAsleep();
        }
        see(sleeping);
    }

    /** Holding the lock. */
    private void addCancel(Operation operation) {
        makeRoom(1);
        ring.add(OP_ASYNC_CANCEL, CQE_SKIP_SUCCESS, 0, -1, 0, operation.token, 0, 0, IGNORED);
    }

    @Override
    public void close(Endpoint endpoint) {
        UringEndpoint socket = (UringEndpoint) endpoint;
        boolean mine = lead.isLedByCaller() || Thread.currentThread() == own;
        if (!mine) {
            socket.close();
        } else if (socket.markClosed()) {
            synchronized (lock) {
                makeRoom(1);
                addClose(socket);
            }
        }
        retryNow = true;
    }

    @Override
    public void endFollows(Operation send) {
        synchronized (lock) {
            if (send.kind == Operation.Kind.SEND) {
                send.flags |= Endpoint.END_FOLLOWS; // for the rest, if it is sent in parts
                ring.amend(send.token, 0, UringEndpoint.MSG_MORE);
            }
        }
    }

    @Override
    public boolean closeBehind(Operation send, Endpoint endpoint) {
        UringEndpoint socket = (UringEndpoint) endpoint;
        synchronized (lock) {
            boolean possible =
                    lead.isLedByCaller() // see submit
                            && send.kind == Operation.Kind.SEND
                            && ring.hasRoom(1)
                            && ring.amend(send.token, IO_LINK, UringEndpoint.MSG_MORE);
            if (possible) {
                send.linked = true;
                send.cancelRequested = true;
                socket.markClosed();
                addClose(socket);
                closing.add(send);
                retryNow = true;
            }
            return possible;
        }
    }

    /** Holding the lock, with room for it. */
    private void addClose(UringEndpoint socket) {
        ring.add(OP_CLOSE, CQE_SKIP_SUCCESS, 0, socket.fd, 0, 0, 0, 0, IGNORED);
    }

    // ---- leading ----

    @Override
    public boolean isLedByCaller() {
        return lead.isLedByCaller();
    }

    @Override
    public boolean isLedByOther() {
        return lead.isLedByOther();
    }

    @Override
    public void adopt() {
        lead.adopt();
    }

    @Override
    public void release() {
        lead.release();
    }

    @Override
    public void wake() {
        lead.wake();
    }

    @Override
    public void retire() {
        lead.retire();
    }

    @Override
    public boolean lead(long nanos) {
        if (!lead.enter()) {
            return false;
        }
        rounds.lazySet(rounds.getPlain() + 1);
        round(nanos);
        if (!lead.leave()) {
            return false;
        }
        if (dormant) {
            dormant = false;
            LockSupport.unpark(own);
        }
        return true;
    }

    // ---- the own thread ----

    @Override
    public void run() {
        synchronized (lock) {
            armWake();
        }
        while (!lead.isRetired() || busy()) {
            if (lead.isOwn()) {
                round(Long.MAX_VALUE);
                lead.handOver();
            } else {
                supervise();
            }
        }
        flush(); // descriptors that were closed in the last batch
        ring.close();
        wakeUp.close();
    }

    private boolean busy() {
        synchronized (lock) {
            return slots.busy() > 0 || !starved.isEmpty();
        }
    }

    /** Watches an adopter until it has lost the lead. */
    private void supervise() {
        int away = 0;
        int quiet = 0;
        while (!lead.isOwn()) {
            long before = rounds.get();
            if (dormant) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, PERIOD_NANOS);
            }
            boolean still = rounds.get() == before;
            away = still && lead.isAway() ? away + 1 : 0;
            if (flushAsked || away >= FLUSH_PERIODS) {
                flushAsked = false;
                flush();
            }
            boolean gone = away > 0 && (lead.isWantedBack() || rests(lead.adopter()));
            if (gone || away >= AWAY_PERIODS) {
                lead.takeBack();
            }
            quiet = still && lead.isLeading() ? quiet + 1 : 0;
            dormant = quiet >= QUIET_PERIODS; // the adopter reads it after leaving LEADING
            if (dormant && !lead.isLeading()) {
                dormant = false;
            }
        }
        dormant = false;
    }

    /**
     * True for a thread that waits for something else, or has ended: not for one that computes or
     * was preempted.
     */
    private static boolean rests(@Nullable Thread thread) {
        if (thread == null) {
            return true;
        }
        Thread.State state = thread.getState();
        return state == Thread.State.WAITING
                || state == Thread.State.TIMED_WAITING
                || state == Thread.State.TERMINATED;
    }

    private void flush() {
        synchronized (lock) {
            int count = ring.publish();
            if (count > 0) {
                ring.submit(count);
            }
        }
    }

    // ---- one round of the leader ----

    private void round(long nanos) {
        int count;
        boolean anyStarved;
        long wait = nanos;
        synchronized (lock) {
            count = ring.publish();
            submissions.batch++;
            anyStarved = !starved.isEmpty();
            if (anyStarved) {
                wait = Math.min(wait, retryNow ? 0 : STARVED_NANOS);
            }
            if (!closing.isEmpty()) {
                wait = 0; // those that have to wait are cancelled afterwards
            }
            wakeUp.fallAsleep();
        }
        if (wakeUp.takeToken()) {
            wait = 0;
        }
        if (count > 0 || wait == 0 || ring.ready() == 0) {
            int result = ring.enter(count, wait);
            if (result == -Errno.EAGAIN || result == -Errno.ENOMEM) {
                LockSupport.parkNanos(
                        1_000_000); // the kernel is short of memory: the entries stay, try again
            }
        }
        wakeUp.riseUp();
        reap();
        if (anyStarved && (retryNow || System.nanoTime() - retriedAt >= STARVED_NANOS)) {
            retryStarved();
        }
    }

    /** Reads what has completed, all under one lock, then ends the operations without it. */
    private void reap() {
        int count = 0;
        int ready = ring.ready();
        if (ready > done.length) {
            done = new Operation[Integer.highestOneBit(ready) * 2];
            results = new int[done.length];
        }
        synchronized (lock) {
            for (; ready > 0; ready--) {
                long userData = ring.next();
                if (userData == WakeUp.READ) {
                    wakeUp.hasBeenRead();
                    armWake();
                } else if (userData != IGNORED) {
                    Operation operation = completed(userData, ring.result(), ring.resultFlags());
                    if (operation != null) {
                        done[count] = operation;
                        results[count++] = outcome(operation, ring.result());
                    }
                }
            }
            giveUpUnsent();
        }
        ring.release();
        ending = Thread.currentThread();
        for (int i = 0; i < count; i++) {
            end(Objects.requireNonNull(done[i]), results[i]);
            done[i] = null;
        }
        ending = null;
        for (int i = 0; i < woken.size(); i++) {
            LockSupport.unpark(woken.get(i));
        }
        woken.clear();
    }

    @Override
    public void unpark(Thread thread) {
        if (ending == Thread.currentThread() && woken.size() < MOST_WOKEN) {
            woken.add(thread);
        } else {
            LockSupport.unpark(thread);
        }
    }

    /** Cancels sends with a close behind them that have not ended at once. Holding the lock. */
    private void giveUpUnsent() {
        for (int i = 0; i < closing.size(); i++) {
            Operation send = closing.get(i);
            if (slots.get(send.token) == send) {
                addCancel(send);
            }
        }
        closing.clear();
    }

    /** Holding the lock. */
    private void armWake() {
        makeRoom(1);
        wakeUp.arm(ring);
    }

    /** The operation of a completion, if it ends with it. Holding the lock. */
    private @Nullable Operation completed(long token, int result, int flags) {
        Operation operation = slots.get(token);
        if (operation == null) {
            return null;
        }
        if (result >= 0) {
            submissions.collect(operation, token, result, flags);
        }
        slots.free(token);
        if (operation.linked && operation.kind == Operation.Kind.SEND) {
            closeBroken(operation, result);
        }
        return goesOn(operation, result) ? null : operation;
    }

    /** Closes what a send of less than all has left open: it has broken its chain. */
    private void closeBroken(Operation send, int result) {
        if (result != send.total() - send.moved) {
            makeRoom(1);
            addClose((UringEndpoint) Objects.requireNonNull(send.endpoint));
        }
    }

    /**
     * What an operation ends with: a connect whose data will not be sent any more was cancelled.
     */
    private static int outcome(Operation operation, int result) {
        return result >= 0 && isUnsent(operation) ? -Errno.ECANCELED : result;
    }

    /**
     * Ends an operation. A defect in what its user does then must not take the loop, and all
     * others, along.
     */
    private static void end(Operation operation, int result) {
        try {
            Submissions.end(operation, result);
        } catch (Throwable t) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, t);
        }
    }

    /**
     * Decides whether a completion ends its operation; starts it again if not. Holding the lock.
     */
    private boolean goesOn(Operation operation, int result) {
        boolean sends =
                operation.kind == Operation.Kind.SEND || operation.kind == Operation.Kind.CONNECT;
        if (result >= 0) {
            if (!sends || operation.blocks == 0) {
                return false;
            }
            if (isUnsent(operation)) {
                if (operation.cancelRequested) {
                    return false;
                }
                operation.connected = true; // now the data
                submit(operation);
                return true;
            }
            operation.moved += result;
            if (operation.moved >= operation.total() || operation.cancelRequested) {
                return false;
            }
        } else if (operation.cancelRequested) {
            return false;
        } else if (operation.kind == Operation.Kind.ACCEPT && isShortage(-result)) {
            starved.add(operation);
            return true;
        } else if (result == -Errno.ECANCELED) { // its submitter has ended (F20)
            boolean connecting =
                    operation.kind == Operation.Kind.CONNECT
                            && operation.moved == 0
                            && !operation.connected;
            if (connecting) {
                Objects.requireNonNull(operation.endpoint)
                        .dissolve(); // it would go on connecting (F10)
            }
        } else if (!(operation.kind == Operation.Kind.ACCEPT && result == -Errno.ECONNABORTED)) {
            return false;
        }
        submit(operation);
        return true;
    }

    /** True for connect and send, not made as one chain, of which the send is still to come. */
    private static boolean isUnsent(Operation operation) {
        return operation.kind == Operation.Kind.CONNECT
                && operation.blocks > 0
                && !operation.linked
                && !operation.connected;
    }

    private static boolean isShortage(int errno) {
        return errno == Errno.EMFILE
                || errno == Errno.ENFILE
                || errno == Errno.ENOMEM
                || errno == Errno.ENOBUFS;
    }

    /**
     * Tries the accepts again that found no descriptor, and ends those that nobody wants any more.
     */
    private void retryStarved() {
        List<Operation> cancelled = new ArrayList<>();
        synchronized (lock) {
            retryNow = false;
            retriedAt = System.nanoTime();
            for (Operation operation : starved) {
                if (operation.cancelRequested) {
                    cancelled.add(operation);
                } else {
                    submit(operation);
                }
            }
            starved.clear();
        }
        for (Operation operation : cancelled) {
            end(operation, -Errno.ECANCELED);
        }
    }

    int fd() {
        return ring.fd();
    }

    boolean has(int feature) {
        return ring.has(feature);
    }

    @Override
    public String toString() {
        return own.getName()
                + " (ring "
                + ring.fd()
                + ", "
                + ring.submissions()
                + "/"
                + ring.completions()
                + " entries)";
    }
}
