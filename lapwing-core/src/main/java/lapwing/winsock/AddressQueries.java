package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import lapwing.engine.Address;
import lapwing.engine.Endpoint;
import lapwing.engine.Engine;
import lapwing.engine.Status;
import lapwing.engine.choice.Engines;

/** What WSAIoctl tells about this machine's addresses, as the structures of K4. */
final class AddressQueries {
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int LIST_HEADER = 8;
    private static final int LIST_ENTRY = 16;

    private static final int INTERFACE_INFO = 76;
    private static final int INTERFACE_ADDRESS = 24;
    private static final int IFF_UP = 0x1;
    private static final int IFF_BROADCAST = 0x2;
    private static final int IFF_LOOPBACK = 0x4;
    private static final int IFF_POINTTOPOINT = 0x8;
    private static final int IFF_MULTICAST = 0x10;
    private static final long EVERYBODY = 0xFFFFFFFFL;

    /** Discard: any port will do for a datagram that is never sent. */
    private static final int SOME_PORT = 9;

    private AddressQueries() {}

    /**
     * SOCKET_ADDRESS_LIST: the machine's addresses of one family (I29), without loopback unless
     * there is nothing else.
     *
     * @param base where the list is going to be in memory: it has pointers into itself
     */
    static MemorySegment addressList(boolean v6, long base) throws SocketException {
        List<Address> addresses = addresses(v6, false);
        if (addresses.isEmpty()) {
            addresses = addresses(v6, true);
        }
        int count = addresses.size();
        int length = v6 ? Sockaddr.SIZE_V6 : Sockaddr.SIZE_V4;
        int first = LIST_HEADER + count * LIST_ENTRY;
        MemorySegment list = MemorySegment.ofArray(new byte[first + count * length]);
        list.set(INT, 0, count);
        for (int i = 0; i < count; i++) {
            long at = first + (long) i * length;
            long entry = LIST_HEADER + (long) i * LIST_ENTRY;
            list.set(LONG, entry, base + at);
            list.set(INT, entry + 8, length);
            Sockaddr.write(addresses.get(i), list, at);
        }
        return list;
    }

    private static List<Address> addresses(boolean v6, boolean loopback) throws SocketException {
        List<Address> result = new ArrayList<>();
        for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
            if (each.isUp() && each.isLoopback() == loopback) {
                each.inetAddresses()
                        .filter(a -> a instanceof Inet4Address != v6)
                        .forEach(a -> result.add(address(a)));
            }
        }
        return result;
    }

    private static Address address(InetAddress host) {
        return new Address().set(new InetSocketAddress(host, 0));
    }

    /** INTERFACE_INFO of every IPv4 address (I31); the structure has no room for IPv6. */
    static MemorySegment interfaceList() throws SocketException {
        List<NetworkInterface> interfaces = NetworkInterface.networkInterfaces().toList();
        MemorySegment list = MemorySegment.ofArray(new byte[INTERFACE_INFO * count(interfaces)]);
        long at = 0;
        for (NetworkInterface each : interfaces) {
            for (InterfaceAddress one : each.getInterfaceAddresses()) {
                if (one.getAddress() instanceof Inet4Address) {
                    list.set(INT, at, flags(each));
                    at += 4;
                    at = write(list, at, address(one.getAddress()));
                    at = write(list, at, broadcast(one));
                    at = write(list, at, mask(one.getNetworkPrefixLength()));
                }
            }
        }
        return list;
    }

    private static int count(List<NetworkInterface> interfaces) {
        return (int)
                interfaces.stream()
                        .flatMap(NetworkInterface::inetAddresses)
                        .filter(Inet4Address.class::isInstance)
                        .count();
    }

    private static int flags(NetworkInterface of) throws SocketException {
        boolean alone = of.isLoopback() || of.isPointToPoint();
        return (of.isUp() ? IFF_UP : 0)
                | (of.isLoopback() ? IFF_LOOPBACK : 0)
                | (of.isPointToPoint() ? IFF_POINTTOPOINT : 0)
                | (alone ? 0 : IFF_BROADCAST)
                | (of.supportsMulticast() ? IFF_MULTICAST : 0);
    }

    private static long write(MemorySegment list, long at, Address address) {
        Sockaddr.write(address, list, at);
        return at + INTERFACE_ADDRESS;
    }

    private static Address broadcast(InterfaceAddress of) {
        return of.getBroadcast() == null ? v4(EVERYBODY) : address(of.getBroadcast());
    }

    private static Address mask(int prefixLength) {
        return v4(EVERYBODY << 32 - prefixLength & EVERYBODY);
    }

    private static Address v4(long bits) {
        Address result = new Address();
        result.low = bits;
        return result;
    }

    /**
     * The local address from which this machine would send to {@code address}, which is replaced by
     * it; the kernel says so when a datagram socket gets a peer.
     *
     * @return 0, or an error of {@link Status}
     */
    static int route(Address address) {
        Engine.Opened opened = new Engine.Opened();
        int result = Engines.current().open(address.v6, true, opened);
        if (result < 0) {
            return result;
        }
        Endpoint endpoint = Objects.requireNonNull(opened.endpoint);
        try {
            address.port = SOME_PORT;
            endpoint.set(Endpoint.Option.BROADCAST, 1);
            result = endpoint.setPeer(address);
            if (result >= 0) {
                result = endpoint.localAddress(address);
            }
            address.port = 0;
            return Math.min(result, 0);
        } finally {
            endpoint.close();
        }
    }
}
