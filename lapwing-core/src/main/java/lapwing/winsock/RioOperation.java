package lapwing.winsock;

import org.jspecify.annotations.Nullable;

/**
 * A request of a request queue. To the socket's queues it is an operation like any other, with a
 * structure that no program sees; {@link Completion} hands its outcome to {@link #ended}, and it
 * goes to the completion queue as its own result.
 *
 * <p>It is in one place at a time: spare, deferred, with the socket, or in the completion queue.
 * Who guards that place guards its fields.
 */
final class RioOperation extends Overlapped {
    final RioSide side;
    final Request request;

    /** The next one in the list that it is in. */
    @Nullable RioOperation behind;

    boolean deferred;

    /** Its result is one to notify about. */
    boolean notifies;

    /** From its call to its end. */
    private boolean underWay;

    private long context;
    private int error;
    private int bytes;

    /** The payload is thrown away, so it cannot be too long. */
    private boolean ignoresData;

    /** What the Ex functions add; made at their first use and kept. */
    private @Nullable RioExtras spareExtras;

    private @Nullable RioExtras extras;

    RioOperation(RioSide side) {
        this.side = side;
        request = new Request(this);
    }

    /** Takes the object for a new life. */
    void take(int flags, long requestContext, boolean withoutData) {
        underWay = true;
        notifies = (flags & Constants.RIO_MSG_DONT_NOTIFY) == 0;
        context = requestContext;
        ignoresData = withoutData;
        extras = null;
    }

    /** This life is one of an Ex function. */
    RioExtras extend() {
        if (spareExtras == null) {
            spareExtras = new RioExtras();
        }
        extras = spareExtras;
        return spareExtras;
    }

    boolean isUnderWay() {
        return underWay;
    }

    /** Where a datagram goes; null for the default peer. */
    @Nullable Sockaddr to() {
        return extras == null ? null : extras.to();
    }

    /** The outcome as the engine has it. Holding the socket's monitor. */
    void ended(int status, int transferred) {
        boolean cut = status == NtStatus.STATUS_BUFFER_OVERFLOW;
        int result = cut && ignoresData ? NtStatus.STATUS_SUCCESS : status;
        if (extras != null && (status == NtStatus.STATUS_SUCCESS || cut)) {
            result = extras.write(side.queue.socket, result, side.receives);
        }
        end(NtStatus.toWinsock(result), transferred);
    }

    /** Ends with a Winsock error code or 0. Holding the socket's monitor. */
    void end(int winsockError, int transferred) {
        if (deferred) {
            side.dropDeferred(this);
        }
        underWay = false;
        error = winsockError;
        bytes = transferred;
        side.results.add(this);
    }

    /** Fills in the result. */
    void tell(RioResult result) {
        result.Status = error;
        result.BytesTransferred = bytes;
        result.SocketContext = side.queue.socketContext;
        result.RequestContext = context;
    }
}
