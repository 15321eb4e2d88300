package lapwing.engine.uring;

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
 */
final class RingLoop extends Loop implements Runnable {
    private static final long PERIOD_NANOS = 5_000_000;

    /** Periods away after which the own thread submits what the adopter has left. */
    private static final int FLUSH_PERIODS = 2;

    /** Periods away after which the adopter loses the lead even if it computes. */
    private static final int AWAY_PERIODS = 20;

    /** Periods in one wait after which the own thread stops looking. */
    private static final int QUIET_PERIODS = 4;

    private final Ring ring;
    private final Object lock = new Object();
    private final SlotTable slots = new SlotTable();
    private final SubmissionSide submissionSide;
    private final StarvedAccepts starved = new StarvedAccepts();
    private final Completions completions;
    private final EndedBatch batch = new EndedBatch();
    private final Thread own;

    private final WakeUp wakeUp;
    private final Lead lead;

    private volatile boolean flushAsked;
    private volatile boolean dormant;

    /** Counts the rounds of an adopter; written by it alone. */
    private final AtomicLong rounds = new AtomicLong();

    RingLoop(Ring ring, String name) throws RingException {
        this.ring = ring;
        wakeUp = new WakeUp();
        own = new Thread(this, name);
        own.setDaemon(true);
        lead = new Lead(own, wakeUp);
        Submissions submissions = new Submissions(ring, slots);
        submissionSide = new SubmissionSide(ring, slots, submissions, lead);
        completions = new Completions(slots, submissions, submissionSide, starved);
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
            submissionSide.start(operation);
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

    @Override
    public void cancel(Operation operation) {
        boolean sleeping;
        synchronized (lock) {
            operation.cancelRequested = true;
            if (!starved.cancel(operation)) {
                if (slots.get(operation.token) != operation) {
                    return; // it has ended
                }
                submissionSide.cancel(operation);
            }
            sleeping = wakeUp.isAsleep();
        }
        see(sleeping);
    }

    @Override
    public void close(Endpoint endpoint) {
        UringEndpoint socket = (UringEndpoint) endpoint;
        boolean mine = lead.isLedByCaller() || Thread.currentThread() == own;
        if (!mine) {
            socket.close();
        } else if (socket.markClosed()) {
            synchronized (lock) {
                submissionSide.close(socket);
            }
        }
        starved.retrySoon();
    }

    @Override
    public void endFollows(Operation send) {
        synchronized (lock) {
            submissionSide.endFollows(send);
        }
    }

    @Override
    public boolean closeBehind(Operation send, Endpoint endpoint) {
        synchronized (lock) {
            boolean possible = submissionSide.closeBehind(send, (UringEndpoint) endpoint);
            if (possible) {
                starved.retrySoon();
            }
            return possible;
        }
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
            submissionSide.arm(wakeUp);
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
            submissionSide.flush();
        }
    }

    @Override
    public void unpark(Thread thread) {
        batch.unpark(thread);
    }

    // ---- one round of the leader ----

    private void round(long nanos) {
        int count;
        boolean anyStarved;
        long wait = nanos;
        synchronized (lock) {
            count = submissionSide.publish();
            anyStarved = !starved.isEmpty();
            if (anyStarved) {
                wait = Math.min(wait, starved.patience());
            }
            if (submissionSide.isClosing()) {
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
        if (anyStarved && starved.isDue()) {
            retryStarved();
        }
    }

    /** Reads what has completed, all under one lock, then ends the operations without it. */
    private void reap() {
        int ready = ring.ready();
        batch.begin(ready);
        synchronized (lock) {
            for (; ready > 0; ready--) {
                long userData = ring.next();
                if (userData == WakeUp.READ) {
                    wakeUp.hasBeenRead();
                    submissionSide.arm(wakeUp);
                } else if (userData != SubmissionSide.IGNORED) {
                    Operation operation =
                            completions.ended(userData, ring.result(), ring.resultFlags());
                    if (operation != null) {
                        batch.add(operation, Completions.outcome(operation, ring.result()));
                    }
                }
            }
            submissionSide.giveUpUnsent();
        }
        ring.release();
        batch.end();
    }

    /**
     * Tries the accepts again that found no descriptor, and ends those that nobody wants any more.
     */
    private void retryStarved() {
        List<Operation> cancelled;
        synchronized (lock) {
            cancelled = starved.retry(submissionSide);
        }
        for (Operation operation : cancelled) {
            Completions.end(operation, -Errno.ECANCELED);
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
