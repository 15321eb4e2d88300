package lapwing.engine.uring;

import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import java.util.Objects;
import lapwing.engine.Endpoint;
import lapwing.engine.Operation;
import org.jspecify.annotations.Nullable;

/**
 * The accepts of each listener. Only a few are with the kernel; the others wait here, first in
 * first out, and follow when one has ended.
 *
 * <p>An accept that the kernel has to arm costs much more than one that finds a connection in the
 * listener's queue, and under load there is one. With eight armed, a short connection took a fifth
 * less of the server's time than with 24 or 256. The few are enough: a connection wakes one, the
 * same batch hands in the next.
 *
 * <p>Guarded by the loop's lock.
 */
final class AcceptQueues {
    static final int MOST_ARMED = Integer.getInteger("lapwing.engine.uring.accepts", 8);

    private static final class Queue {
        int armed;
        final ArrayDeque<Operation> waiting = new ArrayDeque<>();
    }

    private final IdentityHashMap<Endpoint, Queue> queues = new IdentityHashMap<>();

    /** True if an accept may go to the kernel now; otherwise it waits here. */
    boolean admits(Operation accept) {
        Queue queue = queues.computeIfAbsent(endpoint(accept), _ -> new Queue());
        boolean now = queue.armed < MOST_ARMED;
        if (now) {
            queue.armed++;
        } else {
            queue.waiting.add(accept);
        }
        return now;
    }

    /** An accept has come back from the kernel: which one is next, null for none. */
    @Nullable Operation next(Operation ended) {
        Queue queue = queues.get(endpoint(ended));
        if (queue == null) {
            return null;
        }
        queue.armed--;
        Operation next = queue.waiting.poll();
        if (next == null && queue.armed == 0) {
            queues.remove(endpoint(ended));
        }
        return next;
    }

    /** Takes out an accept that waits here; false if it does not. */
    boolean remove(Operation accept) {
        Queue queue = queues.get(endpoint(accept));
        return queue != null && queue.waiting.remove(accept);
    }

    private static Endpoint endpoint(Operation accept) {
        return Objects.requireNonNull(accept.endpoint);
    }
}
