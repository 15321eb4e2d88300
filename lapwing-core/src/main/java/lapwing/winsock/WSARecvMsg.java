package lapwing.winsock;

import org.jspecify.annotations.Nullable;

/**
 * Receives a datagram with its sender, flags and control data.
 *
 * @see <a
 *     href="https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_wsarecvmsg">MSDN</a>
 */
@FunctionalInterface
public interface WSARecvMsg {
    /**
     * Receives, or starts to.
     *
     * <p>Before: {@code s} is a bound datagram socket (M7, M8). After {@code SOCKET_ERROR} with
     * {@code ERROR_IO_PENDING} the message and its buffers belong to the operation until its
     * completion, which writes the sender, {@code dwFlags} and the length used of {@code Control}
     * (M5).
     *
     * @param s a bound datagram socket
     * @param lpMsg where everything goes; null is {@code WSAEFAULT} (M1)
     * @param lpdwNumberOfBytesRecvd set at an immediate end only; may be null
     * @param lpOverlapped the structure of the operation; null waits for the datagram
     * @param lpCompletionRoutine runs at the end; may be null
     * @return 0, or {@code SOCKET_ERROR} with the reason in {@link Winsock#WSAGetLastError}
     */
    int call(
            @Nullable SocketHandle s,
            @Nullable WsaMsg lpMsg,
            @Nullable IntRef lpdwNumberOfBytesRecvd,
            @Nullable Overlapped lpOverlapped,
            @Nullable CompletionRoutine lpCompletionRoutine);
}
