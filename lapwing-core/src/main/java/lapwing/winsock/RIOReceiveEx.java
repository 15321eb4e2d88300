package lapwing.winsock;

import org.jspecify.annotations.Nullable;

/**
 * Receives as {@link RIOReceive}, with addresses, control data and flags.
 *
 * @see <a
 *     href="https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_rioreceiveex">MSDN</a>
 */
@FunctionalInterface
public interface RIOReceiveEx {
    /**
     * Queues a receive, or starts those deferred before.
     *
     * <p>The four additional parts are written before the result is queued, and only if the request
     * succeeds or the datagram was longer than its part ({@code WSAEMSGSIZE}). Each may be null.
     *
     * @param SocketQueue as for {@link RIOReceive}
     * @param pData as for {@link RIOReceive}
     * @param DataBufferCount as for {@link RIOReceive}
     * @param pLocalAddress receives the address the data was sent to, a {@code SOCKADDR_INET}; less
     *     than 28 bytes are {@code WSAEINVAL}
     * @param pRemoteAddress receives the sender's, likewise
     * @param pControlContext receives a {@code RIO_CMSG_BUFFER}: total length (4 bytes, 0 if there
     *     is no control data), then from byte 8 on the control data that {@link WSARecvMsg} gives
     * @param pFlags receives {@code MSG_TRUNC} and {@code MSG_CTRUNC}, 4 bytes
     * @param Flags as for {@link RIOReceive}
     * @param RequestContext comes back in the result
     * @return as {@link RIOReceive}; {@code WSAEOPNOTSUPP} if the system cannot tell where the data
     *     was sent to
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
