package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Accepts a connection into a socket prepared beforehand, with both addresses and, if a receive
 * length is given, the client's first block of data, in one completion.
 *
 * @see <a href="https://learn.microsoft.com/windows/win32/api/mswsock/nf-mswsock-acceptex">MSDN</a>
 */
@FunctionalInterface
public interface AcceptEx {
    /**
     * Starts the operation.
     *
     * <p>Before: {@code sListenSocket} listens; {@code sAcceptSocket} is neither bound nor
     * connected nor used by another pending AcceptEx (A15–A21). After {@code false} with {@code
     * ERROR_IO_PENDING} both the structure and the buffer belong to the operation until its
     * completion, which goes to the <em>listener's</em> port or the event (A36). After any other
     * {@code false} nothing was started, though {@code Internal} already reads pending (A52, O3).
     *
     * @param sListenSocket a listening TCP socket
     * @param sAcceptSocket the socket that becomes the connection
     * @param lpOutputBuffer receives data, then the local, then the remote address area (G1); as
     *     long as the three lengths together, else {@code WSAEFAULT} (A49)
     * @param dwReceiveDataLength bytes of first data to wait for; 0 completes on connection (A22)
     * @param dwLocalAddressLength bytes of the local address area, at least 16 more than the
     *     address (A48)
     * @param dwRemoteAddressLength the same for the client's address; 0 is {@code WSAEFAULT} (A7)
     * @param lpdwBytesReceived set at an immediate end only; may be null
     * @param lpOverlapped the structure of the operation; null is {@code ERROR_INVALID_PARAMETER}
     *     (A5)
     * @return true if it ended at once; otherwise the reason is in {@link Winsock#WSAGetLastError}
     */
    boolean call(
            @Nullable SocketHandle sListenSocket,
            @Nullable SocketHandle sAcceptSocket,
            @Nullable MemorySegment lpOutputBuffer,
            int dwReceiveDataLength,
            int dwLocalAddressLength,
            int dwRemoteAddressLength,
            @Nullable IntRef lpdwBytesReceived,
            @Nullable Overlapped lpOverlapped);
}
