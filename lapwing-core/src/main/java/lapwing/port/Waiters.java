package lapwing.port;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads that wait on a port, last in first out, linked through themselves: to wait takes no
 * memory. Guarded by the port's monitor.
 */
final class Waiters {
    private @Nullable PortThread top;

    boolean isEmpty() {
        return top == null;
    }

    /** The one that came last, null if there is none. */
    @Nullable PortThread top() {
        return top;
    }

    void push(PortThread waiter) {
        waiter.below = top;
        top = waiter;
    }

    void remove(PortThread gone) {
        if (top == gone) {
            top = gone.below;
        } else {
            for (PortThread w = top; w != null; w = w.below) {
                if (w.below == gone) {
                    w.below = gone.below;
                    break;
                }
            }
        }
        gone.below = null;
    }

    /** Lets all of them look what has happened; they stay until they remove themselves. */
    void wakeAll() {
        for (PortThread w = top; w != null; w = w.below) {
            LockSupport.unpark(w.thread);
        }
    }
}
