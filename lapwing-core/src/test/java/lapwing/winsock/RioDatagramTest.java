package lapwing.winsock;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import lapwing.engine.choice.Engines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Datagrams of registered I/O, with addresses and control data in registered memory. */
class RioDatagramTest extends RioContract {
    @ParameterizedTest // SOCKADDR_INET in registered memory
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void echoesOverUdpWithAddressesInRegisteredMemory(String host) throws Exception {
        RioCompletionQueue results = results(64);
        SocketHandle left = datagrams(host);
        SocketHandle right = datagrams(host);
        RioRequestQueue leftQueue = queue(left, results, 8, 1);
        RioRequestQueue rightQueue = queue(right, results, 8, 2);
        for (int i = 0; i < 200; i++) {
            String text = "datagram %d".formatted(i);
            assertThat(
                            RIO.RIOReceiveEx.call(
                                    rightQueue,
                                    part(0, 64),
                                    1,
                                    part(64, 28),
                                    part(128, 28),
                                    null,
                                    null,
                                    QUIET,
                                    i))
                    .isTrue();
            name(right).write(memory.asSlice(192));
            assertThat(
                            RIO.RIOSendEx.call(
                                    leftQueue,
                                    text(256, text),
                                    1,
                                    null,
                                    part(192, 28),
                                    null,
                                    null,
                                    0,
                                    -1))
                    .isTrue();
            memory.asSlice(192, 28).fill((byte) -1); // the address was read at the call
            assertThat(List.of(next(results), next(results)))
                    .containsExactlyInAnyOrder(
                            new Result(0, text.length(), 1, -1),
                            new Result(0, text.length(), 2, i));
            assertThat(text(0, text.length())).isEqualTo(text);
            assertThat(address(64)).isEqualTo(name(right));
            assertThat(address(128)).isEqualTo(name(left));
        }
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0,127.0.0.2", "::,::1"})
    void socketOfAllAddressesTellsWhichOneADatagramCameTo(String any, String host)
            throws Exception {
        RioCompletionQueue results = results(8);
        SocketHandle left = datagrams(host.equals("::1") ? host : "127.0.0.1");
        SocketHandle right = datagrams(any);
        RioRequestQueue leftQueue = queue(left, results, 2, 1);
        RioRequestQueue rightQueue = queue(right, results, 2, 2);
        boolean started =
                RIO.RIOReceiveEx.call(
                        rightQueue, part(0, 8), 1, part(64, 28), null, part(512, 64), null, 0, 5);
        if (Engines.current().name().equals("selector")) {
            assertThat(error(started)).isEqualTo(WinsockError.WSAEOPNOTSUPP);
            return;
        }
        assertThat(started).isTrue();
        int at = name(right).port();
        Sockaddr to = Sockaddr.of(new InetSocketAddress(InetAddress.getByName(host), at));
        to.write(memory.asSlice(128));
        assertThat(
                        RIO.RIOSendEx.call(
                                leftQueue,
                                text(256, "hi"),
                                1,
                                null,
                                part(128, 28),
                                null,
                                null,
                                0,
                                -1))
                .isTrue();
        assertThat(List.of(next(results), next(results))).contains(new Result(0, 2, 2, 5));
        assertThat(address(64)).isEqualTo(to);
        assertThat(memory.get(JAVA_INT_UNALIGNED, 512)).isZero(); // IP_PKTINFO was not asked for
    }

    @Test // M3, M5; RIO_CMSG_BUFFER: the total length, then the control data at byte 8
    void controlDataLiesBehindItsLength() throws Exception {
        RioCompletionQueue results = results(8);
        SocketHandle left = datagrams("127.0.0.1");
        SocketHandle right = datagrams("127.0.0.1");
        RioRequestQueue leftQueue = queue(left, results, 2, 1);
        RioRequestQueue rightQueue = queue(right, results, 2, 2);
        MemorySegment on = MemorySegment.ofArray(new int[] {1});
        assertSucceeds(
                Winsock.setsockopt(right, Constants.IPPROTO_IP, Constants.IP_PKTINFO, on, 4));
        name(right).write(memory.asSlice(128));
        for (int room : new int[] {32, 31}) {
            assertThat(
                            RIO.RIOReceiveEx.call(
                                    rightQueue,
                                    part(0, 8),
                                    1,
                                    null,
                                    null,
                                    part(512, room),
                                    part(600, 4),
                                    0,
                                    5))
                    .isTrue();
            assertThat(
                            RIO.RIOSendEx.call(
                                    leftQueue,
                                    text(256, "hi"),
                                    1,
                                    null,
                                    part(128, 28),
                                    null,
                                    part(700, 4),
                                    0,
                                    -1))
                    .isTrue();
            boolean fits = room == 32;
            assertThat(List.of(next(results), next(results)))
                    .contains(new Result(fits ? 0 : WinsockError.WSAEMSGSIZE, 2, 2, 5));
            assertThat(memory.get(JAVA_INT_UNALIGNED, 512)).isEqualTo(fits ? 32 : 0);
            assertThat(memory.get(JAVA_INT_UNALIGNED, 600))
                    .isEqualTo(fits ? 0 : Constants.MSG_CTRUNC);
        }
        assertThat(memory.get(JAVA_LONG_UNALIGNED, 520)).isEqualTo(24);
        assertThat(memory.get(JAVA_INT_UNALIGNED, 532)).isEqualTo(Constants.IP_PKTINFO);
        assertThat(memory.asSlice(536, 4).toArray(JAVA_BYTE)).containsExactly(127, 0, 0, 1);
    }

    @Test
    void datagramLongerThanItsPartIsCutWithAnError() throws Exception {
        RioCompletionQueue results = results(8);
        SocketHandle left = datagrams("127.0.0.1");
        SocketHandle right = datagrams("127.0.0.1");
        RioRequestQueue leftQueue = queue(left, results, 2, 1);
        RioRequestQueue rightQueue = queue(right, results, 2, 2);
        name(right).write(memory.asSlice(128));
        for (boolean early : new boolean[] {true, false}) {
            memory.fill((byte) 0);
            name(right).write(memory.asSlice(128));
            Result sent = new Result(0, 8, 1, -1);
            if (!early) {
                sendLong(leftQueue);
                assertThat(next(results)).isEqualTo(sent);
            }
            assertThat(
                            RIO.RIOReceiveEx.call(
                                    rightQueue,
                                    part(0, 4),
                                    1,
                                    null,
                                    part(64, 28),
                                    null,
                                    part(600, 4),
                                    0,
                                    5))
                    .isTrue();
            List<Result> expected = new ArrayList<>();
            expected.add(new Result(WinsockError.WSAEMSGSIZE, 4, 2, 5));
            if (early) {
                sendLong(leftQueue);
                expected.add(sent);
            }
            for (int due = expected.size(); due > 0; due--) {
                assertThat(expected.remove(next(results))).isTrue();
            }
            assertThat(text(0, 4)).isEqualTo("too ");
            assertThat(address(64)).isEqualTo(name(left));
            assertThat(memory.get(JAVA_INT_UNALIGNED, 600)).isEqualTo(Constants.MSG_TRUNC);
        }
    }

    private void sendLong(RioRequestQueue queue) {
        RioBuf data = text(256, "too long");
        assertThat(RIO.RIOSendEx.call(queue, data, 1, null, part(128, 28), null, null, 0, -1))
                .isTrue();
    }

    @Test // pData may be null for UDP; that the length is no error then is a guess
    void datagramsMayGoWithoutPayload() throws Exception {
        RioCompletionQueue results = results(8);
        SocketHandle left = datagrams("127.0.0.1");
        SocketHandle right = datagrams("127.0.0.1");
        RioRequestQueue leftQueue = queue(left, results, 2, 1);
        RioRequestQueue rightQueue = queue(right, results, 2, 2);
        name(right).write(memory.asSlice(128));
        RioBuf to = part(128, 28);
        for (RioBuf data : new RioBuf[] {null, text(0, "payload")}) {
            assertThat(
                            RIO.RIOReceiveEx.call(
                                    rightQueue, null, 0, null, part(64, 28), null, null, 0, 5))
                    .isTrue();
            int count = data == null ? 0 : 1;
            assertThat(RIO.RIOSendEx.call(leftQueue, data, count, null, to, null, null, 0, -1))
                    .isTrue();
            int sent = data == null ? 0 : data.Length;
            assertThat(List.of(next(results), next(results)))
                    .containsExactlyInAnyOrder(new Result(0, sent, 1, -1), new Result(0, 0, 2, 5));
            assertThat(address(64)).isEqualTo(name(left));
        }
    }

    @Test
    void connectedDatagramSocketNeedsNoAddress() throws Exception {
        RioCompletionQueue results = results(8);
        SocketHandle left = registered(Constants.AF_INET, Constants.SOCK_DGRAM);
        SocketHandle right = datagrams("127.0.0.1");
        RioRequestQueue leftQueue = queue(left, results, 2, 1);
        RioRequestQueue rightQueue = queue(right, results, 2, 2);
        assertThat(send(leftQueue, text(0, "hi"), 0, 0)).isEqualTo(WinsockError.WSAENOTCONN);
        assertThat(receive(leftQueue, part(0, 2), 0, 0)).isEqualTo(WinsockError.WSAEINVAL);
        Sockaddr to = name(right);
        assertSucceeds(Winsock.connect(left, to, to.length()));
        assertThat(send(leftQueue, text(0, "hi"), 0, 3)).isZero();
        assertThat(next(results)).isEqualTo(new Result(0, 2, 1, 3));
        assertThat(receive(rightQueue, part(8, 8), 0, 4)).isZero();
        assertThat(next(results)).isEqualTo(new Result(0, 2, 2, 4));
        assertThat(text(8, 2)).isEqualTo("hi");
    }

    @Test // SOCKADDR_INET has 28 bytes
    void addressesOfTheWrongSizeOrFamilyAreRefused() throws Exception {
        RioCompletionQueue results = results(8);
        RioRequestQueue q = queue(datagrams("127.0.0.1"), results, 2, 0);
        RioBuf data = part(0, 1);
        assertThat(error(RIO.RIOReceiveEx.call(q, data, 1, part(64, 27), null, null, null, 0, 0)))
                .isEqualTo(WinsockError.WSAEINVAL);
        assertThat(error(RIO.RIOReceiveEx.call(q, data, 1, null, part(64, 16), null, null, 0, 0)))
                .isEqualTo(WinsockError.WSAEINVAL);
        assertThat(error(RIO.RIOReceiveEx.call(q, data, 1, null, null, null, part(0, 3), 0, 0)))
                .isEqualTo(WinsockError.WSAEINVAL);
        assertThat(error(RIO.RIOSendEx.call(q, data, 1, null, part(64, 16), null, null, 0, 0)))
                .isEqualTo(WinsockError.WSAEINVAL);
        assertThat(error(RIO.RIOSendEx.call(q, data, 1, part(64, 28), null, null, null, 0, 0)))
                .isEqualTo(WinsockError.WSAEINVAL);
        assertThat(error(RIO.RIOSendEx.call(q, data, 1, null, part(64, 28), null, null, 0, 0)))
                .isEqualTo(WinsockError.WSAEAFNOSUPPORT); // no address there
        for (Sockaddr nobody :
                new Sockaddr[] {Sockaddr.of(0, 9), Sockaddr.of(Constants.INADDR_LOOPBACK, 0)}) {
            nobody.write(memory.asSlice(64));
            assertThat(error(RIO.RIOSendEx.call(q, data, 1, null, part(64, 28), null, null, 0, 0)))
                    .isEqualTo(WinsockError.WSAEADDRNOTAVAIL); // DOC error 10049
        }
        assertEmpty(results);
    }
}
