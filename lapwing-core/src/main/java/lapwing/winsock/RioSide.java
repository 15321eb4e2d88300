package lapwing.winsock;

import lapwing.socket.RequestQueue;
import org.jspecify.annotations.Nullable;

/**
 * The receives or the sends of a request queue: how many are outstanding, and those deferred. A
 * request counts from its call until its result has been dequeued; its object is then used again.
 */
final class RioSide {
    final RioRequestQueue queue;
    final RioCompletionQueue results;
    final boolean receives;

    // Guarded by the completion queue.
    private int most;
    private int outstanding;
    private boolean closed;
    private @Nullable RioRequest spare;

    /** Deferred requests in order. Guarded by the socket's monitor. */
    private final RequestQueue deferred = new RequestQueue();

    RioSide(RioRequestQueue queue, RioCompletionQueue results, boolean receives, int most) {
        this.queue = queue;
        this.results = results;
        this.receives = receives;
        this.most = most;
    }

    // ---- the limit ----

    /** Takes a request; null if as many are outstanding as may be. */
    @Nullable RioRequest take() {
        synchronized (results) {
            if (outstanding == most) {
                return null;
            }
            outstanding++;
            RioRequest operation = spare;
            if (operation == null) {
                return new RioRequest(this);
            }
            spare = operation.following;
            operation.following = null;
            return operation;
        }
    }

    /** The result of a request has been dequeued or dropped. Holding the completion queue. */
    void release(RioRequest operation) {
        outstanding--;
        operation.following = spare;
        spare = operation;
        if (closed) {
            results.reserve(-1);
        }
    }

    int most() {
        synchronized (results) {
            return most;
        }
    }

    /** True if the limit may be that low now. Holding the socket's monitor, so that it stays. */
    boolean fits(int newMost) {
        synchronized (results) {
            return Integer.compareUnsigned(outstanding, newMost) <= 0;
        }
    }

    void limit(int newMost) {
        synchronized (results) {
            most = newMost;
        }
    }

    /** The socket has closed: gives back the room that no result will need. */
    void close() {
        synchronized (results) {
            closed = true;
            results.reserve(outstanding - (long) most);
        }
    }

    // ---- deferred requests ----

    void defer(RioRequest operation) {
        deferred.add(operation);
    }

    /** The first deferred request, which is not deferred any more; null if there is none. */
    @Nullable RioRequest nextDeferred() {
        RioRequest next = (RioRequest) deferred.first();
        if (next != null) {
            deferred.remove(next);
        }
        return next;
    }
}
