package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import lapwing.engine.choice.Engines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Overlapped datagrams. */
class DatagramTest extends WinsockContract {
    private SocketHandle datagrams(String host, CompletionPort port, long key) throws Exception {
        InetAddress address = InetAddress.getByName(host);
        try (DatagramSocket probe = new DatagramSocket(new InetSocketAddress(address, 0))) {
            assertThat(probe.isBound()).isTrue();
        } catch (java.net.SocketException e) {
            assumeTrue(false, host + " is not there: " + e.getMessage());
        }
        Sockaddr any = Sockaddr.of(new InetSocketAddress(address, 0));
        SocketHandle socket = socket(any.family(), Constants.SOCK_DGRAM);
        assertSucceeds(Winsock.bind(socket, any, any.length()));
        associate(socket, port, key);
        return socket;
    }

    private static int sendTo(SocketHandle s, Io io, Sockaddr to) {
        return Winsock.WSASendTo(s, io.buffers, 1, null, 0, to, to.length(), io, null) == 0
                ? 0
                : Winsock.WSAGetLastError();
    }

    private static int receiveFrom(SocketHandle s, Io io, Sockaddr from, IntRef length) {
        return Winsock.WSARecvFrom(s, io.buffers, 1, null, new IntRef(), from, length, io, null)
                        == 0
                ? 0
                : Winsock.WSAGetLastError();
    }

    @ParameterizedTest // DOC WSASendTo, WSARecvFrom; P31
    @CsvSource({
        "127.0.0.1,0,false",
        "127.0.0.1,1,false",
        "127.0.0.1,1,true",
        "::1,0,false",
        "::1,1,false",
        "::1,1,true"
    })
    void datagramsKeepTheirBordersAndTheirSender(String host, int concurrency, boolean leading)
            throws Exception {
        CompletionPort port = port(concurrency);
        SocketHandle left = datagrams(host, port, 1);
        SocketHandle right = datagrams(host, port, 2);
        for (int i = 0; i < 200; i++) {
            if (leading && i % 50 == 0) {
                lead(port);
            }
            boolean early = i % 2 == 0;
            String text = "datagram %d".formatted(i);
            Io out = new Io(text);
            Io in = new Io(100);
            Sockaddr from = new Sockaddr();
            IntRef length = new IntRef(Sockaddr.SIZE_V6);
            if (early) {
                assertStarts(sendTo(left, out, name(right)));
                assertThat(next(port)).isEqualTo(new Packet(true, 0, text.length(), 1, out));
            }
            assertStarts(receiveFrom(right, in, from, length));
            if (!early) {
                assertStarts(sendTo(left, out, name(right)));
                Packet one = next(port);
                Packet two = next(port);
                assertThat(new Overlapped[] {one.overlapped(), two.overlapped()})
                        .containsExactlyInAnyOrder(in, out);
                assertThat(one.ok() && two.ok()).isTrue();
            } else {
                assertThat(next(port)).isEqualTo(new Packet(true, 0, text.length(), 2, in));
            }
            assertThat(in.text(text.length())).isEqualTo(text);
            assertThat(from).isEqualTo(name(left));
            assertThat(length.value).isEqualTo(from.length());
        }
    }

    @ParameterizedTest // K7: STATUS_BUFFER_OVERFLOW, 234 from the port; the datagram's rest is lost
    @CsvSource({"127.0.0.1,0,false", "127.0.0.1,1,true", "::1,0,false", "::1,1,true"})
    void datagramLongerThanTheBufferIsCutWithAnError(String host, int concurrency, boolean leading)
            throws Exception {
        CompletionPort port = port(concurrency);
        SocketHandle left = datagrams(host, port, 1);
        SocketHandle right = datagrams(host, port, 2);
        if (leading) {
            lead(port);
        }
        Io in = new Io(4);
        assertPends(receiveFrom(right, in, new Sockaddr(), new IntRef(Sockaddr.SIZE_V6)));
        assertEmpty(port);
        Io out = new Io("too long");
        assertStarts(sendTo(left, out, name(right)));
        Packet packet = next(port);
        packet = packet.overlapped() == out ? next(port) : packet;
        assertThat(packet).isEqualTo(new Packet(false, WinsockError.ERROR_MORE_DATA, 4, 2, in));
        assertThat(in.text(4)).isEqualTo("too ");
    }

