package lapwing.socket;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Requests that wait their turn, in order, linked through themselves. Any can leave at once: a
 * program may queue tens of thousands and cancel them, the last first. A request is in one queue at
 * a time.
 *
 * <p>All methods are called holding the monitor of the requests' socket.
 */
public final class RequestQueue {
    /** The links run in a circle: whoever has the first one finds the last. */
    private @Nullable Request first;

    private int size;

    public boolean isEmpty() {
        return first == null;
    }

    public int size() {
        return size;
    }

    /** The first one; null if there is none. */
    public @Nullable Request first() {
        return first;
    }

    /** The last one; null if there is none. */
    public @Nullable Request last() {
        return first == null ? null : first.ahead;
    }

    /** Adds a request behind the others; true if there are none. */
    public boolean add(Request request) {
        Request front = first == null ? request : first;
        Request back = first == null ? request : Objects.requireNonNull(first.ahead);
        request.ahead = back;
        back.behind = request;
        request.behind = front;
        front.ahead = request;
        request.queue = this;
        first = front;
        size++;
        return front == request;
    }

    /** Takes a request out; false if it is not in. */
    public boolean remove(Request request) {
        if (request.queue != this) {
            return false;
        }
        Request ahead = Objects.requireNonNull(request.ahead);
        Request behind = Objects.requireNonNull(request.behind);
        ahead.behind = behind;
        behind.ahead = ahead;
        if (request == first) {
            first = behind == request ? null : behind;
        }
        request.ahead = null;
        request.behind = null;
        request.queue = null;
        size--;
        return true;
    }
}
