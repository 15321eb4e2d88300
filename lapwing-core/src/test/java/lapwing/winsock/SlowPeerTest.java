package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * DisconnectEx with reuse of a socket that has connected, while its peer, which has ended before,
 * has not taken everything yet: a disconnect loses nothing (MSDN DisconnectEx: it waits until all
 * data that was queued is sent).
 */
class SlowPeerTest extends WinsockContract {
    private static final int LENGTH = 300_000;

    private CompletionPort port;
    private ServerSocket server;
    private SocketHandle socket;
    private Socket peer;

    /**
     * Connects, the peer ends its side, all data is with the system, and the peer reads nothing.
     */
    @BeforeEach
    void fill() throws Exception {
        port = port(0);
        server = closing(new ServerSocket());
        server.setReceiveBufferSize(4096);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        socket = bound();
        associate(socket, port, 1);
        connectOnce();
        peer.shutdownOutput();
        Io end = new Io(1);
        assertStarts(receive(socket, end));
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 0, 1, end));
        Io data = new Io(LENGTH);
        assertStarts(send(socket, data));
        assertThat(next(port)).isEqualTo(new Packet(true, 0, LENGTH, 1, data));
    }

    private void connectOnce() throws Exception {
        Overlapped connect = new Overlapped();
        Sockaddr to = Sockaddr.of((InetSocketAddress) server.getLocalSocketAddress());
        assertPends(connect(socket, to, connect));
        peer = closing(server.accept());
        peer.setSoTimeout(LIMIT);
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 0, 1, connect));
    }

    @ParameterizedTest // D21 D24
    @CsvSource({"false", "true"})
    void peerGetsEverythingAndAnOrderlyEnd(boolean shutBefore) throws Exception {
        if (shutBefore) {
            assertSucceeds(
                    Winsock.setsockopt(
                            socket,
                            Constants.SOL_SOCKET,
                            Constants.SO_UPDATE_CONNECT_CONTEXT,
                            null,
                            0)); // C36
            assertSucceeds(Winsock.shutdown(socket, Constants.SD_SEND));
        }
        Overlapped end = new Overlapped();
        assertPends(disconnect(socket, end));
        assertThat(peer.getInputStream().readAllBytes()).hasSize(LENGTH);
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 0, 1, end));
        peer.close();
        connectOnce();
        write(peer, "again");
        Io again = new Io(5);
        assertStarts(receive(socket, again));
        assertThat(next(port).bytes()).isEqualTo(5);
        assertEmpty(port);
    }

    @Test // D21: it waits for nobody who has gone
    void peerThatResetsEndsTheDisconnect() throws Exception {
        Overlapped end = new Overlapped();
        assertPends(disconnect(socket, end));
        reset(peer);
        Packet packet = next(port);
        assertThat(packet.overlapped()).isSameAs(end);
        assertThat(packet.ok()).isTrue();
        connectOnce();
        assertEmpty(port);
    }

    @ParameterizedTest // O12 O15: what waits can be cancelled, and its socket closed
    @CsvSource({"false", "true"})
    void disconnectThatWaitsCanBeCancelled(boolean byClose) throws Exception {
        Overlapped end = new Overlapped();
        assertPends(disconnect(socket, end));
        boolean cancelled =
                byClose ? Winsock.closesocket(socket) == 0 : Kernel32.CancelIoEx(socket, end);
        Packet packet = next(port);
        assertThat(packet.overlapped()).isSameAs(end);
        if (!packet.ok()) {
            assertThat(cancelled).isTrue();
            assertThat(packet.error()).isEqualTo(WinsockError.ERROR_OPERATION_ABORTED);
        }
        assertEmpty(port);
        assertThat(peer.getInputStream().readAllBytes()).hasSize(LENGTH);
    }

    @Test // the peer closes without having read: our system is told by a reset
    void peerThatClosesUnreadDataEndsTheDisconnect() throws Exception {
        Overlapped end = new Overlapped();
        assertPends(disconnect(socket, end));
        peer.close();
        assertThat(next(port).overlapped()).isSameAs(end);
        try {
            connectOnce();
        } catch (SocketException e) {
            throw new AssertionError("cannot connect again", e);
        }
    }
}
