package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read from {@code /proc} about sockets and ports. */
class PortTableTest {
    private static final String HEAD = "  sl  local_address rem_address   st tx_queue rx_queue\n";
    private static final InetSocketAddress PEER = peer("10.0.0.1", 443);

    @TempDir private Path proc;
    private PortTable table;

    private static InetSocketAddress peer(String host, int port) {
        return new InetSocketAddress(host, port);
    }

    @BeforeEach
    void makeTables() throws IOException {
        assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN);
        table = new PortTable(proc);
        give("net/sockstat", "sockets: used 64\nTCP: inuse 8 orphan 0 tw 9985 alloc 21 mem 224\n");
        give("sys/net/ipv4/ip_local_port_range", "40000\t40009\n");
        give("sys/net/ipv4/ip_local_reserved_ports", "40000-40001,40005\n");
        give(
                "net/tcp",
                HEAD
                        + line("0A00000A:9C42", "0100000A:01BB", "06") // 40002 TIME_WAIT
                        + line("0A00000A:9C43", "0100000A:01BB", "01") // 40003 established
                        + line("0A00000A:9C44", "0200000A:01BB", "06") // 40004 to another host
                        + line("0A00000A:9C45", "0100000A:01BC", "06") // reserved, another port
                        + line("00000000:9C46", "00000000:0000", "0A") // 40006 listens
                        + line("0A00000A:1F90", "0100000A:01BB", "06")); // outside the range
        give(
                "net/tcp6",
                HEAD
                        + line(mapped("0A00000A:9C47"), mapped("0100000A:01BB"), "06") // 40007
                        + line(v6(10) + ":9C48", v6(1) + ":01BB", "06")); // 40008
    }

    private static String line(String local, String remote, String state) {
        return "   0: %s %s %s 00000000:00000000 00:00000000 00000000     0        0 1 2\n"
                .formatted(local, remote, state);
    }

    private static String mapped(String v4) {
        return "0000000000000000FFFF0000" + v4;
    }

    /** fd00::n, as the table has it. */
    private static String v6(int last) {
        return "000000FD%016d%02X000000".formatted(0, last);
    }

    private void give(String file, String text) throws IOException {
        Path path = proc.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    @Test // W8
    void socketsInTimeWaitAreCountedInAllAndTowardsAPeer() throws IOException {
        assertThat(table.timeWait()).isEqualTo(9985);
        assertThat(table.timeWait(PEER)).isEqualTo(3);
        assertThat(table.timeWait(peer("10.0.0.2", 443))).isEqualTo(1);
        assertThat(table.timeWait(peer("fd00::1", 443))).isEqualTo(1);
        assertThat(table.timeWait(peer("10.0.0.3", 443))).isZero();
    }

    @Test // W3: a port that is taken towards one peer is free towards another
    void portsLeftAreTheRangeWithoutReservedListeningAndTakenOnes() throws IOException {
        // 40002 to 40009 without 40005 (reserved) and 40006 (listens); towards PEER without 40002,
        // 40003 and 40007
        assertThat(table.portsLeft(peer("10.0.0.9", 1))).isEqualTo(6);
        assertThat(table.portsLeft(PEER)).isEqualTo(3);
        give("sys/net/ipv4/ip_local_reserved_ports", "\n");
        assertThat(table.portsLeft(PEER)).isEqualTo(6);
    }

    @Test
    void busiestPeerCountsMappedAddressesAsWhatTheyAre() throws IOException {
        assertThat(table.busiestPeer()).isEqualTo(PEER);
        give("net/tcp", HEAD);
        give("net/tcp6", HEAD);
        assertThat(table.busiestPeer()).isNull();
    }

    @Test
    void systemWithoutTheTablesSaysSo() {
        PortTable none = new PortTable(proc.resolve("none"));
        for (Answer answer :
                new Answer[] {
                    none::timeWait, () -> none.timeWait(PEER), () -> none.portsLeft(PEER)
                }) {
            assertThatThrownBy(answer::get)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(
                            "is not there: this system does not tell its sockets and ports");
        }
    }

    @FunctionalInterface
    private interface Answer {
        int get() throws IOException;
    }

    @ParameterizedTest
    @ValueSource(strings = {"no table", "   0: 0:xyz 0:1 0A 0 0"})
    void tableThatMakesNoSenseIsAnError(String line) throws IOException {
        give("net/tcp", HEAD + line + "\n");
        assertThatThrownBy(() -> table.portsLeft(PEER))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("net/tcp: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "a b"})
    void rangeThatMakesNoSenseIsAnError(String range) throws IOException {
        give("sys/net/ipv4/ip_local_port_range", range);
        assertThatThrownBy(() -> table.portsLeft(PEER))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no range of local ports");
    }

    @Test
    void unresolvedPeerIsRefused() {
        InetSocketAddress unresolved = InetSocketAddress.createUnresolved("nowhere.invalid", 1);
        assertThatThrownBy(() -> table.portsLeft(unresolved))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not resolved");
    }
}
