package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import lapwing.engine.choice.Engines;
import lapwing.socket.Addresses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Addresses that name nobody, or nobody here, in every call that takes one. DOC error 10049: "when
 * the remote address or port is not valid for a remote computer (for example, address or port 0)".
 */
class AddressTest extends WinsockContract {
    private static final int GOOD = 0;
    private static final int NOBODY = WinsockError.WSAEADDRNOTAVAIL;
    private static final int FAMILY = WinsockError.WSAEAFNOSUPPORT;

    /** An address, and what each call says of it with a socket of IPv4 and of IPv6. */
    enum Given {
        WILDCARD("0.0.0.0", 9, NOBODY, FAMILY),
        WILDCARD_6("::", 9, FAMILY, NOBODY),
        NO_PORT("127.0.0.1", 0, NOBODY, FAMILY),
        NO_PORT_6("::1", 0, FAMILY, NOBODY),
        ZEROS("0.0.0.0", 0, NOBODY, FAMILY),
        ZEROS_6("::", 0, FAMILY, NOBODY),
        OTHER("127.0.0.1", 9, GOOD, FAMILY),
        OTHER_6("::1", 9, FAMILY, GOOD),
        MAPPED("::ffff:127.0.0.1", 9, FAMILY, NOBODY),
        MAPPED_NO_PORT("::ffff:127.0.0.1", 0, FAMILY, NOBODY),
        MAPPED_WILDCARD("::ffff:0.0.0.0", 9, FAMILY, NOBODY);

        final String host;
        final int port;
        final int of4;
        final int of6;

        Given(String host, int port, int of4, int of6) {
            this.host = host;
            this.port = port;
            this.of4 = of4;
            this.of6 = of6;
        }