    @Test // O26: also of datagrams
    void receivesAreFilledInTheOrderOfPosting() throws Exception {
        CompletionPort port = port(0);
        SocketHandle left = datagrams("127.0.0.1", port(0), 1);
        SocketHandle right = datagrams("127.0.0.1", port, 2);
        for (int round = 0; round < 50; round++) {
            Io[] ios = new Io[8];
            for (int i = 0; i < ios.length; i++) {
                ios[i] = new Io(1);
                assertPends(receiveFrom(right, ios[i], null, null));
            }
            for (int i = 0; i < ios.length; i++) {
                assertStarts(sendTo(left, new Io("" + i), name(right)));
            }
            for (int i = 0; i < ios.length; i++) {
                assertThat(next(port)).isEqualTo(new Packet(true, 0, 1, 2, ios[i]));
                assertThat(ios[i].text(1)).isEqualTo("" + i);
            }
        }
    }

    @OnEachPort // O28: connect does not take back what was sent to the peer before
    void datagramsGoToThePeerOfTheirCall(PortKind kind) throws Exception {
        CompletionPort port = port(kind.concurrency);
        SocketHandle one = datagrams("127.0.0.1", port(0), 1);
        SocketHandle two = datagrams("127.0.0.1", port(0), 2);
        Sockaddr nobody = Sockaddr.of(new InetSocketAddress("0.0.0.0", 0));
        for (int i = 0; i < 20; i++) {
            kind.lead(port);
            SocketHandle s = datagrams("127.0.0.1", port, 3);
            for (Sockaddr peer : new Sockaddr[] {name(one), name(two), nobody}) {
                assertSucceeds(Winsock.connect(s, peer));
                for (int n = 0; n < 3 && peer != nobody; n++) {
                    assertStarts(send(s, new Io("datagram " + n)));
                }
            }
            for (int n = 0; n < 6; n++) {
                assertThat(next(port).bytes()).isEqualTo(10);
            }
            for (SocketHandle to : new SocketHandle[] {one, two}) {
                for (int n = 0; n < 3; n++) {
                    Io in = new Io(20);
                    setReceiveTimeout(to);
                    assertThat(Winsock.recv(to, in.memory, 20, 0)).isEqualTo(10);
                    assertThat(in.text(10)).isEqualTo("datagram " + n);
                }
            }
            Winsock.closesocket(s);
        }
    }

    private static void setReceiveTimeout(SocketHandle s) {
        assertSucceeds(Winsock.setsockopt(s, Constants.SOL_SOCKET, Constants.SO_RCVTIMEO, LIMIT));
    }

    @OnEachPort // O28: nor does an option
    void datagramsAreSentWithTheOptionsOfTheirCall(PortKind kind) throws Exception {
        CompletionPort port = port(kind.concurrency);
        SocketHandle s = datagrams("127.0.0.1", port, 1);
        SocketHandle any = datagrams("127.0.0.1", port, 2);
        Sockaddr to = Sockaddr.of(new InetSocketAddress("127.255.255.255", name(any).port()));
        for (int i = 0; i < 20; i++) {
            kind.lead(port);
            for (int allowed : new int[] {1, 0}) {
                int name = Constants.SO_BROADCAST;
                assertSucceeds(Winsock.setsockopt(s, Constants.SOL_SOCKET, name, allowed));
                for (int n = 0; n < 3 && allowed == 1; n++) {
                    assertStarts(sendTo(s, new Io("to all"), to));
                }
            }
            for (int n = 0; n < 3; n++) {
                Packet packet = next(port);
                assertThat(packet.bytes()).as(packet::toString).isEqualTo(6);
            }
        }
    }

