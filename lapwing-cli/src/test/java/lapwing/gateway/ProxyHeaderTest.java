package lapwing.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import lapwing.winsock.Sockaddr;
import org.junit.jupiter.api.Test;

/** Against the layout in haproxy's doc/proxy-protocol.txt, section 2.2. */
class ProxyHeaderTest {
    private static final String SIGNATURE = "0D0A0D0A000D0A515549540A";

    private static MemorySegment sockaddr(String host, int port) {
        MemorySegment memory = MemorySegment.ofArray(new byte[28]);
        Sockaddr.of(new InetSocketAddress(host, port)).write(memory);
        return memory;
    }

    private static String header(MemorySegment source, MemorySegment destination, long... fields) {
        byte[] bytes = new byte[ProxyHeader.length(source, fields.length)];
        ProxyHeader.write(MemorySegment.ofArray(bytes), source, destination, fields);
        return HexFormat.of().withUpperCase().formatHex(bytes);
    }

    @Test
    void ipv4HeaderHasTwelveBytesOfAddresses() {
        String header = header(sockaddr("192.0.2.1", 0x1234), sockaddr("198.51.100.7", 80));
        assertThat(header)
                .isEqualTo(
                        SIGNATURE
                                + "21"
                                + "11"
                                + "000C"
                                + "C0000201"
                                + "C6336407"
                                + "1234"
                                + "0050");
    }

    @Test
    void ipv6HeaderHasThirtySixBytesOfAddresses() {
        String header = header(sockaddr("2001:db8::1", 443), sockaddr("::1", 0xFFFE));
        assertThat(header)
                .isEqualTo(
                        SIGNATURE
                                + "21"
                                + "21"
                                + "0024"
                                + "20010DB8000000000000000000000001"
                                + "00000000000000000000000000000001"
                                + "01BB"
                                + "FFFE");
    }

    @Test
    void privateFieldsFollowAndCountInTheLength() {
        String header =
                header(sockaddr("192.0.2.1", 1), sockaddr("192.0.2.2", 2), 5, 0x0102030405060708L);
        assertThat(header).startsWith(SIGNATURE + "2111" + "0022"); // 12 + 2 * 11
        assertThat(header).endsWith("E00008" + "0000000000000005" + "E10008" + "0102030405060708");
    }

    @Test
    void longestHeaderFitsInFrontOfTheFirstData() {
        assertThat(ProxyHeader.V6 + Headers.FACTS * ProxyHeader.FIELD)
                .isLessThanOrEqualTo(FirstBlock.ROOM);
    }
}
