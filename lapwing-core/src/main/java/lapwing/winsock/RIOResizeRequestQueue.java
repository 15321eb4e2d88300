package lapwing.winsock;

import org.jspecify.annotations.Nullable;

/**
 * Lets a request queue have more or fewer requests outstanding.
 *
 * @see <a
 *     href="https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_rioresizerequestqueue">MSDN</a>
 */
@FunctionalInterface
public interface RIOResizeRequestQueue {
    /**
     * Changes both limits, and the room taken in the completion queues.
     *
     * @param RQ the queue; an invalid one is {@code WSAEINVAL}
     * @param MaxOutstandingReceive the new limit of receives; fewer than are outstanding is {@code
     *     WSAETOOMANYREFS}. Not 0 together with {@code MaxOutstandingSend}, else {@code WSAEINVAL}
     * @param MaxOutstandingSend the same for sends
     * @return true, or false with the reason in {@link Winsock#WSAGetLastError}, and nothing has
     *     changed; {@code WSAENOBUFS} if a completion queue is too full
     */
    boolean call(@Nullable RioRequestQueue RQ, int MaxOutstandingReceive, int MaxOutstandingSend);
}
