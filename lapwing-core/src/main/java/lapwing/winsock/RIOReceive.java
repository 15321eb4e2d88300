package lapwing.winsock;

import org.jspecify.annotations.Nullable;

/**
 * Receives into a part of a registered buffer; the outcome goes to the completion queue.
 *
 * @see <a
 *     href="https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_rioreceive">MSDN</a>
 */
@FunctionalInterface
public interface RIOReceive {
    /**
     * Queues a receive, or starts those deferred before.
     *
     * <p>Before: the socket is a connected TCP socket or a bound UDP socket, otherwise {@code
     * false} with {@code WSAENOTCONN} or {@code WSAEINVAL}. After {@code true} exactly one result
     * comes, of a later failure too; after {@code false} none. The part of the buffer belongs to
     * the request until its result has been dequeued.
     *
     * @param SocketQueue the request queue; {@code RIO_INVALID_RQ} and the queue of a closed socket
     *     are {@code WSAEINVAL}, one with as many receives outstanding as it may have is {@code
     *     WSAENOBUFS}
     * @param pData where to receive; null only for UDP, the payload is thrown away then. A buffer
     *     that has been deregistered is {@code WSAEFAULT}, a part that is not inside it {@code
     *     WSAEINVAL}
     * @param DataBufferCount 1, or 0 without {@code pData}
     * @param Flags {@code RIO_MSG_DONT_NOTIFY}, {@code RIO_MSG_DEFER}, and for TCP {@code
     *     RIO_MSG_WAITALL}; or {@code RIO_MSG_COMMIT_ONLY} alone, with nothing else given (R7)
     * @param RequestContext comes back in the result
     * @return true if the receive is under way or has ended; otherwise the reason is in {@link
     *     Winsock#WSAGetLastError}
     */
    boolean call(
            @Nullable RioRequestQueue SocketQueue,
            @Nullable RioBuf pData,
            int DataBufferCount,
            int Flags,
            long RequestContext);
}
