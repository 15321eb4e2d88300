package lapwing.winsock;

import static lapwing.winsock.Constants.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import lapwing.engine.Endpoint;
import lapwing.engine.choice.Engines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options of the levels SOL_SOCKET, TCP, UDP, IP and IPv6: K3, DOC of each level's page. */
class OptionTest extends WinsockContract {
    private final MemorySegment value = Arena.ofAuto().allocate(640, 8);

    private int set(SocketHandle s, int level, int name, int number) {
        value.set(ValueLayout.JAVA_INT, 0, number);
        return error(Winsock.setsockopt(s, level, name, value, 4));
    }

    private static int error(int result) {
        return result == 0 ? 0 : Winsock.WSAGetLastError();
    }

    private int get(SocketHandle s, int level, int name) {
        assertSucceeds(Winsock.getsockopt(s, level, name, value, new IntRef(4)));
        return value.get(ValueLayout.JAVA_INT, 0);
    }

    private int getError(SocketHandle s, int level, int name) {
        return error(Winsock.getsockopt(s, level, name, value, new IntRef(4)));
    }

    private SocketHandle made(String kind) {
        return socket(
                kind.endsWith("6") ? AF_INET6 : AF_INET,
                kind.startsWith("tcp") ? SOCK_STREAM : SOCK_DGRAM);
    }

    private static boolean hasSelectors() {
        return Engines.current().name().equals("selector");
    }

    @ParameterizedTest(name = "{0} {3}") // defaults of Windows
    @CsvSource({
        "tcp, 0xFFFF, 0x1, SO_DEBUG, 0, 1",
        "tcp, 0xFFFF, 0x10, SO_DONTROUTE, 0, 1",
        "tcp, 0xFFFF, 0x3005, SO_RANDOMIZE_PORT, 0, 1",
        "tcp6, 0xFFFF, 0x3006, SO_PORT_SCALABILITY, 0, 1",
        "tcp, 0xFFFF, 0x3007, SO_REUSE_UNICASTPORT, 0, 1",
        "tcp, 6, 3, TCP_KEEPIDLE, 7200, 30",
        "tcp, 6, 17, TCP_KEEPINTVL, 1, 5",
        "tcp6, 6, 16, TCP_KEEPCNT, 10, 4",
        "tcp, 6, 18, TCP_FAIL_CONNECT_ON_ICMP_ERROR, 1, 1",
        "udp, 0, 3, IP_TOS, 0, 16",
        "udp, 0, 10, IP_MULTICAST_TTL, 1, 7",
        "udp, 0, 11, IP_MULTICAST_LOOP, 1, 0",
        "udp, 0, 14, IP_DONTFRAGMENT, 0, 1",
        "udp6, 41, 10, IPV6_MULTICAST_HOPS, 1, 7",
        "udp6, 41, 11, IPV6_MULTICAST_LOOP, 1, 0",
        "udp6, 41, 27, IPV6_V6ONLY, 1, 1",
        "tcp6, 41, 27, IPV6_V6ONLY, 1, 1",
    })
    void optionHasWindowsDefaultAndKeepsWhatIsSet(
            String kind, String level, String name, String title, int initial, int other) {
        SocketHandle s = made(kind);
        int atLevel = Integer.decode(level);
        int option = Integer.decode(name);
        assertThat(get(s, atLevel, option)).as(title).isEqualTo(initial);
        assertThat(set(s, atLevel, option, other)).isZero();
        assertThat(get(s, atLevel, option)).isEqualTo(other);
        assertThat(s.socket.open()).as("it fits the descriptor").isZero();
        assertThat(set(s, atLevel, option, other)).isZero();
    }

