package lapwing.winsock;

import org.jspecify.annotations.Nullable;

/**
 * Sends blocks of memory and parts of files, in the order of an array, in one operation.
 *
 * @see <a
 *     href="https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_transmitpackets">MSDN</a>
 */
@FunctionalInterface
public interface TransmitPackets {
    /**
     * Starts the operation.
     *
     * <p>Before: {@code hSocket} is connected; it may be a datagram socket with a default peer
     * (T21). The array is captured at the call and may be changed at once; the memory and the files
     * belong to the operation until its completion, which counts all elements together (T22). On a
     * failure a part of the data may have been sent.
     *
     * @param hSocket a connected socket
     * @param lpPacketArray what to send; null if there is nothing, to disconnect only
     * @param nElementCount how many elements of the array count
     * @param nSendSize bytes of one datagram at most; 0 and −1 leave it to {@code TP_ELEMENT_EOP}.
     *     No effect on a stream
     * @param lpOverlapped null waits for the end
     * @param dwFlags {@code TF_DISCONNECT}, perhaps with {@code TF_REUSE_SOCKET}, and the hints
     *     about workers
     * @return true if it ended at once; otherwise the reason is in {@link Winsock#WSAGetLastError}
     */
    boolean call(
            @Nullable SocketHandle hSocket,
            @Nullable TransmitPacketsElement @Nullable [] lpPacketArray,
            int nElementCount,
            int nSendSize,
            @Nullable Overlapped lpOverlapped,
            int dwFlags);
}
