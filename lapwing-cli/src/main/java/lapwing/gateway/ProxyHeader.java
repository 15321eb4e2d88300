package lapwing.gateway;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * Writes the header of PROXY protocol version 2 (haproxy, doc/proxy-protocol.txt, section 2.2) from
 * two sockaddr structures: 12 bytes signature, version and command, family and protocol, length of
 * the rest, then source and destination address, source and destination port.
 *
 * <p>Addresses and ports are in network order in both places, so they are copied as they are.
 */
final class ProxyHeader {
    /** Bytes of a header for IPv4, without further fields. */
    static final int V4 = 16 + 4 + 4 + 2 + 2;

    /** Bytes of a header for IPv6, without further fields. */
    static final int V6 = 16 + 16 + 16 + 2 + 2;

    /** The first of the types that are free for private use (PP2_TYPE_MIN_CUSTOM). */
    static final int FIRST_PRIVATE_TYPE = 0xE0;

    /** Bytes of one field that {@link #writeFields} writes: type, length, value. */
    static final int FIELD = 1 + 2 + 8;

    private static final MemorySegment SIGNATURE =
            MemorySegment.ofArray(HexFormat.of().parseHex("0D0A0D0A000D0A515549540A"));
    private static final byte VERSION_2_PROXY = 0x21;
    private static final byte TCP_OVER_IPV4 = 0x11;
    private static final byte TCP_OVER_IPV6 = 0x21;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    // Where the fields of sockaddr_in and sockaddr_in6 are, in bytes.
    private static final long FAMILY = 0;
    private static final long PORT = 2;
    private static final long ADDRESS_V4 = 4;
    private static final long ADDRESS_V6 = 8;

    private ProxyHeader() {}

    /** Bytes the header for this address takes, with {@code fields} private fields. */
    static int length(MemorySegment sockaddr, int fields) {
        return (isV4(sockaddr) ? V4 : V6) + fields * FIELD;
    }

    /**
     * Writes the header.
     *
     * @param to as long as {@link #length} says
     * @param source the client's sockaddr
     * @param destination the sockaddr the client has connected to, of the same family
     * @param fields values of the private fields, which get the types from 0xE0 on
     */
    static void write(
            MemorySegment to, MemorySegment source, MemorySegment destination, long... fields) {
        boolean v4 = isV4(source);
        int addressLength = v4 ? 4 : 16;
        long address = v4 ? ADDRESS_V4 : ADDRESS_V6;
        MemorySegment.copy(SIGNATURE, 0, to, 0, 12);
        to.set(ValueLayout.JAVA_BYTE, 12, VERSION_2_PROXY);
        to.set(ValueLayout.JAVA_BYTE, 13, v4 ? TCP_OVER_IPV4 : TCP_OVER_IPV6);
        to.set(SHORT, 14, (short) (length(source, fields.length) - 16));
        MemorySegment.copy(source, address, to, 16, addressLength);
        MemorySegment.copy(destination, address, to, 16 + addressLength, addressLength);
        MemorySegment.copy(source, PORT, to, 16 + 2 * addressLength, 2);
        MemorySegment.copy(destination, PORT, to, 18 + 2 * addressLength, 2);
        writeFields(to, v4 ? V4 : V6, fields);
    }

    private static void writeFields(MemorySegment to, long at, long[] fields) {
        for (int i = 0; i < fields.length; i++, at += FIELD) {
            to.set(ValueLayout.JAVA_BYTE, at, (byte) (FIRST_PRIVATE_TYPE + i));
            to.set(SHORT, at + 1, (short) Long.BYTES);
            to.set(LONG, at + 3, fields[i]);
        }
    }

    private static boolean isV4(MemorySegment sockaddr) {
        return sockaddr.get(
                        ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), FAMILY)
                == 2;
    }
}
