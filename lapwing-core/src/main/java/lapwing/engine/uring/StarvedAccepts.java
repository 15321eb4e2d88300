package lapwing.engine.uring;

import java.util.ArrayList;
import java.util.List;
import lapwing.engine.Operation;

/**
 * Accepts that found no free descriptor. EMFILE leaves the connection in the listener's queue (F4):
 * such accepts wait here, without a slot, and are tried again every 20 ms; a descriptor that is
 * closed on the loop brings that forward. Guarded by the loop's lock, but for what says otherwise.
 */
final class StarvedAccepts {
    private static final long PERIOD_NANOS = 20_000_000;

    private final List<Operation> waiting = new ArrayList<>();

    /** A descriptor may be free, or one of them has been cancelled. Written by anybody. */
    private volatile boolean retryNow;

    /** When they were last tried, by nanoTime. Written by the leader under the lock, read by it. */
    private long retriedAt;

    void add(Operation accept) {
        waiting.add(accept);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Lets the leader end the operation if it is one of them; false if not. */
    boolean cancel(Operation operation) {
        boolean found = waiting.contains(operation);
        if (found) {
            retryNow = true;
        }
        return found;
    }

    /** Says that a descriptor may be free. Needs no lock. */
    void retrySoon() {
        retryNow = true;
    }

    /** How long the leader may wait if there are some. */
    long patience() {
        return retryNow ? 0 : PERIOD_NANOS;
    }

    /** True if those that there are should be tried now. For the leader; needs no lock. */
    boolean isDue() {
        return retryNow || System.nanoTime() - retriedAt >= PERIOD_NANOS;
    }

    /**
     * Tries them again. For the leader.
     *
     * @return those that nobody wants any more: the caller ends them, without the lock
     */
    List<Operation> retry(SubmissionSide submissionSide) {
        List<Operation> cancelled = new ArrayList<>();
        retryNow = false;
        retriedAt = System.nanoTime();
        for (Operation operation : waiting) {
            if (operation.cancelRequested) {
                cancelled.add(operation);
            } else {
                submissionSide.start(operation);
            }
        }
        waiting.clear();
        return cancelled;
    }
}