        /** From memory, as Java makes IPv4 of a mapped address. */
        Sockaddr address() throws Exception {
            boolean mapped = host.startsWith("::ffff:");
            byte[] bytes = InetAddress.getByName(mapped ? host.substring(7) : host).getAddress();
            if (!mapped) {
                return Sockaddr.of(new InetSocketAddress(InetAddress.getByAddress(bytes), port));
            }
            MemorySegment memory = Arena.ofAuto().allocate(28, 8);
            memory.set(ValueLayout.JAVA_SHORT, 0, (short) Constants.AF_INET6);
            memory.set(ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), 2, (short) port);
            memory.set(ValueLayout.JAVA_SHORT, 18, (short) -1);
            MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 20, 4);
            Sockaddr result = new Sockaddr();
            result.read(memory, 28);
            return result;
        }
    }

    private interface Call {
        int error(SocketHandle s, Sockaddr to);
    }

    private static int last(boolean ok) {
        return ok ? 0 : Winsock.WSAGetLastError();
    }

    private static int sendMessage(SocketHandle s, Sockaddr to) {
        WsaMsg message = new WsaMsg();
        message.name = to;
        message.namelen = to.length();
        message.lpBuffers = new Io("x").buffers;
        message.dwBufferCount = 1;
        WSASendMsg send = Extension.load(s, Constants.WSAID_WSASENDMSG, WSASendMsg.class);
        return last(send.call(s, message, 0, new IntRef(), null, null) == 0);
    }

    private static int sendTo(SocketHandle s, Sockaddr to) {
        return last(Winsock.sendto(s, new Io("x").memory, 1, 0, to, to.length()) == 1);
    }

    private static int wsaSendTo(SocketHandle s, Sockaddr to) {
        Io io = new Io("x");
        int error =
                last(Winsock.WSASendTo(s, io.buffers, 1, null, 0, to, to.length(), io, null) == 0);
        return error == WinsockError.WSA_IO_PENDING ? 0 : error;
    }

    private void check(Given given, Call call, boolean bound, boolean zerosAllowed)
            throws Exception {
        for (int family : new int[] {Constants.AF_INET, Constants.AF_INET6}) {
            SocketHandle s = socket(family, Constants.SOCK_DGRAM);
            if (bound) {
                Sockaddr any = Sockaddr.any(family, 0);
                assertSucceeds(Winsock.bind(s, any, any.length()));
            }
            boolean v6 = family == Constants.AF_INET6;
            int expected = v6 ? given.of6 : given.of4;
            boolean none = zerosAllowed && Addresses.meansNobody(s.socket, given.address().address);
            assertThat(call.error(s, given.address()))
                    .as("%s on a socket of IPv%d", given, v6 ? 6 : 4)
                    .isEqualTo(none ? GOOD : expected);
        }
    }

    @ParameterizedTest
    @EnumSource
    void sendsToNobodyAreRefused(Given given) throws Exception {
        for (boolean bound : new boolean[] {false, true}) {
            check(given, AddressTest::sendTo, bound, false);
            check(given, AddressTest::wsaSendTo, bound, false);
            check(given, AddressTest::sendMessage, bound, false);
        }
    }

    @ParameterizedTest
    @EnumSource
    void datagramSocketsConnectToSomebodyOrByZerosToNobody(Given given) throws Exception {
        Call connect = (s, to) -> last(Winsock.connect(s, to, to.length()) == 0);
        check(given, connect, false, true);
        check(given, connect, true, true);
    }

    @ParameterizedTest // C29
    @EnumSource
    void streamsConnectToSomebody(Given given) throws Exception {
        for (int family : new int[] {Constants.AF_INET, Constants.AF_INET6}) {
            int expected = family == Constants.AF_INET6 ? given.of6 : given.of4;
            Sockaddr to = given.address();
            SocketHandle plain = socket(family, Constants.SOCK_STREAM);
            assertThat(last(Winsock.connect(plain, to, to.length()) == 0))
                    .isEqualTo(expected == GOOD ? WinsockError.WSAECONNREFUSED : expected);
            SocketHandle s = socket(family, Constants.SOCK_STREAM);
            Sockaddr any = Sockaddr.any(family, 0);
            assertSucceeds(Winsock.bind(s, any, any.length()));
            associate(s, port(0), 1);
            assertThat(last(CONNECT_EX.call(s, to, to.length(), null, 0, null, new Overlapped())))
                    .isEqualTo(expected == GOOD ? WinsockError.WSA_IO_PENDING : expected);
        }
    }

    @ParameterizedTest // of an own address port and host may be 0
    @EnumSource
    void socketsAreBoundToAddressesOfTheirFamily(Given given) throws Exception {
        for (int type : new int[] {Constants.SOCK_STREAM, Constants.SOCK_DGRAM}) {
            for (int family : new int[] {Constants.AF_INET, Constants.AF_INET6}) {
                Sockaddr at = given.address();
                at = given.port == 0 || at.family() != family ? at : free(at);
                boolean mapped = given.host.startsWith("::ffff");
                int expected = at.family() != family ? FAMILY : mapped ? NOBODY : GOOD;
                SocketHandle s = socket(family, type);
                assertThat(last(Winsock.bind(s, at, at.length()) == 0)).isEqualTo(expected);
            }
        }
    }

    /** The same with port 0: 9 may be denied, or somebody's. */
    private static Sockaddr free(Sockaddr at) {
        Sockaddr result = new Sockaddr();
        result.address.set(at.address);
        result.address.port = 0;
        return result;
    }

    @Test // DOC IPPROTO_IPV6 options: IPV6_V6ONLY cleared allows IPv4 as well
    void socketForBothFamiliesTakesMappedAddresses() throws Exception {
        assumeFalse(Engines.current().name().equals("selector"), "it has no such sockets");
        SocketHandle s = socket(Constants.AF_INET6, Constants.SOCK_DGRAM);
        assertSucceeds(Winsock.setsockopt(s, Constants.IPPROTO_IPV6, Constants.IPV6_V6ONLY, 0));
        assertThat(sendTo(s, Given.MAPPED.address())).isZero();
        assertThat(sendTo(s, Given.MAPPED_NO_PORT.address())).isEqualTo(NOBODY);
        assertThat(sendTo(s, Given.MAPPED_WILDCARD.address())).isEqualTo(NOBODY);
    }
}
