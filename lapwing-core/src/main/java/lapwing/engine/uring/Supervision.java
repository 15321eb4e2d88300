package lapwing.engine.uring;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Looks after a ring while an adopter has it. Nobody else does when the adopter is away. That is
 * harmless for a moment, and wrong for ever: the program may block on a latch, or end the thread,
 * with a send not yet submitted. So the loop's own thread supervises, every 5 ms: what an adopter
 * has left for two periods it submits; the lead goes back to it when the adopter rests in another
 * wait or has ended, or has been away for twenty periods. A thread that computes, or that the
 * scheduler has set aside, keeps the lead (a port with concurrency 1 would not release another
 * waiter either); one that keeps looping gets it back. While the adopter waits quietly in the
 * kernel, the supervisor is dormant.
 */
final class Supervision {
    private static final long PERIOD_NANOS = 5_000_000;

    /** Periods away after which the own thread submits what the adopter has left. */
    private static final int FLUSH_PERIODS = 2;

    /** Periods away after which the adopter loses the lead even if it computes. */
    private static final int AWAY_PERIODS = 20;

    /** Periods in one wait after which the own thread stops looking. */
    private static final int QUIET_PERIODS = 4;

    private final Thread own;
    private final Lead lead;
    private final SubmissionSide submissionSide;
    private final Object loopLock;

    /** Counts the rounds of an adopter; written by it alone. */
    private final AtomicLong rounds = new AtomicLong();

    private volatile boolean flushAsked;
    private volatile boolean dormant;

    Supervision(Thread own, Lead lead, SubmissionSide submissionSide, Object loopLock) {
        this.own = own;
        this.lead = lead;
        this.submissionSide = submissionSide;
        this.loopLock = loopLock;
    }

    /** Has submitted at once what a thread has filled in while the adopter is away. */
    void askFlush() {
        flushAsked = true;
        LockSupport.unpark(own);
    }

    /** For the adopter, when it begins to lead a round. */
    void countRound() {
        rounds.lazySet(rounds.getPlain() + 1);
    }

    /** For the adopter, after it has left the lead to be away. */
    void rouse() {
        if (dormant) {
            dormant = false;
            LockSupport.unpark(own);
        }
    }

    /** Watches an adopter until it has lost the lead. For the own thread. */
    void watch() {
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
        synchronized (loopLock) {
            submissionSide.flush();
        }
    }
}
