package lapwing.winsock;

import lapwing.engine.Loop;
import lapwing.port.Deadline;
import lapwing.socket.Cancelling;
import lapwing.socket.Request;
import lapwing.socket.Socket;
import org.jspecify.annotations.Nullable;

/**
 * {@code OVERLAPPED}: what an operation leaves its outcome in. Programs extend it, as C++ programs
 * embed the structure in their per-operation data: the completion hands the same object back.
 *
 * <p>From the start of an operation to its end the object belongs to the operation; starting
 * another one with it meanwhile is refused with {@code ERROR_INVALID_PARAMETER}. Afterwards it may
 * be used again at once. On a socket with a port, do not rely on {@link #internal()} before the
 * packet has been dequeued (P36).
 */
public class Overlapped {
    /** Where in a file to begin, low half (TransmitFile). */
    public int Offset;

    /** The high half. */
    public int OffsetHigh;

    /** Set at the end of the operation and reset at its start; null for none. */
    public @Nullable Event hEvent;

    /** The low bit of {@code hEvent}: no packet goes to the port (P14). */
    public boolean hEventLowBit;

    private volatile int internal;
    private volatile boolean awaited;

    /** Written before internal, read after it. */
    private int internalHigh;

    /** The operation of this structure; made at its first use. */
    private @Nullable OverlappedRequest request;

    /** A structure that no operation uses. */
    public Overlapped() {}

    /**
     * The NTSTATUS, one of {@link NtStatus}'s numbers: {@code STATUS_PENDING} until the end of the
     * operation. Signed, as there; failures are negative.
     */
    public final int internal() {
        return internal;
    }

    /** Bytes transferred. */
    public final long internalHigh() {
        return internalHigh & 0xFFFFFFFFL;
    }

    /** {@code HasOverlappedIoCompleted} (O2). */
    public final boolean hasCompleted() {
        return internal != NtStatus.STATUS_PENDING;
    }

    /** Sets everything but the event to 0. Not while an operation is under way. */
    public final void clear() {
        internalHigh = 0;
        internal = 0;
        Offset = 0;
        OffsetHigh = 0;
    }

    final int status() {
        return internal;
    }

    final int bytes() {
        return internalHigh;
    }

    /** The operation to start next, or null if one is still under way. */
    final @Nullable OverlappedRequest take() {
        if (request == null) {
            request = new OverlappedRequest(this);
        }
        return request.isBusy() ? null : request;
    }

    /** It is no program's: that request uses it. */
    final void belongTo(OverlappedRequest user) {
        request = user;
    }

    /** Cancels its operation, if one is under way on that socket; false if not. */
    final boolean cancelOn(Socket socket) {
        Request r = request;
        return r != null && Cancelling.one(socket, r);
    }

    /** Marks the start: pending, event reset (O2, O21). */
    final void begin() {
        internal = NtStatus.STATUS_PENDING;
        if (hEvent != null) {
            hEvent.reset();
            hEvent.signalledBy(loop());
        }
    }

    /** Where the operation ends; null if there is none. */
    private @Nullable Loop loop() {
        return request == null ? null : request.endsOn();
    }

    /** Marks the end. The object may be in use again when this returns. */
    final void finish(int status, int bytes, @Nullable Event event) {
        internalHigh = bytes;
        internal = status;
        if (event != null) {
            event.set();
        }
        if (awaited) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /** Waits for the end; false if the deadline came first. */
    final boolean await(long deadline) throws InterruptedException {
        if (hasCompleted()) {
            return true;
        }
        Loop loop = loop();
        ThreadState.beforeWaiting();
        if (loop != null) {
            loop.addWaiter();
        }
        try {
            return awaitEnd(deadline);
        } finally {
            if (loop != null) {
                loop.removeWaiter();
            }
            ThreadState.afterWaiting();
        }
    }

    private synchronized boolean awaitEnd(long deadline) throws InterruptedException {
        awaited = true;
        while (!hasCompleted()) {
            if (Deadline.hasPassed(deadline)) {
                return false;
            }
            Deadline.waitOn(this, deadline);
        }
        return true;
    }

    @Override
    public String toString() {
        int status = internal; // before internalHigh
        String name = getClass().getSimpleName();
        return (name.isEmpty() ? "Overlapped" : name)
                + ": "
                + NtStatus.statusName(status)
                + (status == NtStatus.STATUS_PENDING ? "" : ", " + bytes() + " bytes");
    }
}
