package lapwing.winsock;

import org.jspecify.annotations.Nullable;

/**
 * Sends as {@link RIOSend}, to an address.
 *
 * @see <a
 *     href="https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_riosendex">MSDN</a>
 */
@FunctionalInterface
public interface RIOSendEx {
    /**
     * Queues a send, or starts those deferred before.
     *
     * @param SocketQueue as for {@link RIOSend}
     * @param pData as for {@link RIOSend}
     * @param DataBufferCount as for {@link RIOSend}
     * @param pLocalAddress null, else {@code WSAEINVAL}
     * @param pRemoteAddress where to send, a {@code SOCKADDR_INET} of 28 bytes at least, read at
     *     the call; null for the default peer. Ignored for TCP. An address of another family than
     *     the socket's is {@code WSAEAFNOSUPPORT}
     * @param pControlContext ignored, as the control data of {@link WSASendMsg}
     * @param pFlags receives 0, 4 bytes; may be null
     * @param Flags as for {@link RIOSend}
     * @param RequestContext comes back in the result
     * @return as {@link RIOSend}
     */
    boolean call(
            @Nullable RioRequestQueue SocketQueue,
            @Nullable RioBuf pData,
            int DataBufferCount,
            @Nullable RioBuf pLocalAddress,
            @Nullable RioBuf pRemoteAddress,
            @Nullable RioBuf pControlContext,
            @Nullable RioBuf pFlags,
            int Flags,
            long RequestContext);
}
