package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.util.Objects;
import lapwing.engine.Address;
import org.jspecify.annotations.Nullable;

/** Multicast groups, and interfaces as IPv4 names them: by an address, or 0.x.x.x for an index. */
final class Multicast {
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int MREQ = 8;
    private static final int MREQ6 = 20;

    private Multicast() {}

    /** The index of an interface, 0 for none in particular; −1 if there is no such address. */
    static int index(int inAddr) {
        int address = Integer.reverseBytes(inAddr); // first byte highest
        if (address >>> 24 == 0) {
            return address;
        }
        byte[] bytes = {
            (byte) (address >> 24), (byte) (address >> 16), (byte) (address >> 8), (byte) address
        };
        try {
            NetworkInterface found =
                    NetworkInterface.getByInetAddress(InetAddress.getByAddress(bytes));
            return found == null ? -1 : found.getIndex();
        } catch (SocketException | UnknownHostException e) {
            return -1;
        }
    }

    /** True if there is an interface of that index; 0 is none in particular. */
    static boolean isKnown(int index) {
        try {
            return index == 0 || (index > 0 && NetworkInterface.getByIndex(index) != null);
        } catch (SocketException e) {
            return false;
        }
    }

    /** Joins or leaves a group: {@code ip_mreq} or {@code ipv6_mreq}. Holding the monitor. */
    static int member(Socket s, @Nullable MemorySegment value, int length, boolean join) {
        int size = s.v6 ? MREQ6 : MREQ;
        if (!s.datagrams) {
            return WinsockError.WSAENOPROTOOPT;
        }
        if (value == null || length < size || value.byteSize() < size) {
            return WinsockError.WSAEFAULT;
        }
        InetAddress group;
        try {
            byte[] bytes = value.asSlice(0, s.v6 ? 16 : 4).toArray(ValueLayout.JAVA_BYTE);
            group = InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes", e);
        }
        int network = s.v6 ? value.get(INT, 16) : index(value.get(INT, 4));
        if (!group.isMulticastAddress()) {
            return WinsockError.WSAEINVAL;
        }
        if (network < 0) {
            return WinsockError.WSAEADDRNOTAVAIL;
        }
        int result = s.open();
        if (result >= 0) {
            Address address = new Address().set(new InetSocketAddress(group, 0));
            result = Objects.requireNonNull(s.endpoint).member(address, network, join);
        }
        return result < 0 ? NtStatus.toWinsock(result) : 0;
    }
}
