package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Connects a bound socket and sends a first block of data, in one completion.
 *
 * @see <a
 *     href="https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_connectex">MSDN</a>
 */
@FunctionalInterface
public interface ConnectEx {
    /**
     * Starts the operation. A refusal comes with the completion, not from the call (C8).
     *
     * @param s a bound, unconnected TCP socket; unbound is {@code WSAEINVAL} (C2)
     * @param name where to connect
     * @param namelen 16 for IPv4, 28 for IPv6
     * @param lpSendBuffer what to send first, captured at the call; null for nothing
     * @param dwSendDataLength how much of it
     * @param lpdwBytesSent set at an immediate end only (C41); may be null
     * @param lpOverlapped the structure of the operation; null is {@code ERROR_INVALID_PARAMETER}
     *     (C4)
     * @return true if it ended at once; otherwise the reason is in {@link Winsock#WSAGetLastError}
     */
    boolean call(
            @Nullable SocketHandle s,
            @Nullable Sockaddr name,
            int namelen,
            @Nullable MemorySegment lpSendBuffer,
            int dwSendDataLength,
            @Nullable IntRef lpdwBytesSent,
            @Nullable Overlapped lpOverlapped);
}
