package lapwing.winsock;

import org.jspecify.annotations.Nullable;

/**
 * Ends a connection gracefully; with {@code TF_REUSE_SOCKET} the socket lives on and is used again
 * by AcceptEx or ConnectEx.
 *
 * @see <a
 *     href="https://learn.microsoft.com/previous-versions/windows/desktop/legacy/ms737757(v=vs.85)">MSDN</a>
 */
@FunctionalInterface
public interface DisconnectEx {
    /**
     * Starts the operation: sends everything queued, then FIN (D33). Without reuse it ends there;
     * with reuse it ends when the peer has closed too and all received data has been read (D24).
     *
     * @param s a connected TCP socket; otherwise {@code WSAENOTCONN} (D2)
     * @param lpOverlapped the structure of the operation; null waits for the end (D9)
     * @param dwFlags 0 or {@code TF_REUSE_SOCKET}; others are {@code WSAEINVAL} (D12)
     * @param dwReserved 0; otherwise {@code WSAEINVAL} (D11)
     * @return true if it ended at once; otherwise the reason is in {@link Winsock#WSAGetLastError}
     */
    boolean call(
            @Nullable SocketHandle s,
            @Nullable Overlapped lpOverlapped,
            int dwFlags,
            int dwReserved);
}
