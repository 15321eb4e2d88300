package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Registers memory for requests.
 *
 * @see <a
 *     href="https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_rioregisterbuffer">MSDN</a>
 */
@FunctionalInterface
public interface RIORegisterBuffer {
    /**
     * Registers the memory.
     *
     * @param DataBuffer native memory of {@code Arena.ofAuto()}, {@code Arena.global()} or a direct
     *     byte buffer; null and heap memory are {@code WSAEFAULT}
     * @param DataLength how many bytes of it, unsigned; 0 is {@code WSAEINVAL}, more than there are
     *     {@code WSAEFAULT}
     * @return the identifier, or {@code RIO_INVALID_BUFFERID} with the reason in {@link
     *     Winsock#WSAGetLastError}
     * @throws IllegalArgumentException if the memory's arena can be closed
     */
    RioBufferId call(@Nullable MemorySegment DataBuffer, int DataLength);
}
