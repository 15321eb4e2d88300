package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest // D24: the client has ended first, and is still there to be told
    @ValueSource(booleans = {false, true})
    void clientThatEndedFirstSeesAnOrderlyEndAtOnce(boolean listenerLingers) throws Exception {
        SocketHandle listener = listener();
        if (listenerLingers) {
            closesAtOnce(listener);
        }
        CompletionPort port = port(1);
        associate(listener, port, 0);
        SocketHandle server = socket();
        associate(server, port, 1);
        MemorySegment block = Arena.ofAuto().allocate(16 + 2 * AREA);
        for (int i = 0; i < 3; i++) {
            Overlapped accept = new Overlapped();
            assertThat(ACCEPT_EX.call(listener, server, block, 16, AREA, AREA, null, accept))
                    .isFalse();
            Socket client = client(listener);
            sayAndEnd(client, server, port, accept);
            Overlapped end = new Overlapped();
            disconnect(server, end);
            assertThat(next(port).overlapped()).isSameAs(end);
            assertThat(client.getInputStream().read()).isEqualTo(-1); // no reset
            client.close();
        }
        assertEmpty(port);
    }

    @ParameterizedTest // D33: whatever is queued for sending, also with a linger time of 0
    @ValueSource(booleans = {false, true})
    void clientThatReadsSlowlyGetsEverything(boolean listenerLingers) throws Exception {
        SocketHandle listener = listener();
        SocketHandle server = socket();
        closesAtOnce(listenerLingers ? listener : server);
        CompletionPort port = port(1);
        associate(listener, port, 0);
        associate(server, port, 1);
        Io accept = new Io(1 + 2 * AREA);
        assertPends(accept(listener, server, accept));
        Socket client = closing(new Socket());
        client.setReceiveBufferSize(4096);
        client.connect(name(listener).toInetSocketAddress(), LIMIT);
        client.setSoTimeout(LIMIT);
        sayAndEnd(client, server, port, accept);
        Io data = new Io(400_000);
        assertStarts(send(server, data));
        assertThat(next(port).bytes()).isEqualTo(400_000);
        Overlapped end = new Overlapped();
        disconnect(server, end);
        assertThat(next(port).overlapped()).isSameAs(end);
        assertThat(client.getInputStream().readAllBytes()).hasSize(400_000);
    }

    /** The client sends the byte that ends the AcceptEx, and its end; the server has seen both. */
    private static void sayAndEnd(
            Socket client, SocketHandle server, CompletionPort port, Overlapped accept)
            throws Exception {
        write(client, "x");
        assertThat(next(port).overlapped()).isSameAs(accept);
        client.shutdownOutput();
        Io nothing = new Io(4);
        assertStarts(receive(server, nothing));
        assertThat(next(port).bytes()).isZero();
    }

    /** Gives a socket a linger time of 0. */
    private static void closesAtOnce(SocketHandle socket) {
        MemorySegment linger =
                Arena.global().allocateFrom(ValueLayout.JAVA_SHORT_UNALIGNED, (short) 1, (short) 0);
        assertSucceeds(
                Winsock.setsockopt(socket, Constants.SOL_SOCKET, Constants.SO_LINGER, linger, 4));
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