    @Test // DOC WSAMSG; M10
    void messageSaysHowLongTheSendersAddressIs() throws Exception {
        CompletionPort port = port(0);
        SocketHandle left = datagrams("127.0.0.1", port, 1);
        SocketHandle right = datagrams("127.0.0.1", port, 2);
        WSARecvMsg receive = Extension.load(right, Constants.WSAID_WSARECVMSG, WSARecvMsg.class);
        Io io = new Io(10);
        WsaMsg message = new WsaMsg();
        message.lpBuffers = io.buffers;
        message.dwBufferCount = 1;
        message.namelen = Sockaddr.SIZE_V6;
        assertThat(receive.call(right, message, null, io, null)).isEqualTo(-1);
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEFAULT);
        message.name = new Sockaddr();
        assertThat(receive.call(right, message, null, io, null)).isEqualTo(-1);
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSA_IO_PENDING);
        Sockaddr to = name(right);
        assertThat(Winsock.sendto(left, new Io("four").memory, 4, 0, to, to.length())).isEqualTo(4);
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 4, 2, io));
        assertThat(message.name).isEqualTo(name(left));
        assertThat(message.namelen).isEqualTo(Sockaddr.SIZE_V4);
    }

    @Test // DOC WSASendMsg: IP_PKTINFO chooses the source
    void controlDataChoosesTheSourceOfADatagram() throws Exception {
        SocketHandle left = datagrams("0.0.0.0", port(0), 1);
        SocketHandle right = datagrams("127.0.0.1", port(0), 2);
        WSASendMsg send = Extension.load(left, Constants.WSAID_WSASENDMSG, WSASendMsg.class);
        MemorySegment control = Arena.ofAuto().allocate(24, 8);
        control.set(ValueLayout.JAVA_LONG, 0, 24);
        control.set(ValueLayout.JAVA_INT, 8, Constants.IPPROTO_IP);
        control.set(ValueLayout.JAVA_INT, 12, Constants.IP_PKTINFO);
        control.set(ValueLayout.JAVA_INT, 16, 0x0500007F); // 127.0.0.5
        WsaMsg message = new WsaMsg();
        message.name = name(right);
        message.namelen = Sockaddr.SIZE_V4;
        message.lpBuffers = new Io("four").buffers;
        message.dwBufferCount = 1;
        message.Control = new WsaBuf().set(control, 24);
        int sent = send.call(left, message, 0, new IntRef(), null, null);
        if (Engines.current().name().equals("selector")) {
            assertThat(sent).isEqualTo(-1);
            assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEOPNOTSUPP);
            return;
        }
        assertSucceeds(sent);
        Sockaddr from = new Sockaddr();
        Io in = new Io(10);
        IntRef length = new IntRef(Sockaddr.SIZE_V6);
        assertThat(Winsock.recvfrom(right, in.memory, 10, 0, from, length)).isEqualTo(4);
        assertThat(from.toInetSocketAddress().getAddress().getHostAddress()).isEqualTo("127.0.0.5");
        MemorySegment two = Arena.ofAuto().allocate(48, 8);
        two.copyFrom(control);
        two.asSlice(24).copyFrom(control);
        message.Control = new WsaBuf().set(two, 48);
        assertThat(send.call(left, message, 0, new IntRef(), null, null)).isEqualTo(-1);
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEINVAL);
        message.Control = new WsaBuf().set(control, 24);
        control.set(ValueLayout.JAVA_INT, 12, 99);
        assertThat(send.call(left, message, 0, new IntRef(), null, null)).isEqualTo(-1);
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEINVAL);
    }

    @ParameterizedTest // DOC shutdown: SD_SEND refuses later sends, what was sent before goes out
    @CsvSource({"true,1", "true,3", "false,1", "false,3"})
    void datagramsGoOutBeforeAShutdown(boolean hasPeer, int count) throws Exception {
        CompletionPort port = port(1);
        SocketHandle left = datagrams("127.0.0.1", port, 1);
        SocketHandle right = datagrams("127.0.0.1", port(0), 2);
        Sockaddr to = name(right);
        if (hasPeer) {
            assertSucceeds(Winsock.connect(left, to, to.length()));
        }
        lead(port);
        Io[] sent = new Io[count];
        for (int i = 0; i < count; i++) {
            sent[i] = new Io("datagram " + i);
            assertStarts(hasPeer ? send(left, sent[i]) : sendTo(left, sent[i], to));
        }
        assertSucceeds(Winsock.shutdown(left, Constants.SD_SEND));
        for (Io each : sent) {
            assertThat(next(port)).isEqualTo(new Packet(true, 0, 10, 1, each));
        }
        Worker<Void> reader =
                onThread(() -> {
                    Io in = new Io(20);
                    for (int i = 0; i < count; i++) {
                        assertThat(Winsock.recv(right, in.memory, 20, 0)).isEqualTo(10);
                        assertThat(in.text(10)).isEqualTo("datagram " + i);
                    }
                    return null;
                });
        reader.result();
    }

    @Test // O19 K7: the flags of a datagram that was cut
    void resultOfACutDatagramHasItsFlags() throws Exception {
        SocketHandle left = datagrams("127.0.0.1", port(0), 1);
        SocketHandle right = datagrams("127.0.0.1", port(0), 2);
        Io io = new Io(4);
        assertPends(receiveFrom(right, io, null, null));
        Sockaddr to = name(right);
        assertThat(Winsock.sendto(left, new Io("too long").memory, 8, 0, to, to.length()))
                .isEqualTo(8);
        IntRef bytes = new IntRef();
        IntRef flags = new IntRef();
        assertThat(Winsock.WSAGetOverlappedResult(right, io, bytes, true, flags)).isFalse();
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEMSGSIZE);
        assertThat(bytes.value).isEqualTo(4);
        assertThat(flags.value).isEqualTo(Constants.MSG_PARTIAL);
    }
}
