package lapwing.engine.selector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import lapwing.engine.Endpoint;
import lapwing.engine.Operation;

/**
 * The destination of a received datagram, as control data in Linux' layout ({@code struct cmsghdr}
 * and {@code in_pktinfo} or {@code in6_pktinfo}).
 *
 * <p>{@code java.nio} does not tell it. A socket bound to one address needs not be told: everything
 * it receives was sent there. For one bound to the wildcard the answer is not known, see {@link
 * SelectorEngine}.
 */
final class PacketInfo {
    private static final int HEADER = 16;
    private static final int LEVEL_V4 = 0;
    private static final int TYPE_V4 = 8;
    private static final int LEVEL_V6 = 41;
    private static final int TYPE_V6 = 50;

    private PacketInfo() {}

    /** Writes the record for a datagram received at {@code local}. */
    static void write(Operation operation, InetSocketAddress local, boolean v6) {
        MemorySegment control = java.util.Objects.requireNonNull(operation.control);
        int length = HEADER + (v6 ? 20 : 12);
        if (control.byteSize() < length) {
            operation.resultFlags |= Endpoint.CONTROL_TRUNCATED;
            return;
        }
        control.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, length);
        control.set(ValueLayout.JAVA_INT_UNALIGNED, 8, v6 ? LEVEL_V6 : LEVEL_V4);
        control.set(ValueLayout.JAVA_INT_UNALIGNED, 12, v6 ? TYPE_V6 : TYPE_V4);
        byte[] address = local.getAddress().getAddress();
        int network = index(local);
        if (v6) {
            bytes(control, HEADER, address);
            control.set(ValueLayout.JAVA_INT_UNALIGNED, HEADER + 16L, network);
        } else {
            control.set(ValueLayout.JAVA_INT_UNALIGNED, HEADER, network);
            bytes(control, HEADER + 4L, address); // the local address
            bytes(control, HEADER + 8L, address); // the header's destination
        }
        operation.controlLength = length;
    }

    private static void bytes(MemorySegment control, long at, byte[] address) {
        MemorySegment.copy(address, 0, control, ValueLayout.JAVA_BYTE, at, address.length);
    }

    /** The number of the interface that has the address; 0 if none has. */
    private static int index(InetSocketAddress local) {
        try {
            NetworkInterface network = NetworkInterface.getByInetAddress(local.getAddress());
            return network == null ? 0 : network.getIndex();
        } catch (SocketException e) {
            return 0;
        }
    }
}
