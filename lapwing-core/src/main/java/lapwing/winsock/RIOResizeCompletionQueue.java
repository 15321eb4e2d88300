package lapwing.winsock;

import org.jspecify.annotations.Nullable;

/**
 * Makes a completion queue larger or smaller.
 *
 * @see <a
 *     href="https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_rioresizecompletionqueue">MSDN</a>
 */
@FunctionalInterface
public interface RIOResizeCompletionQueue {
    /**
     * Changes the size; results in the queue stay.
     *
     * @param CQ the queue; an invalid one is {@code WSAEINVAL}
     * @param QueueSize 1 to {@code RIO_MAX_CQ_SIZE}, else {@code WSAEINVAL}; less than its request
     *     queues need is {@code WSAETOOMANYREFS}
     * @return true, or false with the reason in {@link Winsock#WSAGetLastError}, and nothing has
     *     changed
     */
    boolean call(@Nullable RioCompletionQueue CQ, int QueueSize);
}
