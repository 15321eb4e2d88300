package lapwing.engine.uring;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import lapwing.engine.Operation;
import org.jspecify.annotations.Nullable;

/**
 * The operations that have ended in one round. The leader collects them under the loop's lock and
 * ends them without it. Waiters that get packets by that are unparked behind the whole batch: on
 * one processor they would run at once, and find the monitors of the thread that woke them taken.
 */
final class EndedBatch {
    /** Threads whose wake-up is put off to the end of a batch. */
    private static final int MOST_WOKEN = 16;

    private @Nullable Operation[] operations = new Operation[64];
    private int[] results = new int[64];
    private int count;

    /** The last batch was of one, and nobody has asked yet. For the leader. */
    private boolean single;

    /**
     * The thread that is ending a batch, null for none; {@link #woken} are to be unparked behind
     * it. Others may read it at any time: nobody but that thread finds itself there.
     */
    private @Nullable Thread ending;

    private final List<Thread> woken = new ArrayList<>(MOST_WOKEN);

    /**
     * Begins a batch of at most so many operations.
     *
     * @return how many it takes: less if there is no memory for all
     */
    int begin(int most) {
        if (most > operations.length) {
            try {
                int size = Integer.highestOneBit(most) * 2;
                int[] codes = new int[size];
                operations = new Operation[size];
                results = codes;
            } catch (OutOfMemoryError e) {
                return operations.length; // the others in another batch
            }
        }
        return most;
    }

    void add(Operation operation, int result) {
        operations[count] = operation;
        results[count++] = result;
    }

    /** Ends them all, in order, then unparks who waits for that. */
    void end() {
        ending = Thread.currentThread();
        for (int i = 0; i < count; i++) {
            Outcomes.end(Objects.requireNonNull(operations[i]), results[i]);
            operations[i] = null;
        }
        ending = null;
        single = count == 1;
        count = 0;
        for (int i = 0; i < woken.size(); i++) {
            LockSupport.unpark(woken.get(i));
        }
        woken.clear();
    }

    /** True once if the last batch was of one. For the leader. */
    boolean takeSingle() {
        boolean taken = single;
        single = false;
        return taken;
    }

    /** Unparks a thread, behind the batch if the caller is ending one. For everybody. */
    void unpark(Thread thread) {
        if (ending == Thread.currentThread() && woken.size() < MOST_WOKEN) {
            woken.add(thread);
        } else {
            LockSupport.unpark(thread);
        }
    }
}
