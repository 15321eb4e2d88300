package lapwing.winsock;

import org.jspecify.annotations.Nullable;

/**
 * Closes a completion queue.
 *
 * @see <a
 *     href="https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_rioclosecompletionqueue">MSDN</a>
 */
@FunctionalInterface
public interface RIOCloseCompletionQueue {
    /**
     * Makes the queue invalid. Results that are in it or would come to it are dropped; requests
     * that are under way go on, and new ones on its request queues are refused with {@code
     * WSAEINVAL}.
     *
     * @param CQ the queue; {@code RIO_INVALID_CQ} and a closed one are ignored
     */
    void call(@Nullable RioCompletionQueue CQ);
}
