package lapwing.engine.uring;

import java.util.LinkedHashSet;
import java.util.SequencedSet;
import lapwing.engine.FreeDescriptors;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import lapwing.engine.Timer;
import org.jspecify.annotations.Nullable;

/**
 * Accepts that found no free descriptor. EMFILE leaves the connection in the listener's queue (F4):
 * such accepts wait here, without a slot, and are tried again every 20 ms; a descriptor that the
 * library closes brings that forward. Guarded by the loop's lock, but for the timer, which rings
 * without it: as it stays with one loop, any thread may arm it.
 */
final class StarvedAccepts extends Timer {
    private static final long PERIOD_NANOS = 20_000_000;

    private final RingLoop loop;
    private final SequencedSet<Operation> waiting = new LinkedHashSet<>();

    StarvedAccepts(RingLoop loop) {
        super(new Object());
        this.loop = loop;
    }

    void add(Operation accept) {
        if (!isArmed()) {
            loop.arm(this, PERIOD_NANOS);
        }
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
            retrySoon();
        }
        return found;
    }

    /** A descriptor may be free, or one of them has been cancelled. Needs no lock. */
    void retrySoon() {
        loop.arm(this, 0);
    }

    @Override
    protected void ring() {
        loop.retryStarved();
    }

    /**
     * Tries them again, or hands those that nobody wants any more, or that cannot be started, to
     * {@code refused}.
     */
    void retry(SubmissionQueue submissionQueue, Refused refused) {
        Operation left = null;
        for (Operation operation = takeAny(); operation != null; operation = takeAny()) {
            if (operation.isCancelled()) {
                refused.add(operation, Status.CANCELLED);
                left = operation;
            } else {
                refused.start(submissionQueue, operation);
            }
        }
        if (left != null) {
            submissionQueue.leaveToAnother(left); // last: there may be no memory
        }
    }
}
