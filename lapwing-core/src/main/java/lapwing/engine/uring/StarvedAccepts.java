package lapwing.engine.uring;

import java.util.LinkedHashSet;
import java.util.SequencedSet;
import lapwing.engine.FreeDescriptors;
import lapwing.engine.Loop;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import org.jspecify.annotations.Nullable;

/**
 * Accepts that found no free descriptor. EMFILE leaves the connection in the listener's queue (F4):
 * such accepts wait here, without a slot, and are tried again every 20 ms; a descriptor that the
 * library closes brings that forward. Guarded by the loop's lock, but for what says otherwise.
 */
final class StarvedAccepts {
    private static final long PERIOD_NANOS = 20_000_000;

    private final Loop loop;
    private final SequencedSet<Operation> waiting = new LinkedHashSet<>();

    /** A descriptor may be free, or one of them has been cancelled. Written by anybody. */
    private volatile boolean retryNow;

    /** When they were last tried, by nanoTime. Written by the leader under the lock, read by it. */
    private long retriedAt;

    StarvedAccepts(Loop loop) {
        this.loop = loop;
    }

    void add(Operation accept) {
        waiting.add(accept);
        FreeDescriptors.want(loop);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Takes one of them out, null if there is none. */
    @Nullable Operation takeAny() {
        Operation first = waiting.isEmpty() ? null : waiting.removeFirst();
        if (waiting.isEmpty()) {
            FreeDescriptors.found(loop);
        }
        return first;
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
     * Tries them again, or hands those that nobody wants any more, or that cannot be started, to
     * {@code refused}. For the leader.
     */
    void retry(SubmissionSide submissionSide, Refused refused) {
        retryNow = false;
        retriedAt = System.nanoTime();
        for (Operation operation = takeAny(); operation != null; operation = takeAny()) {
            if (operation.isCancelled()) {
                refused.add(operation, Status.CANCELLED);
            } else {
                refused.start(submissionSide, operation);
            }
        }
    }
}
