package lapwing.winsock;

import lapwing.port.Port;
import org.jspecify.annotations.Nullable;

/**
 * {@code RIO_CQ}: results of requests, first in first out. It cannot overflow, since every request
 * queue takes room in it for all that it may have outstanding. Windows leaves it to the program to
 * let one thread at a time at it (R8); here any thread may use it.
 *
 * <p>The results are the requests themselves, in a list. Monitors nest in the order socket, limits
 * ({@link RioQueues}), completion queue, port.
 */
public final class RioCompletionQueue {
    private final @Nullable Event event;
    private final boolean resets;
    private final @Nullable Port<?> port;
    private final long key;
    private final @Nullable Object attachment;
    private final @Nullable Overlapped overlapped;

    // All below: guarded by this.
    private int size;

    /** Results that its request queues may have outstanding together. */
    private long reserved;

    private @Nullable RioRequest first;
    private @Nullable RioRequest last;

    /** Results in the list that a notification is due for. */
    private int notable;

    private boolean armed;
    private boolean closed;

    /** Makes one whose notification has been checked; null if it is only polled. */
    RioCompletionQueue(int size, @Nullable RioNotificationCompletion notification) {
        RioNotificationCompletion given =
                notification != null ? notification : new RioNotificationCompletion();
        boolean byEvent = given.Type == Constants.RIO_EVENT_COMPLETION;
        boolean byPort = given.Type == Constants.RIO_IOCP_COMPLETION;
        this.size = size;
        event = byEvent ? given.EventHandle : null;
        resets = given.NotifyReset;
        port = byPort && given.IocpHandle != null ? given.IocpHandle.port : null;
        key = given.CompletionKey;
        attachment = given.attachment;
        overlapped = given.Overlapped;
    }

    /** The port that it notifies, if it does so by a port. */
    @Nullable Port<?> port() {
        return port;
    }

    synchronized boolean isOpen() {
        return !closed;
    }

    // ---- room ----

    /** Takes room, or gives it back if negative; false if there is too little. */
    synchronized boolean reserve(long results) {
        if (results > 0 && reserved + results > size) {
            return false;
        }
        reserved += results;
        return true;
    }

    /** Changes the size; false if its request queues need more. */
    synchronized boolean resize(int newSize) {
        if (newSize < reserved) {
            return false;
        }
        size = newSize;
        return true;
    }

    // ---- results ----

    /** Takes a result, and notifies if that is due. A closed queue drops it. */
    synchronized void add(RioRequest result) {
        if (closed) {
            result.side.release(result);
            return;
        }
        result.following = null;
        if (last == null) {
            first = result;
        } else {
            last.following = result;
        }
        last = result;
        if (result.notifies) {
            notable++;
            if (armed) {
                fire();
            }
        }
    }

    /** Removes up to {@code most} results; {@code RIO_CORRUPT_CQ} if the queue is closed. */
    synchronized int take(@Nullable RioResult[] out, int most) {
        if (closed) {
            return Constants.RIO_CORRUPT_CQ;
        }
        int taken = 0;
        while (taken < most && first != null) {
            RioRequest result = removeFirst(first);
            result.tell(RioResult.at(out, taken++));
            result.side.release(result);
        }
        return taken;
    }

    private RioRequest removeFirst(RioRequest result) {
        first = result.following;
        if (first == null) {
            last = null;
        }
        if (result.notifies) {
            notable--;
        }
        return result;
    }

    synchronized void close() {
        closed = true;
        armed = false;
        while (first != null) {
            RioRequest dropped = removeFirst(first);
            dropped.side.release(dropped);
        }
    }

    // ---- notification ----

    /** RIONotify. */
    synchronized int arm() {
        if (closed || (event == null && port == null)) {
            return WinsockError.WSAEINVAL;
        }
        if (armed) {
            return WinsockError.WSAEALREADY;
        }
        if (resets && event != null) {
            event.reset();
        }
        armed = true;
        if (notable > 0) {
            fire();
        }
        return WinsockError.NO_ERROR;
    }

    private void fire() {
        armed = false;
        if (event != null) {
            event.set();
        }
        if (port != null) {
            port.post(key, attachment, overlapped, 0, NtStatus.STATUS_SUCCESS);
        }
    }
}
