package lapwing.winsock;

import lapwing.engine.Status;
import lapwing.port.Deadline;
import lapwing.socket.Cancelling;
import lapwing.socket.Socket;
import org.jspecify.annotations.Nullable;

/** Calls without an OVERLAPPED: started like the others, then waited for on the calling thread. */
final class BlockingCalls {
    private BlockingCalls() {}

    /** The request of a call with that structure, or without one; null if it is under way. */
    static @Nullable OverlappedRequest request(@Nullable Overlapped given) {
        return given == null ? new BlockedCaller() : given.take();
    }

    /**
     * True if a call with that structure waits for its end itself: on a socket without overlapped
     * I/O all do, whatever its mode and time-outs, and the outcome is in the structure too (O24).
     */
    static boolean waits(Socket socket, @Nullable Overlapped given) {
        return given == null || !socket.overlapped;
    }

    /** What the call reports of a request that pends, or of one that was refused. */
    static int outcome(
            Socket socket, @Nullable Overlapped given, OverlappedRequest request, int status) {
        return status == Status.PENDING && waits(socket, given)
                ? await(socket, request, Deadline.NONE)
                : status;
    }

    /** Waits for the end of an accept or a connect; a cancel ends the wait for it (WSAEINTR). */
    static int awaitUnlessCancelled(Socket socket, OverlappedRequest request) {
        int status = await(socket, request, Deadline.NONE);
        return status == NtStatus.STATUS_CANCELLED ? NtStatus.STATUS_REQUEST_ABORTED : status;
    }

    /**
     * Waits for the end of a started request and returns its status. At the deadline the request is
     * cancelled; if it then ends as cancelled, the status is a time-out.
     */
    static int await(Socket socket, OverlappedRequest request, long deadline) {
        Overlapped overlapped = request.overlapped;
        boolean timedOut = false;
        boolean interrupted = false;
        long until = deadline;
        while (true) {
            try {
                if (overlapped.await(until)) {
                    break;
                }
                timedOut = true;
            } catch (InterruptedException e) {
                interrupted = true;
            }
            Cancelling.one(socket, request);
            until = Deadline.NONE;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        int status = overlapped.status();
        if (status == NtStatus.STATUS_CANCELLED) {
            return timedOut
                    ? NtStatus.STATUS_IO_TIMEOUT
                    : interrupted ? NtStatus.STATUS_REQUEST_ABORTED : status;
        }
        return status;
    }
}
