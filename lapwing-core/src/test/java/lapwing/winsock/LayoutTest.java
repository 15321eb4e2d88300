package lapwing.winsock;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** Structures that programs see in memory: Windows' layout, on every machine. */
class LayoutTest {
    private static final ValueLayout.OfShort LITTLE_SHORT =
            ValueLayout.JAVA_SHORT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort NET_SHORT =
            ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt LITTLE_INT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt NET_INT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);

    /** {@code ws2def.h}. */
    private static final MemoryLayout SOCKADDR_IN =
            MemoryLayout.structLayout(
                    LITTLE_SHORT.withName("sin_family"),
                    NET_SHORT.withName("sin_port"),
                    NET_INT.withName("sin_addr"),
                    MemoryLayout.sequenceLayout(8, JAVA_BYTE).withName("sin_zero"));

    /** {@code ws2ipdef.h}. */
    private static final MemoryLayout SOCKADDR_IN6 =
            MemoryLayout.structLayout(
                    LITTLE_SHORT.withName("sin6_family"),
                    NET_SHORT.withName("sin6_port"),
                    NET_INT.withName("sin6_flowinfo"),
                    MemoryLayout.sequenceLayout(16, JAVA_BYTE).withName("sin6_addr"),
                    LITTLE_INT.withName("sin6_scope_id"));

    private static long at(MemoryLayout layout, String field) {
        return layout.byteOffset(PathElement.groupElement(field));
    }

    @Test // K4 G3
    void ipv4AddressLiesAsInWindows() throws Exception {
        InetSocketAddress java =
                new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 1, 2, -3}), 0xFEDC);
        Sockaddr address = Sockaddr.of(java);
        assertThat(SOCKADDR_IN.byteSize()).isEqualTo(Sockaddr.SIZE_V4).isEqualTo(16);
        MemorySegment memory = Arena.ofAuto().allocate(SOCKADDR_IN).fill((byte) -1);
        address.write(memory);
        assertThat(memory.get(LITTLE_SHORT, at(SOCKADDR_IN, "sin_family"))).isEqualTo((short) 2);
        assertThat(memory.get(NET_SHORT, at(SOCKADDR_IN, "sin_port"))).isEqualTo((short) 0xFEDC);
        assertThat(memory.get(NET_INT, at(SOCKADDR_IN, "sin_addr"))).isEqualTo(0x0A0102FD);
        assertThat(memory.asSlice(at(SOCKADDR_IN, "sin_zero"), 8).toArray(JAVA_BYTE))
                .containsOnly(0);
        Sockaddr back = new Sockaddr();
        back.read(memory, 16);
        assertThat(back).isEqualTo(address).hasToString("10.1.2.253:65244");
        assertThat(back.toInetSocketAddress()).isEqualTo(java);
    }

    @Test // K4 G8: AF_INET6 is 23
    void ipv6AddressLiesAsInWindows() throws Exception {
        byte[] host = new byte[16];
        for (int i = 0; i < 16; i++) {
            host[i] = (byte) (0xF0 - 13 * i);
        }
        InetSocketAddress java =
                new InetSocketAddress(Inet6Address.getByAddress(null, host, 7), 8080);
        Sockaddr address = Sockaddr.of(java);
        assertThat(SOCKADDR_IN6.byteSize()).isEqualTo(Sockaddr.SIZE_V6).isEqualTo(28);
        MemorySegment memory = Arena.ofAuto().allocate(SOCKADDR_IN6).fill((byte) -1);
        address.write(memory);
        assertThat(memory.get(LITTLE_SHORT, at(SOCKADDR_IN6, "sin6_family"))).isEqualTo((short) 23);
        assertThat(memory.get(NET_SHORT, at(SOCKADDR_IN6, "sin6_port"))).isEqualTo((short) 8080);
        assertThat(memory.get(NET_INT, at(SOCKADDR_IN6, "sin6_flowinfo"))).isZero();
        assertThat(memory.asSlice(at(SOCKADDR_IN6, "sin6_addr"), 16).toArray(JAVA_BYTE))
                .isEqualTo(host);
        assertThat(memory.get(LITTLE_INT, at(SOCKADDR_IN6, "sin6_scope_id"))).isEqualTo(7);
        Sockaddr back = new Sockaddr();
        back.read(memory, 28);
        assertThat(back).isEqualTo(address);
        assertThat(back.toInetSocketAddress()).isEqualTo(java);
    }

    @Test // G2
    void whatIsNoAddressIsRefused() {
        MemorySegment memory = Arena.ofAuto().allocate(28);
        memory.set(JAVA_BYTE, 0, (byte) 10); // Linux' AF_INET6
        assertThatThrownBy(() -> new Sockaddr().read(memory, 28))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "sockaddr of family 10 with 28 bytes; need family 2 with 16 or 23 with 28");
        memory.set(JAVA_BYTE, 0, (byte) 23);
        assertThatThrownBy(() -> new Sockaddr().read(memory, 27))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Sockaddr().read(memory, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test // K1 HDR: Data1 to Data3 little-endian, Data4 as written
    void guidLiesAsInWindows() {
        MemorySegment memory = Arena.ofAuto().allocate(Guid.SIZE);
        Constants.WSAID_ACCEPTEX.write(memory);
        assertThat(memory.toArray(JAVA_BYTE))
                .isEqualTo(
                        new byte[] {
                            (byte) 0xF1,
                            0x7D,
                            0x36,
                            (byte) 0xB5,
                            (byte) 0xAC,
                            (byte) 0xCB,
                            (byte) 0xCF,
                            0x11,
                            (byte) 0x95,
                            (byte) 0xCA,
                            0x00,
                            (byte) 0x80,
                            0x5F,
                            0x48,
                            (byte) 0xA1,
                            (byte) 0x92
                        });
        assertThat(Guid.read(memory)).isEqualTo(Constants.WSAID_ACCEPTEX);
        assertThat(Guid.read(memory)).hasToString("b5367df1-cbac-11cf-95ca-00805f48a192");
        assertThat(Guid.of("b5367df1-cbac-11cf-95ca-00805f48a192"))
                .isEqualTo(Constants.WSAID_ACCEPTEX);
    }

    @Test // O1 O2: what HasOverlappedIoCompleted looks at
    void freshOverlappedIsNotPending() {
        Overlapped overlapped = new Overlapped();
        assertThat(overlapped.internal()).isZero();
        assertThat(overlapped.internalHigh()).isZero();
        assertThat(overlapped.hasCompleted()).isTrue();
    }
}
