package lapwing.engine.uring;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import lapwing.engine.Clock;
import lapwing.engine.TimerHeap;
import org.jspecify.annotations.Nullable;

/**
 * Looks after a ring while an adopter has it. Nobody else does when the adopter is away. That is
 * harmless for a moment, and wrong for ever: the program may block on a latch, or end the thread,
 * with a send not yet submitted. So the loop's own thread supervises, every 5 ms: what an adopter
 * has left for two periods it submits; what has completed meanwhile it ends in its place, and gives
 * the lead back; timers that are due it lets ring; the lead goes back to it for good when the
 * adopter rests in another wait or has ended, or has been away for twenty periods. A thread that
 * computes, or that the scheduler has set aside, keeps the lead (a port with concurrency 1 would
 * not release another waiter either); one that keeps looping gets it back. While the adopter waits
 * quietly in the kernel, the supervisor is dormant.
 *
 * <p>Other threads may wait for an operation of this ring, and should not wait for the adopter's
 * handler. While there are some, and for a moment after a thread other than the adopter has started
 * something, a period is 1 ms.
 */
final class Supervision {
    private static final long PERIOD_NANOS = 5_000_000;

    /** A period while somebody else waits. */
    private static final long PRESSED_NANOS = 1_000_000;

    /** For so long somebody is taken to wait who has started something. */
    private static final long PATIENCE_NANOS = 2 * PERIOD_NANOS;

    /** Time away after which the own thread submits what the adopter has left. */
    private static final long FLUSH_NANOS = 2 * PERIOD_NANOS;

    /** Time away after which the adopter loses the lead even if it computes. */
    private static final long AWAY_NANOS = 20 * PERIOD_NANOS;

    /** Periods in one wait after which the own thread stops looking. */
    private static final int QUIET_PERIODS = 4;

    private final Thread own;
    private final RingLead lead;
    private final Ring ring;

    /** Gives the kernel what has been filled in. */
    private final Runnable flush;

    private final TimerHeap timers;
    private final Clock clock;

    /** Counts the rounds of an adopter; written by it alone. */
    private final AtomicLong rounds = new AtomicLong();

    /** Threads that wait for operations of this loop, and do not lead it. */
    private final AtomicInteger waiters = new AtomicInteger();

    private volatile boolean flushAsked;

    /** Somebody has filled in an entry while the adopter was in its round. */
    private volatile boolean leftBehind;

    /** The own thread sleeps for longer than somebody who waits would like. */
    private volatile boolean sleepsLong;

    private volatile boolean dormant;

    // For the own thread.

    /** Until when, by nanoTime, somebody is taken to wait. */
    private long pressedUntil;

    /** Since when, by nanoTime, the adopter is not known to have been in a round. */
    private long since;

    /** From whom the lead has been borrowed, and behind which of its rounds; null for nobody. */
    private @Nullable Thread borrowedFrom;

    private long borrowedBehind;

    Supervision(
            Thread own, RingLead lead, Ring ring, Runnable flush, TimerHeap timers, Clock clock) {
        this.own = own;
        this.lead = lead;
        this.ring = ring;
        this.flush = flush;
        this.timers = timers;
        this.clock = clock;
        pressedUntil = clock.nanoTime();
    }

    // ---- those who do not lead ----

    /**
     * Has submitted at once what the caller has filled in, if it does not lead. An own thread that
     * leads submits it with its next round, an adopter that is in its round when it leaves it: it
     * may stay away then. One that sleeps is to be woken besides.
     */
    void seeToIt() {
        if (lead.isHeldByCaller()) {
            return;
        }
        if (lead.isLeading()) {
            leftBehind = true; // before the state is looked at: the adopter does it behind its move
        }
        if (lead.isAway()) {
            flushAsked = true;
            LockSupport.unpark(own);
        }
    }

    /** See {@link lapwing.engine.Loop#addWaiter}. */
    void addWaiter() {
        waiters.incrementAndGet();
        if (lead.isAway()) {
            LockSupport.unpark(own);
        }
    }

    /** See {@link lapwing.engine.Loop#removeWaiter}. */
    void removeWaiter() {
        waiters.decrementAndGet();
    }

    // ---- the adopter ----

    /** When it begins to lead a round. */
    void countRound() {
        rounds.lazySet(rounds.getPlain() + 1);
    }

    /** Everything that was filled in is published. */
    void published() {
        if (leftBehind) {
            leftBehind = false;
        }
    }

    /** After it has left the lead to be away. */
    void rouse() {
        if (dormant || (sleepsLong && waiters.get() > 0)) {
            dormant = false;
            sleepsLong = false;
            LockSupport.unpark(own);
        }
        if (leftBehind) {
            leftBehind = false;
            try {
                flush.run();
            } catch (OutOfMemoryError e) { // the caller has a packet to hand on
                flushAsked = true;
                LockSupport.unpark(own);
            }
        }
    }

    // ---- the own thread ----

    /** Watches an adopter until it has lost the lead. */
    void watch() {
        if (borrowedFrom != lead.adopter() || borrowedBehind != rounds.get()) {
            since = clock.nanoTime(); // else it has been away all the time
        }
        borrowedFrom = null;
        int quiet = 0;
        dormant = false; // a former watch may have ended in the middle
        while (!lead.isOwn()) {
            long before = rounds.get();
            sleep();
            long now = clock.nanoTime();
            boolean still = rounds.get() == before;
            if (!still || !lead.isAway()) {
                since = now;
            }
            look(now, now - since);
            quiet = still && lead.isLeading() ? quiet + 1 : 0;
            dormant = quiet >= QUIET_PERIODS; // the adopter reads it after leaving LEADING
            if (dormant && !lead.isLeading()) {
                dormant = false;
            }
        }
        dormant = false;
    }

    /** The own thread has made a round and leads on: nothing is borrowed. */
    void leadsOn() {
        if (borrowedFrom != null) {
            borrowedFrom = null;
        }
    }

    private void sleep() {
        if (dormant) {
            clock.park(this, Long.MAX_VALUE);
            return;
        }
        boolean pressed = isPressed(clock.nanoTime());
        sleepsLong = !pressed;
        clock.park(this, pressed ? PRESSED_NANOS : PERIOD_NANOS);
        sleepsLong = false;
    }

    private boolean isPressed(long now) {
        return waiters.get() > 0 || now - pressedUntil < 0;
    }

    /** Does what an adopter leaves undone that has been away for so long. */
    private void look(long now, long away) {
        if (lead.isAway()) {
            timers.ring(); // first: what they start is submitted below
        }
        if (flushAsked) {
            pressedUntil = now + PATIENCE_NANOS;
        }
        if (flushAsked || away >= FLUSH_NANOS) {
            flushAsked = false;
            try {
                flush.run();
            } catch (OutOfMemoryError e) {
                flushAsked = true; // with the next look
            }
        }
        // one that was woken and has not run yet looks as if it rested: not at the first moment
        boolean gone = away >= PERIOD_NANOS && rests(lead.adopter());
        if (gone || away >= AWAY_NANOS || lead.isWantedBack()) {
            lead.takeBack();
        } else if (away >= (isPressed(now) ? PRESSED_NANOS : PERIOD_NANOS)
                && lead.isAway()
                && ring.ready() > 0) {
            borrow();
        }
    }

    private void borrow() {
        Thread adopter = lead.adopter();
        long behind = rounds.get();
        if (lead.borrow()) {
            borrowedFrom = adopter;
            borrowedBehind = behind;
        }
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
}
