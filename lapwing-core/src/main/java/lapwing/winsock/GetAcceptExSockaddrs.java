package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Reads the two addresses out of a buffer that AcceptEx has filled: a pure parse, it works after
 * the socket is closed (G6).
 *
 * @see <a
 *     href="https://learn.microsoft.com/windows/win32/api/mswsock/nf-mswsock-getacceptexsockaddrs">MSDN</a>
 */
@FunctionalInterface
public interface GetAcceptExSockaddrs {
    /**
     * Parses. The three lengths must be those given to AcceptEx (G5).
     *
     * @param lpOutputBuffer the buffer AcceptEx has filled
     * @param dwReceiveDataLength as given to AcceptEx
     * @param dwLocalAddressLength as given to AcceptEx
     * @param dwRemoteAddressLength as given to AcceptEx
     * @param LocalSockaddr set to the address inside the local area, a slice of the buffer (G2), or
     *     null
     * @param LocalSockaddrLength its length: 16 or 28
     * @param RemoteSockaddr set to the address inside the remote area
     * @param RemoteSockaddrLength its length
     */
    void call(
            @Nullable MemorySegment lpOutputBuffer,
            int dwReceiveDataLength,
            int dwLocalAddressLength,
            int dwRemoteAddressLength,
            @Nullable Ref<MemorySegment> LocalSockaddr,
            @Nullable IntRef LocalSockaddrLength,
            @Nullable Ref<MemorySegment> RemoteSockaddr,
            @Nullable IntRef RemoteSockaddrLength);
}
