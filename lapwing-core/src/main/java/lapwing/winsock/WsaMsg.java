package lapwing.winsock;

import org.jspecify.annotations.Nullable;

/**
 * {@code WSAMSG}: a datagram with its address, buffers, control data and flags, for {@link
 * WSARecvMsg} and {@link WSASendMsg}. Not thread-safe; a receive under way writes into it (M5).
 */
public final class WsaMsg {
    /** The sender or the receiver; null for none. */
    public @Nullable Sockaddr name;

    /** Room for the address, or its length. */
    public int namelen;

    /** The buffers, filled or sent in order. */
    public WsaBuf[] lpBuffers = new WsaBuf[0];

    /** How many of {@link #lpBuffers} count. */
    public int dwBufferCount;

    /** Control data; its {@code len} becomes the length used. Null for none. */
    public @Nullable WsaBuf Control;

    /** {@code MSG_…}; a receive stores {@code MSG_TRUNC} and {@code MSG_CTRUNC} here (M3). */
    public int dwFlags;

    /** No address, no buffers, no control data. */
    public WsaMsg() {}

    @Override
    public String toString() {
        return dwBufferCount
                + " buffers, address "
                + name
                + ", control data "
                + Control
                + ", flags 0x"
                + Integer.toHexString(dwFlags);
    }
}
