package lapwing.winsock;

/** What an operation has come to, for GetOverlappedResult and WSAGetOverlappedResult. */
final class Results {
    private Results() {}

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
