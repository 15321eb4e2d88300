package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Datagram sockets with a peer: DOC connect, getsockname, sendto. */
class PeerTest extends WinsockContract {
    private SocketHandle bound(String host) throws Exception {
        Sockaddr at = at(host, 0);
        SocketHandle s = socket(at.family(), Constants.SOCK_DGRAM);
        assertSucceeds(Winsock.bind(s, at, at.length()));
        return s;
    }

    /** Bound to the host, or not bound if it is empty; of the family of {@code like}. */
    private SocketHandle bound(String host, Sockaddr like) throws Exception {
        return host.isEmpty() ? socket(like.family(), Constants.SOCK_DGRAM) : bound(host);
    }

    private static Sockaddr at(String host, int port) throws Exception {
        return Sockaddr.of(new InetSocketAddress(InetAddress.getByName(host), port));
    }

    private static String host(Sockaddr name) {
        return name.toInetSocketAddress().getAddress().getHostAddress();
    }

    private static int connect(SocketHandle s, Sockaddr to) {
        return error(Winsock.connect(s, to, to.length()));
    }

    private static int error(int result) {
        return result < 0 ? Winsock.WSAGetLastError() : 0;
    }

    private static int send(SocketHandle s, String text) {
        return error(Winsock.send(s, new Io(text).memory, text.length(), 0));
    }

    private static int sendTo(SocketHandle s, String text, Sockaddr to) {
        return error(Winsock.sendto(s, new Io(text).memory, text.length(), 0, to, to.length()));
    }

    /** What a receive gets: the text, or the name of the error. */
    private static String receive(SocketHandle s) {
        Io io = new Io(20);
        int level = Constants.SOL_SOCKET;
        assertSucceeds(Winsock.setsockopt(s, level, Constants.SO_RCVTIMEO, LIMIT));
        int result = Winsock.recv(s, io.memory, 20, 0);
        return result < 0 ? WinsockError.nameOf(Winsock.WSAGetLastError()) : io.text(result);
    }

    private static void untilQueued(SocketHandle s) {
        IntRef size = new IntRef();
        until(
                "a datagram is queued",
                () -> Winsock.ioctlsocket(s, Constants.FIONREAD, size) == 0 && size.value > 0);
    }

    @ParameterizedTest // DOC getsockname: after connect the address is known
    @CsvSource({
        "0.0.0.0,127.0.0.1",
        "127.0.0.1,127.0.0.1",
        "'',127.0.0.1",
        "::,::1",
        "::1,::1",
        "'',::1"
    })
    void nameIsTheOneThatThePeerSees(String local, String peer) throws Exception {
        SocketHandle other = bound(peer);
        SocketHandle s = bound(local, name(other));
        int port = local.isEmpty() ? 0 : name(s).port();
        assertThat(connect(s, name(other))).isZero();
        assertThat(host(name(s))).isEqualTo(host(name(other)));
        assertThat(port == 0 || name(s).port() == port).isTrue();
        assertThat(send(s, "x")).isZero();
        Sockaddr from = new Sockaddr();
        Io io = new Io(10);
        assertThat(Winsock.recvfrom(other, io.memory, 10, 0, from, new IntRef(Sockaddr.SIZE_V6)))
                .isEqualTo(1);
        assertThat(from).isEqualTo(name(s));
    }

    @ParameterizedTest // DOC connect: "filled with zeros" dissolves
    @CsvSource({
        "0.0.0.0,127.0.0.1,0.0.0.0,0",
        "0.0.0.0,127.0.0.1,0.0.0.0,9",
        "127.0.0.1,127.0.0.1,0.0.0.0,0",
        "'',127.0.0.1,0.0.0.0,9",
        "::,::1,::,0",
        "::1,::1,::,9",
        "'',::1,::,9",
        "::,::1,0.0.0.0,0" // new Sockaddr(), which in C would be all zeros
    })
    void anyAddressOfZerosDissolves(String local, String peer, String zeros, int port)
            throws Exception {
        SocketHandle other = bound(peer);
        SocketHandle s = bound(local, name(other));
        for (int round = 0; round < 3; round++) {
            assertThat(connect(s, name(other))).isZero();
            Sockaddr connected = name(s);
            assertThat(connect(s, at(zeros, port))).isZero();
            assertThat(send(s, "x")).isEqualTo(WinsockError.WSAENOTCONN);
            Sockaddr none = new Sockaddr();
            assertThat(error(Winsock.getpeername(s, none, new IntRef(Sockaddr.SIZE_V6))))
                    .isEqualTo(WinsockError.WSAENOTCONN);
            assertThat(name(s).port()).isEqualTo(connected.port());
            assertThat(name(s).isWildcard()).isEqualTo(!local.equals(peer));
            assertThat(sendTo(other, "back", connected)).isZero();
            assertThat(receive(s)).isEqualTo("back");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "127.0.0.1", "", "::", "::1"})
    void anotherPeerDiscardsWhatThePeerBeforeHasSent(String local) throws Exception {
        String host = local.startsWith("::") ? "::1" : "127.0.0.1";
        SocketHandle first = bound(host);
        SocketHandle second = bound(host);
        SocketHandle s = bound(local, name(first));
        assertThat(connect(s, name(first))).isZero();
        for (int i = 0; i < 10; i++) {
            assertThat(sendTo(first, "old", name(s))).isZero();
        }
        untilQueued(s);
        assertThat(connect(s, name(second))).isZero();
        assertThat(sendTo(first, "stranger", name(s))).isZero();
        assertThat(sendTo(second, "new", name(s))).isZero();
        assertThat(receive(s)).isEqualTo("new");
    }

