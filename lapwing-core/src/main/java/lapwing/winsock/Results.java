package lapwing.winsock;

import lapwing.engine.Status;
import lapwing.port.Deadline;
import lapwing.socket.Connecting;

/** What an operation has come to, for GetOverlappedResult and WSAGetOverlappedResult. */
final class Results {
    private Results() {}

    /** The Winsock code for what a call has come to: 0, pending, or why not. */
    static int code(int status) {
        return switch (status) {
            case Status.SUCCESS -> 0;
            case Status.PENDING -> WinsockError.WSA_IO_PENDING;
            case Connecting.CONNECTING -> WinsockError.WSAEALREADY;
            default -> NtStatus.toWinsock(status);
        };
    }

    /** The status of the operation, after its end if {@code wait}. */
    static int status(Overlapped overlapped, boolean wait) {
        if (wait) {
            try {
                overlapped.await(Deadline.NONE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return overlapped.status();
    }

    /** What a receive would have stored in its lpFlags (O19): a datagram may have been cut. */
    static int flags(int status) {
        return status == NtStatus.STATUS_BUFFER_OVERFLOW ? Constants.MSG_PARTIAL : 0;
    }
}
