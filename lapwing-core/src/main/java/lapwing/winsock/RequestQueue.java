package lapwing.winsock;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Requests that wait their turn, linked through themselves. The links run in a circle, so that
 * whoever keeps the first request finds the last one too, and any can leave at once: a program may
 * queue tens of thousands and cancel them, the last first. A request is in one queue at a time.
 *
 * <p>All methods are called holding the socket's monitor.
 */
final class RequestQueue {
    private RequestQueue() {}

    /** Adds a request behind the others; the first one then. */
    static Request add(@Nullable Request first, Request request) {
        Request front = first == null ? request : first;
        Request back = first == null ? request : last(first);
        request.ahead = back;
        back.behind = request;
        request.behind = front;
        front.ahead = request;
        return front;
    }

    /** Takes a request out; the first one then, null if there is none. */
    static @Nullable Request remove(@Nullable Request first, Request request) {
        Request ahead = Objects.requireNonNull(request.ahead, "not in a queue");
        Request behind = Objects.requireNonNull(request.behind);
        ahead.behind = behind;
        behind.ahead = ahead;
        request.ahead = null;
        request.behind = null;
        return request != first ? first : behind == request ? null : behind;
    }

    /** The last one. */
    static Request last(Request first) {
        return Objects.requireNonNull(first.ahead);
    }
}