    @ParameterizedTest // DOC connect: discarded "if name is different from the previous connect"
    @ValueSource(strings = {"0.0.0.0", "127.0.0.1", "::", "::1"})
    void samePeerAgainKeepsWhatItHasSent(String local) throws Exception {
        SocketHandle peer = bound(local.startsWith("::") ? "::1" : "127.0.0.1");
        SocketHandle s = bound(local);
        assertThat(connect(s, name(peer))).isZero();
        assertThat(sendTo(peer, "kept", name(s))).isZero();
        untilQueued(s);
        assertThat(connect(s, name(peer))).isZero();
        assertThat(receive(s)).isEqualTo("kept");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::"})
    void receiveThatPendsMeetsEveryPeer(String local) throws Exception {
        CompletionPort port = port(0);
        SocketHandle first = bound(local.equals("::") ? "::1" : "127.0.0.1");
        SocketHandle second = bound(local.equals("::") ? "::1" : "127.0.0.1");
        SocketHandle s = bound(local);
        associate(s, port, 1);
        Sockaddr[] peers = {name(first), name(second), Sockaddr.any(name(s).family(), 0)};
        for (int i = 0; i < 9; i++) {
            Io io = new Io(10);
            assertThat(error(Winsock.WSARecv(s, io.buffers, 1, null, new IntRef(), io, null)))
                    .isEqualTo(WinsockError.WSA_IO_PENDING);
            assertThat(connect(s, peers[i % 3])).isZero();
            Sockaddr to = name(s);
            Sockaddr at = to.isWildcard() ? at(host(name(first)), to.port()) : to;
            assertThat(sendTo(i % 3 == 1 ? second : first, "x" + i, at)).isZero();
            assertThat(next(port)).isEqualTo(new Packet(true, 0, 2, 1, io));
            assertThat(io.text(2)).isEqualTo("x" + i);
        }
    }

    @ParameterizedTest // S21, DOC sendto: "for that particular datagram only"
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void datagramToSomebodyElseLeavesThePeer(String host) throws Exception {
        SocketHandle peer = bound(host);
        SocketHandle other = bound(host);
        SocketHandle s = bound(host);
        assertThat(connect(s, name(peer))).isZero();
        assertThat(sendTo(peer, "queued", name(s))).isZero();
        untilQueued(s);
        for (int i = 0; i < 5; i++) {
            assertThat(sendTo(s, "other", name(other))).isZero();
            assertThat(sendTo(s, "", name(peer))).isZero();
            assertThat(send(s, "peer")).isZero();
            assertThat(receive(other)).isEqualTo("other");
            assertThat(receive(peer)).isEmpty();
            assertThat(receive(peer)).isEqualTo("peer");
        }
        assertThat(receive(s)).isEqualTo("queued");
        assertThat(sendTo(other, "stranger", name(s))).isZero();
        assertThat(sendTo(peer, "last", name(s))).isZero();
        assertThat(receive(s)).isEqualTo("last");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", ""})
    void eachPeerIsReachedFromAnAddressThatReachesIt(String local) throws Exception {
        List<String> hosts = new ArrayList<>(List.of("127.0.0.1"));
        NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(a -> a instanceof Inet4Address && !a.isLoopbackAddress())
                .limit(1)
                .forEach(a -> hosts.add(a.getHostAddress()));
        assumeTrue(hosts.size() > 1, "a second interface");
        SocketHandle s = bound(local, Sockaddr.any(Constants.AF_INET, 0));
        int port = 0;
        for (int i = 0; i < 5; i++) {
            String host = hosts.get(i % 2);
            assertThat(connect(s, at(host, 9))).isZero();
            assertThat(host(name(s))).isEqualTo(host);
            assertThat(port == 0 || name(s).port() == port).isTrue();
            port = name(s).port();
        }
    }

    @ParameterizedTest // S22
    @CsvSource({"'',false", "127.0.0.1,false", "127.0.0.1,true"})
    void datagramSocketIsShutDownWithOrWithoutAPeer(String local, boolean connected)
            throws Exception {
        SocketHandle other = bound("127.0.0.1");
        SocketHandle s = bound(local, name(other));
        if (connected) {
            assertThat(connect(s, name(other))).isZero();
        }
        for (int i = 0; i < 2; i++) {
            assertSucceeds(Winsock.shutdown(s, Constants.SD_SEND));
            assertThat(sendTo(s, "x", name(other))).isEqualTo(WinsockError.WSAESHUTDOWN);
        }
        if (!local.isEmpty()) {
            assertThat(sendTo(other, "back", name(s))).isZero();
            assertThat(receive(s)).isEqualTo("back");
            assertSucceeds(Winsock.shutdown(s, Constants.SD_RECEIVE));
            assertThat(receive(s)).isEqualTo("WSAESHUTDOWN");
        }
    }
}
