package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import lapwing.engine.Address;
import org.jspecify.annotations.Nullable;

/**
 * A {@code sockaddr_in} or {@code sockaddr_in6}: a mutable place for an address, so that a program
 * may keep one and use it again. In memory: family (2 bytes, little-endian; {@code AF_INET6} is
 * 23), then port and address in network order (K4). Not thread-safe.
 */
public final class Sockaddr {
    /** {@code sizeof(sockaddr_in)}. */
    public static final int SIZE_V4 = 16;

    /** {@code sizeof(sockaddr_in6)}. */
    public static final int SIZE_V6 = 28;

    private static final ValueLayout.OfShort FAMILY =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt SCOPE =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    final Address address = new Address();

    /** 0.0.0.0, port 0. */
    public Sockaddr() {}

    /**
     * Takes over a Java address.
     *
     * @param address a resolved address
     * @return a new place with it
     * @throws IllegalArgumentException if it is unresolved; the message has the host
     */
    public static Sockaddr of(InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException(
                    address.getHostString()
                            + " has not been resolved: no such host, or made by createUnresolved;"
                            + " give what InetAddress.getByName finds");
        }
        Sockaddr result = new Sockaddr();
        result.address.set(address);
        return result;
    }

    /**
     * An IPv4 address as C programs write it, without their {@code htonl} and {@code htons}.
     *
     * @param address such as {@code INADDR_LOOPBACK}: the first byte highest
     * @param port 0 to 65535
     * @return a new place with it
     * @throws IllegalArgumentException if it is no port
     */
    public static Sockaddr of(int address, int port) {
        Sockaddr result = any(Constants.AF_INET, port);
        result.address.low = Integer.toUnsignedLong(address);
        return result;
    }

    /**
     * The wildcard address of a family: {@code INADDR_ANY} or {@code IN6ADDR_ANY}.
     *
     * @param family {@code AF_INET} or {@code AF_INET6}
     * @param port 0 to 65535
     * @return a new place with it
     * @throws IllegalArgumentException if it is another family or no port
     */
    public static Sockaddr any(int family, int port) {
        boolean v6 = family == Constants.AF_INET6;
        if ((family != Constants.AF_INET && !v6) || port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException(
                    "wildcard address of family "
                            + family
                            + " with port "
                            + port
                            + "; need family 2 or 23 and a port from 0 to 65535");
        }
        Sockaddr result = new Sockaddr();
        result.address.v6 = v6;
        result.address.port = port;
        return result;
    }

    /** The same as a Java address. */
    public InetSocketAddress toInetSocketAddress() {
        return address.toInetSocketAddress();
    }

    /** {@code AF_INET} (2) or {@code AF_INET6} (23). */
    public int family() {
        return address.v6 ? Constants.AF_INET6 : Constants.AF_INET;
    }

    /** 0 to 65535. */
    public int port() {
        return address.port;
    }

    /** True for 0.0.0.0 and ::. */
    public boolean isWildcard() {
        return address.isWildcard();
    }

    /** Length in memory: 16 or 28 bytes. */
    public int length() {
        return length(address);
    }

    static int length(Address address) {
        return address.v6 ? SIZE_V6 : SIZE_V4;
    }

    /**
     * Reads from memory.
     *
     * @param memory begins with the family
     * @param length bytes that count: 16 or 28 at least, by the family
     * @throws IllegalArgumentException if the family is neither {@code AF_INET} nor {@code
     *     AF_INET6}, or the length too short for it
     */
    public void read(MemorySegment memory, int length) {
        int family = length < 2 ? 0 : memory.get(FAMILY, 0);
        boolean v6 = family == Constants.AF_INET6;
        if ((family != Constants.AF_INET && !v6) || length < (v6 ? SIZE_V6 : SIZE_V4)) {
            throw new IllegalArgumentException(
                    "sockaddr of family "
                            + family
                            + " with "
                            + length
                            + " bytes; need family 2 with 16 or 23 with 28");
        }
        address.v6 = v6;
        address.port = memory.get(SHORT, 2) & 0xFFFF;
        address.high = v6 ? memory.get(LONG, 8) : 0;
        address.low = v6 ? memory.get(LONG, 16) : memory.get(INT, 4) & 0xFFFFFFFFL;
        address.scope = v6 ? memory.get(SCOPE, 24) : 0;
    }

    /**
     * Writes into memory.
     *
     * @param memory {@link #length()} bytes at least
     */
    public void write(MemorySegment memory) {
        write(address, memory, 0);
    }

    static void write(Address address, MemorySegment memory, long offset) {
        memory.set(FAMILY, offset, (short) (address.v6 ? Constants.AF_INET6 : Constants.AF_INET));
        memory.set(SHORT, offset + 2, (short) address.port);
        if (address.v6) {
            memory.set(INT, offset + 4, 0);
            memory.set(LONG, offset + 8, address.high);
            memory.set(LONG, offset + 16, address.low);
            memory.set(SCOPE, offset + 24, address.scope);
        } else {
            memory.set(INT, offset + 4, (int) address.low);
            memory.set(LONG, offset + 8, 0L);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Sockaddr that && address.same(that.address);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(address.high * 31 + address.low) * 31 + address.port;
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
