package lapwing.winsock;

import org.jspecify.annotations.Nullable;

/**
 * Makes the request queue of a socket.
 *
 * @see <a
 *     href="https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_riocreaterequestqueue">MSDN</a>
 */
@FunctionalInterface
public interface RIOCreateRequestQueue {
    /**
     * Makes the queue and takes room for its results in the completion queues, so that these never
     * overflow. The queue stays with the socket until closesocket, which gives the room back: what
     * is unused at once, the rest as results are dequeued.
     *
     * @param Socket made with {@code WSA_FLAG_REGISTERED_IO}, or accepted from a listener that was,
     *     else {@code WSAEOPNOTSUPP} (R2); a closed one is {@code WSAENOTSOCK}, one that has a
     *     request queue {@code WSAEINVAL}. It need not be connected yet
     * @param MaxOutstandingReceive the most receives that have no dequeued result; not 0 together
     *     with {@code MaxOutstandingSend}, else {@code WSAEINVAL}
     * @param MaxReceiveDataBuffers 1, else {@code WSAEINVAL}
     * @param MaxOutstandingSend the same for sends
     * @param MaxSendDataBuffers 1, else {@code WSAEINVAL}
     * @param ReceiveCQ where results of receives go; invalid is {@code WSAEINVAL}, too full {@code
     *     WSAENOBUFS}
     * @param SendCQ where results of sends go; may be the same
     * @param SocketContext comes back in each result
     * @return the queue, or {@code RIO_INVALID_RQ} with the reason in {@link
     *     Winsock#WSAGetLastError}
     */
    @Nullable RioRequestQueue call(
            @Nullable SocketHandle Socket,
            int MaxOutstandingReceive,
            int MaxReceiveDataBuffers,
            int MaxOutstandingSend,
            int MaxSendDataBuffers,
            @Nullable RioCompletionQueue ReceiveCQ,
            @Nullable RioCompletionQueue SendCQ,
            long SocketContext);
}
