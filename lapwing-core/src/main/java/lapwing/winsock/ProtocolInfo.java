package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import lapwing.socket.Socket;

/**
 * {@code WSAPROTOCOL_INFOA} and {@code W}: what SO_PROTOCOL_INFO says of a socket. The numbers are
 * those of Windows' own providers.
 *
 * @see <a
 *     href="https://learn.microsoft.com/windows/win32/api/winsock2/ns-winsock2-wsaprotocol_infow">MSDN</a>
 */
final class ProtocolInfo {
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long TEXT = 116;
    private static final int TEXT_LENGTH = 256;

    /** Guaranteed delivery and order, graceful close, expedited data, handles of the system. */
    private static final int STREAM = 0x20066;

    /** Connectionless, messages, broadcast, multipoint, handles of the system. */
    private static final int DATAGRAM = 0x20609;

    private static final Guid V4 = Guid.of("e70f1aa0-ab8b-11cf-8ca3-00805f48a192");
    private static final Guid V6 = Guid.of("f9eab0c0-26d4-11d0-bbbf-00aa006c34e4");

    private ProtocolInfo() {}

    static int write(Socket s, boolean wide, MemorySegment to, IntRef length) {
        int size = (int) TEXT + TEXT_LENGTH * (wide ? 2 : 1);
        if (length.value < size) {
            length.value = size;
            return WinsockError.WSAEFAULT;
        }
        int address = s.v6 ? Sockaddr.SIZE_V6 : Sockaddr.SIZE_V4;
        to.asSlice(0, size).fill((byte) 0);
        to.set(INT, 0, s.datagrams ? DATAGRAM : STREAM);
        to.set(INT, 16, 8); // PFL_MATCHES_PROTOCOL_ZERO
        (s.v6 ? V6 : V4).write(to.asSlice(20, 16));
        to.set(INT, 36, 1001 + (s.datagrams ? 1 : 0) + (s.v6 ? 3 : 0)); // the catalogue's entry
        to.set(INT, 40, 1); // a base protocol
        to.set(INT, 72, 2); // version
        to.set(INT, 76, s.v6 ? Constants.AF_INET6 : Constants.AF_INET);
        to.set(INT, 80, address); // longest
        to.set(INT, 84, address); // shortest
        to.set(INT, 88, s.datagrams ? Constants.SOCK_DGRAM : Constants.SOCK_STREAM);
        to.set(INT, 92, s.datagrams ? Constants.IPPROTO_UDP : Constants.IPPROTO_TCP);
        to.set(INT, 108, s.datagrams ? 65507 : 0); // longest message
        String name =
                "MSAFD Tcpip [%s/%s]".formatted(s.datagrams ? "UDP" : "TCP", s.v6 ? "IPv6" : "IP");
        Charset charset = wide ? StandardCharsets.UTF_16LE : StandardCharsets.US_ASCII;
        MemorySegment.copy(
                MemorySegment.ofArray(name.getBytes(charset)),
                0,
                to,
                TEXT,
                (long) name.length() * (wide ? 2 : 1));
        length.value = size;
        return 0;
    }
}