    @ParameterizedTest(name = "{0} {3}") // what java.nio does not have is refused there
    @CsvSource({
        "tcp, 6, 5, TCP_MAXRT, 7",
        "tcp, 6, 14, TCP_MAXRTMS, 7000",
        "tcp, 0, 4, IP_TTL, 9",
        "udp6, 41, 4, IPV6_UNICAST_HOPS, 9",
        "udp, 0, 71, IP_MTU_DISCOVER, 1",
        "tcp6, 41, 71, IPV6_MTU_DISCOVER, 2",
        "udp, 17, 1, UDP_NOCHECKSUM, 1",
        "tcp6, 41, 27, IPV6_V6ONLY, 0",
    })
    void optionThatSelectorsDoNotHaveIsRefusedThereAndWorksElsewhere(
            String kind, String level, String name, String title, int number) {
        SocketHandle s = made(kind);
        int atLevel = Integer.decode(level);
        int option = Integer.decode(name);
        int result = set(s, atLevel, option, number);
        if (hasSelectors()) {
            assertThat(result).as(title).isEqualTo(WinsockError.WSAEOPNOTSUPP);
            return;
        }
        assertThat(result).as(title).isZero();
        assertThat(s.socket.open()).isZero();
        assertThat(set(s, atLevel, option, number)).isZero();
        assertThat(get(s, atLevel, option)).isEqualTo(number);
    }

    @ParameterizedTest(name = "{0} {3}") // DOC: WSAENOPROTOOPT 10042
    @CsvSource({
        "tcp, 0xFFFF, 0x40, SO_USELOOPBACK",
        "tcp, 0xFFFF, 0x1003, SO_SNDLOWAT",
        "tcp, 0xFFFF, 0x1004, SO_RCVLOWAT",
        "tcp, 0xFFFF, 0x1008, SO_TYPE",
        "tcp, 0xFFFF, 0x1009, SO_BSP_STATE",
        "tcp, 0xFFFF, 0x2, SO_ACCEPTCONN",
        "tcp, 0xFFFF, 0x2001, SO_GROUP_ID",
        "tcp, 0xFFFF, 0x3003, SO_PAUSE_ACCEPT",
        "tcp, 0xFFFF, 0x20, SO_BROADCAST",
        "tcp6, 0xFFFF, 0x10, SO_DONTROUTE",
        "udp, 0xFFFF, 0x8, SO_KEEPALIVE",
        "udp, 0xFFFF, 0x3002, SO_CONDITIONAL_ACCEPT",
        "tcp, 6, 2, TCP_EXPEDITED_1122",
        "tcp, 6, 4, TCP_MAXSEG",
        "tcp, 6, 10, TCP_TIMESTAMPS",
        "tcp, 6, 15, TCP_FASTOPEN",
        "udp, 6, 3, TCP_KEEPIDLE",
        "tcp, 0, 1, IP_OPTIONS",
        "tcp, 0, 2, IP_HDRINCL",
        "tcp, 0, 10, IP_MULTICAST_TTL",
        "tcp, 0, 12, IP_ADD_MEMBERSHIP",
        "udp6, 0, 3, IP_TOS",
        "udp, 41, 27, IPV6_V6ONLY",
        "udp, 0, 73, IP_MTU",
        "udp, 99, 1, no such level"
    })
    void optionThatCannotBeHadIsRefused(String kind, String level, String name, String title) {
        assertThat(set(made(kind), Integer.decode(level), Integer.decode(name), 1))
                .as(title)
                .isEqualTo(WinsockError.WSAENOPROTOOPT);
    }

    @Test
    void valueThatCannotBeHadIsRefusedAndChangesNothing() {
        SocketHandle tcp = made("tcp");
        SocketHandle udp = made("udp");
        assertThat(set(tcp, IPPROTO_TCP, TCP_FAIL_CONNECT_ON_ICMP_ERROR, 0))
                .isEqualTo(WinsockError.WSAENOPROTOOPT);
        assertThat(set(udp, IPPROTO_IP, IP_MTU_DISCOVER, 4)).isEqualTo(WinsockError.WSAEINVAL);
        assertThat(set(udp, IPPROTO_IP, IP_MULTICAST_IF, 0x010200C0)) // 192.0.2.1
                .isEqualTo(WinsockError.WSAEADDRNOTAVAIL);
        assertThat(get(udp, IPPROTO_IP, IP_MULTICAST_IF)).isZero();
        SocketHandle six = made("tcp6");
        Sockaddr any = Sockaddr.of(new InetSocketAddress(InetAddress.ofLiteral("::1"), 0));
        assumeTrue(Winsock.bind(six, any, any.length()) == 0, "no IPv6");
        assertThat(set(six, IPPROTO_IPV6, IPV6_V6ONLY, 0)).isEqualTo(WinsockError.WSAEINVAL);
    }

