package lapwing.winsock;

import org.jspecify.annotations.Nullable;

/**
 * Sends a part of a registered buffer; the outcome goes to the completion queue.
 *
 * @see <a
 *     href="https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_riosend">MSDN</a>
 */
@FunctionalInterface
public interface RIOSend {
    /**
     * Queues a send, or starts those deferred before.
     *
     * <p>Before: the socket is connected, or has a default peer, otherwise {@code false} with
     * {@code WSAENOTCONN}. After {@code true} exactly one result comes, of a later failure too;
     * after {@code false} none. The part of the buffer belongs to the request until its result has
     * been dequeued.
     *
     * @param SocketQueue the request queue; {@code RIO_INVALID_RQ} and the queue of a closed socket
     *     are {@code WSAEINVAL}, one with as many sends outstanding as it may have is {@code
     *     WSAENOBUFS}
     * @param pData what to send; null only for UDP, the datagram is empty then. A buffer that has
     *     been deregistered is {@code WSAEFAULT}, a part that is not inside it {@code WSAEINVAL}
     * @param DataBufferCount 1, or 0 without {@code pData}
     * @param Flags {@code RIO_MSG_DONT_NOTIFY} and {@code RIO_MSG_DEFER}; or {@code
     *     RIO_MSG_COMMIT_ONLY} alone, with nothing else given (R7)
     * @param RequestContext comes back in the result
     * @return true if the send is under way or has ended; otherwise the reason is in {@link
     *     Winsock#WSAGetLastError}
     */
    boolean call(
            @Nullable RioRequestQueue SocketQueue,
            @Nullable RioBuf pData,
            int DataBufferCount,
            int Flags,
            long RequestContext);
}
