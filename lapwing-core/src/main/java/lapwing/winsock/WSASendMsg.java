package lapwing.winsock;

import org.jspecify.annotations.Nullable;

/**
 * Sends all buffers of a message as one datagram.
 *
 * @see <a
 *     href="https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsasendmsg">MSDN</a>
 */
@FunctionalInterface
public interface WSASendMsg {
    /**
     * Sends, or starts to.
     *
     * <p>Before: {@code s} is a datagram socket; a stream socket is {@code WSAEINVAL} (M14). An
     * unbound socket is bound to the wildcard address and a free port (M12).
     *
     * @param s a datagram socket
     * @param lpMsg the receiver's address, the buffers and the control data: one {@code IP_PKTINFO}
     *     or {@code IPV6_PKTINFO} record with the source to send from ({@code WSAEOPNOTSUPP} with
     *     selectors), any other is {@code WSAEINVAL}; null is {@code WSAEFAULT}
     * @param dwFlags {@code MSG_…}, mostly 0
     * @param lpNumberOfBytesSent set at an immediate end only; null needs {@code lpOverlapped}
     * @param lpOverlapped the structure of the operation; null waits for its end
     * @param lpCompletionRoutine runs at the end; may be null
     * @return 0, or {@code SOCKET_ERROR} with the reason in {@link Winsock#WSAGetLastError}
     */
    int call(
            @Nullable SocketHandle s,
            @Nullable WsaMsg lpMsg,
            int dwFlags,
            @Nullable IntRef lpNumberOfBytesSent,
            @Nullable Overlapped lpOverlapped,
            @Nullable CompletionRoutine lpCompletionRoutine);
}
