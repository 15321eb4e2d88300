package lapwing.winsock;

import org.jspecify.annotations.Nullable;

/**
 * Makes a completion queue of a fixed size.
 *
 * @see <a
 *     href="https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_riocreatecompletionqueue">MSDN</a>
 */
@FunctionalInterface
public interface RIOCreateCompletionQueue {
    /**
     * Makes the queue.
     *
     * @param QueueSize the most results it can hold: 1 to {@code RIO_MAX_CQ_SIZE}, else {@code
     *     WSAEINVAL}
     * @param NotificationCompletion how {@link RIONotify} tells, captured at the call; null if the
     *     queue is only polled. One without its event, or without its port or structure, is {@code
     *     WSAEINVAL}
     * @return the queue, or {@code RIO_INVALID_CQ} with the reason in {@link
     *     Winsock#WSAGetLastError}
     */
    @Nullable RioCompletionQueue call(
            int QueueSize, @Nullable RioNotificationCompletion NotificationCompletion);
}
