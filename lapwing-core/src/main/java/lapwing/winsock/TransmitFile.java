package lapwing.winsock;

import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * Sends a file, or a part of it, with a block of memory before and one behind it, in one operation.
 *
 * @see <a
 *     href="https://learn.microsoft.com/windows/win32/api/mswsock/nf-mswsock-transmitfile">MSDN</a>
 */
@FunctionalInterface
public interface TransmitFile {
    /**
     * Starts the operation.
     *
     * <p>Before: {@code hSocket} is connected. After {@code false} with {@code ERROR_IO_PENDING}
     * the structure, the memory and the file belong to the operation until its completion, which
     * counts head, file and tail together (T7, T8). Without file and buffers nothing is sent (T4).
     *
     * @param hSocket a connected socket
     * @param hFile the file; null sends the buffers only (T5)
     * @param nNumberOfBytesToWrite how much of the file; 0 is all from the start position on (T6).
     *     More than is there, or more than 2,147,483,646 bytes together with the buffers, is {@code
     *     WSAEINVAL}: longer files go in pieces, by {@code Offset}
     * @param nNumberOfBytesPerSend size of the send blocks; 0 is the default; no effect on the
     *     result (T19)
     * @param lpOverlapped gives the start position in {@code Offset} and {@code OffsetHigh} (T9);
     *     null waits for the end and starts at the position of the file
     * @param lpTransmitBuffers what is sent before and behind the file; may be null
     * @param dwReserved the flags {@code TF_…}, as the page has them under this name
     * @return true if it ended at once; otherwise the reason is in {@link Winsock#WSAGetLastError}
     */
    boolean call(
            @Nullable SocketHandle hSocket,
            @Nullable FileChannel hFile,
            int nNumberOfBytesToWrite,
            int nNumberOfBytesPerSend,
            @Nullable Overlapped lpOverlapped,
            @Nullable TransmitFileBuffers lpTransmitBuffers,
            int dwReserved);
}
