package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** DisconnectEx with reuse while the peer's last data is unread; found by random calls. */
class ReuseEndTest extends WinsockContract {
    private static final int ROUNDS = 300;

    @Test // D24: the engine may find data that the program is just taking
    void dataThatIsReadWhileTheEngineLooksDoesNotHoldItUp() throws Exception {
        CompletionPort port = port(0);
        for (int i = 0; i < ROUNDS; i++) {
            readLastDataOfAReuse(port);
            assertEmpty(port);
        }
    }

    @Test // P8 P31: whether that end is told or the socket unconnected is a matter of timing
    void endThatIsToldAfterTheReuseMakesAPacket() throws Exception {
        CompletionPort port = port(0);
        Io late = new Io(10);
        for (int i = 0; i < ROUNDS; i++) {
            SocketHandle socket = readLastDataOfAReuse(port);
            if (receive(socket, late) == 0) {
                assertThat(next(port).overlapped()).isSameAs(late);
            }
            assertThat(receive(socket, late)).isEqualTo(WinsockError.WSAENOTCONN);
            assertEmpty(port);
        }
    }

    private SocketHandle readLastDataOfAReuse(CompletionPort port) throws Exception {
        Pair pair = pair(port, 1);
        write(pair.client(), "last");
        pair.client().close();
        Overlapped end = new Overlapped();
        Io data = new Io(10);
        assertPends(disconnect(pair.server(), end));
        assertStarts(receive(pair.server(), data));
        Overlapped first = next(port).overlapped();
        Overlapped second = next(port).overlapped();
        assertThat(List.of(first, second)).containsExactlyInAnyOrder(end, data);
        assertThat(data.text((int) data.internalHigh())).isEqualTo("last");
        return pair.server();
    }

    @Test // D21 S20: the port of a connection in TIME_WAIT can be listened on, and is held till
    // then
    void reusedConnectingSocketKeepsItsPortAndMayListenThere() throws Exception {
        SocketHandle socket = bound();
        Sockaddr here = name(socket);
        Overlapped end = new Overlapped();
        for (int i = 0; i < 3; i++) {
            SocketHandle listener = listener(); // another one: the pair of ports is new
            Sockaddr to = name(listener);
            assertSucceeds(Winsock.connect(socket, to, to.length()));
            SocketHandle other = Winsock.accept(listener, null, null);
            assertPends(disconnect(socket, end)); // we close first
            assertSucceeds(Winsock.closesocket(other));
            IntRef none = new IntRef();
            assertThat(Winsock.WSAGetOverlappedResult(socket, end, none, true, none)).isTrue();
            assertThat(name(socket)).isEqualTo(here);
            assertThat(Winsock.bind(socket(), here, here.length())).isEqualTo(-1);
            assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEADDRINUSE);
        }
        assertSucceeds(Winsock.listen(socket, 5));
        client(socket);
        SocketHandle server = Winsock.accept(socket, null, null);
        assertThat(server).isNotSameAs(SocketHandle.INVALID_SOCKET);
        assertSucceeds(Winsock.closesocket(server));
    }
}
