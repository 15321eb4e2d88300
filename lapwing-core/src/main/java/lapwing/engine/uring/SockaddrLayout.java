package lapwing.engine.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import lapwing.engine.Address;

/** Linux' {@code sockaddr_in} and {@code sockaddr_in6}: reading and writing. */
final class SockaddrLayout {
    static final int AF_UNSPEC = 0;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int SIZE_V4 = 16;
    static final int SIZE_V6 = 28;

    private static final ValueLayout.OfShort NET_SHORT =
            JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt NET_INT =
            JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong NET_LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private SockaddrLayout() {}

    /** Writes an address at an offset; returns its length. */
    static int write(MemorySegment memory, long offset, Address address) {
        memory.set(JAVA_SHORT_UNALIGNED, offset, (short) (address.v6 ? AF_INET6 : AF_INET));
        memory.set(NET_SHORT, offset + 2, (short) address.port);
        if (!address.v6) {
            memory.set(NET_INT, offset + 4, (int) address.low);
            memory.set(ValueLayout.JAVA_LONG_UNALIGNED, offset + 8, 0L);
            return SIZE_V4;
        }
        memory.set(JAVA_INT_UNALIGNED, offset + 4, 0);
        memory.set(NET_LONG, offset + 8, address.high);
        memory.set(NET_LONG, offset + 16, address.low);
        memory.set(JAVA_INT_UNALIGNED, offset + 24, address.scope);
        return SIZE_V6;
    }

    /** Reads an address; leaves {@code result} alone if there is none. */
    static void read(MemorySegment memory, long offset, Address result) {
        int family = memory.get(JAVA_SHORT_UNALIGNED, offset);
        if (family != AF_INET && family != AF_INET6) {
            return;
        }
        result.v6 = family == AF_INET6;
        result.port = memory.get(NET_SHORT, offset + 2) & 0xFFFF;
        result.high = result.v6 ? memory.get(NET_LONG, offset + 8) : 0;
        result.low =
                result.v6
                        ? memory.get(NET_LONG, offset + 16)
                        : memory.get(NET_INT, offset + 4) & 0xFFFFFFFFL;
        result.scope = result.v6 ? memory.get(JAVA_INT_UNALIGNED, offset + 24) : 0;
    }
}
