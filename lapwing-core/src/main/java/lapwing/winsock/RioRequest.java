package lapwing.winsock;

import lapwing.engine.Status;
import lapwing.socket.Request;
import lapwing.socket.Socket;
import org.jspecify.annotations.Nullable;

/**
 * A request of a request queue. To the socket's queues it is one like any other; its outcome goes
 * to the completion queue as its own result.
 *
 * <p>It is in one place at a time: spare, deferred, with the socket, or in the completion queue.
 * Who guards that place guards its fields.
 */
final class RioRequest extends Request {
    final RioSide side;

    /** The next one in the list of results or spare ones that it is in. */
    @Nullable RioRequest following;

    /** Its result is one to notify about. */
    boolean notifies;

    /** From its call to its end. */
    private boolean underWay;

    private long context;
    private int error;
    private int transferred;

    /** The payload is thrown away, so it cannot be too long. */
    private boolean ignoresData;

    /** What the Ex functions add; made at their first use and kept. */
    private @Nullable RioExtras spareExtras;

    private @Nullable RioExtras extras;

    RioRequest(RioSide side) {
        this.side = side;
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

    @Override
    public boolean endsWithThread(Socket s) {
        return false;
    }

    @Override
    public int statusOfClosed() {
        return Status.CANCELLED;
    }

    @Override
    public int datagramCame(int status) {
        return extras == null ? status : extras.datagramCame(this, status);
    }

    @Override
    public void completed(Socket s, int status, int count, boolean immediate) {
        vacate();
        boolean cut = status == NtStatus.STATUS_BUFFER_OVERFLOW;
        int result = cut && ignoresData ? NtStatus.STATUS_SUCCESS : status;
        if (extras != null && (status == NtStatus.STATUS_SUCCESS || cut)) {
            result = extras.write(s, result, side.receives);
        }
        conclude(NtStatus.toWinsock(result), count);
    }

    /** Ends with a Winsock error code or 0. Holding the socket's monitor. */
    void conclude(int winsockError, int bytesTransferred) {
        leaveQueue(); // that of the deferred ones
        underWay = false;
        error = winsockError;
        transferred = bytesTransferred;
        side.results.add(this);
    }

    /** Fills in the result. */
    void tell(RioResult result) {
        result.Status = error;
        result.BytesTransferred = transferred;
        result.SocketContext = side.queue.socketContext;
        result.RequestContext = context;
    }
}
