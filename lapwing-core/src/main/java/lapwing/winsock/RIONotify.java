package lapwing.winsock;

import org.jspecify.annotations.Nullable;

/**
 * Asks for one notification as soon as a completion queue is not empty.
 *
 * @see <a
 *     href="https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_rionotify">MSDN</a>
 */
@FunctionalInterface
public interface RIONotify {
    /**
     * Arms the notification that was given when the queue was made. It fires at once if the queue
     * holds a result of a request without {@code RIO_MSG_DONT_NOTIFY}, otherwise with the next such
     * result, and then has to be armed again (R6).
     *
     * @param CQ the queue
     * @return {@code ERROR_SUCCESS}; {@code WSAEALREADY} if the last notification has not fired
     *     yet; {@code WSAEINVAL} for an invalid queue and for one without a notification (R4)
     */
    int call(@Nullable RioCompletionQueue CQ);
}
