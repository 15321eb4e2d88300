package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Memory that cannot be written, and requests in whose end something goes wrong. */
class UnexpectedEndTest extends WinsockContract {
    private static final int ROOM = 64;

    private final WSARecvMsg receiveMessage =
            Extension.load(socket(), Constants.WSAID_WSARECVMSG, WSARecvMsg.class);
    private final WsaMsg message = new WsaMsg();

    private SocketHandle receiver() {
        SocketHandle s = socket(Constants.AF_INET, Constants.SOCK_DGRAM);
        assertSucceeds(Winsock.bind(s, loopback(0), Sockaddr.SIZE_V4));
        MemorySegment on = Arena.ofAuto().allocate(4);
        on.set(ValueLayout.JAVA_INT_UNALIGNED, 0, 1);
        assertSucceeds(Winsock.setsockopt(s, Constants.IPPROTO_IP, Constants.IP_PKTINFO, on, 4));
        return s;
    }

    private int receive(SocketHandle s, MemorySegment control, Overlapped o) {
        message.lpBuffers = new WsaBuf[] {new WsaBuf(Arena.ofAuto().allocate(10))};
        message.dwBufferCount = 1;
        message.Control = new WsaBuf(control);
        boolean done = receiveMessage.call(s, message, null, o, null) == 0;
        return done ? 0 : Winsock.WSAGetLastError();
    }

    private void send(SocketHandle to) {
        SocketHandle s = socket(Constants.AF_INET, Constants.SOCK_DGRAM);
        MemorySegment data = Arena.ofAuto().allocate(3);
        Sockaddr name = name(to);
        assertThat(Winsock.sendto(s, data, 3, 0, name, name.length())).isEqualTo(3);
    }

    @Test // M10: no memory of that kind
    void controlThatCannotBeWrittenIsRefusedAtTheCall() {
        Overlapped o = new Overlapped();
        MemorySegment locked = Arena.ofAuto().allocate(ROOM).asReadOnly();
        assertThat(receive(receiver(), locked, o)).isEqualTo(WinsockError.WSAEFAULT);
        assertThat(o.internal()).isZero();
    }

    @Test // O36
    void structuresOfAMessageMayBeChangedMeanwhile() {
        SocketHandle s = receiver();
        Overlapped o = new Overlapped();
        MemorySegment control = Arena.ofAuto().allocate(ROOM);
        assertPends(receive(s, control, o));
        Objects.requireNonNull(message.Control).set(Arena.ofAuto().allocate(1).asReadOnly(), 1);
        send(s);
        until("ended", o::hasCompleted);
        assertThat(o.internal()).isZero();
        assertThat(control.get(ValueLayout.JAVA_LONG_UNALIGNED, 0)).isPositive();
    }

    @Test
    void optionIsNotReadIntoMemoryThatCannotBeWritten() {
        MemorySegment locked = Arena.ofAuto().allocate(4).asReadOnly();
        int result =
                Winsock.getsockopt(
                        socket(), Constants.SOL_SOCKET, Constants.SO_TYPE, locked, new IntRef(4));
        assertThat(result).isEqualTo(Constants.SOCKET_ERROR);
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEFAULT);
    }

    @Test
    void requestEndsWhateverGoesWrongAndSoDoesItsSocket() {
        CompletionPort port = port(0);
        SocketHandle s = receiver();
        associate(s, port, 4);
        Overlapped first = new Overlapped();
        Overlapped second = new Overlapped();
        assertPends(receive(s, Arena.ofAuto().allocate(ROOM), first));
        MemorySegment locked = Arena.ofAuto().allocate(ROOM).asReadOnly();
        OverlappedRequest request = (OverlappedRequest) Objects.requireNonNull(s.socket.pending);
        request.call().controlRoom = locked; // a defect
        assertPends(receive(s, Arena.ofAuto().allocate(ROOM), second));
        int before = openFiles();
        send(s);
        send(s);
        Packet lost = next(port);
        assertThat(lost.overlapped()).isSameAs(first);
        assertThat(lost.ok()).isFalse();
        assertThat(first.internal()).isEqualTo(NtStatus.STATUS_INSUFFICIENT_RESOURCES);
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 3, 4, second));
        assertEmpty(port);
        assertSucceeds(Winsock.closesocket(s));
        until("the descriptor is given back", () -> s.socket.endpoint == null);
        assertThat(openFiles()).isLessThanOrEqualTo(before + 2); // two senders are open
    }
}