    @Test // DOC SO_KEEPALIVE: 2 hours, then 10 packets in intervals of 1 s, unless set otherwise
    void keepAliveHasWindowsTimes() {
        SocketHandle s = bound();
        assertThat(set(s, IPPROTO_TCP, TCP_KEEPCNT, 3)).isZero();
        assertThat(set(s, SOL_SOCKET, SO_KEEPALIVE, 1)).isZero();
        Endpoint endpoint = Objects.requireNonNull(s.socket.endpoint);
        assertThat(endpoint.get(Endpoint.Option.KEEP_ALIVE)).isEqualTo(1);
        assertThat(endpoint.get(Endpoint.Option.KEEP_IDLE_SECONDS)).isEqualTo(7200);
        assertThat(endpoint.get(Endpoint.Option.KEEP_INTERVAL_SECONDS)).isEqualTo(1);
        assertThat(endpoint.get(Endpoint.Option.KEEP_COUNT)).isEqualTo(3);
    }

    @Test
    void maxRtIsOneThingInTwoUnits() {
        assumeTrue(!hasSelectors());
        SocketHandle s = bound();
        assertThat(set(s, IPPROTO_TCP, TCP_MAXRTMS, 1500)).isZero();
        assertThat(set(s, IPPROTO_TCP, TCP_MAXRT, 20)).isZero();
        assertThat(get(s, IPPROTO_TCP, TCP_MAXRTMS)).isZero();
        Endpoint endpoint = Objects.requireNonNull(s.socket.endpoint);
        assertThat(endpoint.get(Endpoint.Option.USER_TIMEOUT)).isEqualTo(20_000);
        assertThat(set(s, IPPROTO_TCP, TCP_MAXRT, -1)).isZero();
        assertThat(endpoint.get(Endpoint.Option.USER_TIMEOUT)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void whatOnlyTheSystemKnowsIsAskedThere() throws Exception {
        SocketHandle s = made("tcp");
        if (hasSelectors()) {
            assertThat(getError(s, IPPROTO_IP, IP_TTL)).isEqualTo(WinsockError.WSAEOPNOTSUPP);
            assertThat(getError(s, IPPROTO_TCP, TCP_MAXSEG)).isEqualTo(WinsockError.WSAEOPNOTSUPP);
            return;
        }
        assertThat(get(s, IPPROTO_IP, IP_TTL)).isBetween(1, 255);
        assertThat(get(s, IPPROTO_TCP, TCP_MAXSEG)).isPositive();
        assertThat(s.socket.endpoint).as("asking gives it no descriptor").isNull();
        assertThat(getError(s, IPPROTO_IP, IP_MTU)).isEqualTo(WinsockError.WSAENOTCONN);
        Sockaddr to = name(listener());
        assertSucceeds(Winsock.connect(s, to, to.length()));
        assertThat(get(s, IPPROTO_IP, IP_MTU)).isGreaterThan(500);
    }

    @Test // DOC SO_PROTOCOL_INFO, WSAPROTOCOL_INFO
    void protocolInfoDescribesTheSocket() {
        for (String kind : new String[] {"tcp", "udp", "tcp6", "udp6"}) {
            SocketHandle s = made(kind);
            for (boolean wide : new boolean[] {false, true}) {
                int name = wide ? SO_PROTOCOL_INFOW : SO_PROTOCOL_INFOA;
                int size = wide ? 628 : 372;
                IntRef length = new IntRef(size - 1);
                assertThat(error(Winsock.getsockopt(s, SOL_SOCKET, name, value, length)))
                        .isEqualTo(WinsockError.WSAEFAULT);
                assertThat(length.value).isEqualTo(size);
                length.value = 640;
                assertSucceeds(Winsock.getsockopt(s, SOL_SOCKET, name, value, length));
                assertThat(length.value).isEqualTo(size);
                boolean six = kind.endsWith("6");
                boolean stream = kind.startsWith("tcp");
                assertThat(value.get(ValueLayout.JAVA_INT, 76)).isEqualTo(six ? 23 : 2);
                assertThat(value.get(ValueLayout.JAVA_INT, 80)).isEqualTo(six ? 28 : 16);
                assertThat(value.get(ValueLayout.JAVA_INT, 88)).isEqualTo(stream ? 1 : 2);
                assertThat(value.get(ValueLayout.JAVA_INT, 92)).isEqualTo(stream ? 6 : 17);
                String text =
                        value.getString(
                                116, wide ? StandardCharsets.UTF_16LE : StandardCharsets.US_ASCII);
                assertThat(text)
                        .isEqualTo(
                                "MSAFD Tcpip [%s/%s]"
                                        .formatted(stream ? "TCP" : "UDP", six ? "IPv6" : "IP"));
            }
        }
    }

    @Test // DOC IPV6_V6ONLY: cleared before bind, the socket serves IPv4 clients as well
    void dualStackListenerServesBothFamilies() throws Exception {
        assumeTrue(!hasSelectors());
        SocketHandle listener = made("tcp6");
        assertThat(set(listener, IPPROTO_IPV6, IPV6_V6ONLY, 0)).isZero();
        Sockaddr any = Sockaddr.of(new InetSocketAddress("::", 0));
        assumeTrue(Winsock.bind(listener, any, any.length()) == 0, "no IPv6");
        assertSucceeds(Winsock.listen(listener, 5));
        int port = name(listener).toInetSocketAddress().getPort();
        try (Socket client = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            Sockaddr from = new Sockaddr();
            SocketHandle server = Winsock.accept(listener, from, new IntRef(Sockaddr.SIZE_V6));
            assertThat(server).isNotSameAs(SocketHandle.INVALID_SOCKET);
            closing(() -> Winsock.closesocket(server));
            assertThat(from.family()).isEqualTo(AF_INET6); // ::ffff:127.0.0.1
            assertThat(from.toInetSocketAddress().getPort()).isEqualTo(client.getLocalPort());
        }
    }

    @Test // DOC IP_ADD_MEMBERSHIP, IP_MULTICAST_IF
    void memberOfAGroupReceivesWhatIsSentToIt() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        int index = NetworkInterface.getByInetAddress(loopback).getIndex();
        SocketHandle receiver = made("udp");
        Sockaddr any = Sockaddr.of(new InetSocketAddress("0.0.0.0", 0));
        assertSucceeds(Winsock.bind(receiver, any, any.length()));
        assertThat(set(receiver, SOL_SOCKET, SO_RCVTIMEO, LIMIT)).isZero();
        assertThat(member(receiver, IP_ADD_MEMBERSHIP, 127, 0, 0, 1)).isZero();
        assertThat(member(receiver, IP_ADD_MEMBERSHIP, 0, 0, index >> 8, index & 255))
                .isEqualTo(WinsockError.WSAEADDRINUSE);
        SocketHandle sender = made("udp");
        assertThat(set(sender, IPPROTO_IP, IP_MULTICAST_IF, 0x0100007F)).isZero();
        int port = name(receiver).toInetSocketAddress().getPort();
        Sockaddr group = Sockaddr.of(new InetSocketAddress("239.7.8.9", port));
        Io io = new Io("all");
        assertThat(Winsock.sendto(sender, io.memory, 3, 0, group, group.length())).isEqualTo(3);
        assertThat(Winsock.recv(receiver, value, 640, 0)).isEqualTo(3);
        assertThat(member(receiver, IP_DROP_MEMBERSHIP, 127, 0, 0, 1)).isZero();
        assertThat(member(receiver, IP_DROP_MEMBERSHIP, 127, 0, 0, 1))
                .isEqualTo(WinsockError.WSAEADDRNOTAVAIL);
        assertThat(member(receiver, IP_ADD_MEMBERSHIP, 192, 0, 2, 1))
                .isEqualTo(WinsockError.WSAEADDRNOTAVAIL);
    }

    private int member(SocketHandle s, int name, int... network) {
        int[] bytes = {239, 7, 8, 9, network[0], network[1], network[2], network[3]};
        for (int i = 0; i < bytes.length; i++) {
            value.set(ValueLayout.JAVA_BYTE, i, (byte) bytes[i]);
        }
        assertThat(error(Winsock.setsockopt(s, IPPROTO_IP, name, value, 7)))
                .isEqualTo(WinsockError.WSAEFAULT);
        return error(Winsock.setsockopt(s, IPPROTO_IP, name, value, 8));
    }
}
