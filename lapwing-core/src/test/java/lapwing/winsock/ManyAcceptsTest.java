package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many AcceptEx on one listener, more than the library hands to the engine at a time, see {@link
 * Listening}: nobody may notice.
 */
class ManyAcceptsTest extends WinsockContract {
    private static final long KEY = 7;
    private static final int POSTED = 40;

    private CompletionPort port;
    private SocketHandle listener;
    private final List<SocketHandle> sockets = new ArrayList<>();
    private final List<Io> operations = new ArrayList<>();

    private void open(int concurrency, int accepts) {
        port = port(concurrency);
        listener = listener();
        associate(listener, port, KEY);
        for (int i = 0; i < accepts; i++) {
            sockets.add(socket());
            operations.add(new Io(4 + 2 * AREA));
            assertPends(accept(listener, sockets.get(i), operations.get(i)));
        }
    }

    private List<Socket> clients(int count) throws Exception {
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(client(listener));
        }
        return clients;
    }

    /** The seconds that a client has been there for; −1 for none (A46). */
    private static int connectTime(SocketHandle socket) {
        MemorySegment seconds = new Io(4).memory;
        assertSucceeds(
                Winsock.getsockopt(
                        socket,
                        Constants.SOL_SOCKET,
                        Constants.SO_CONNECT_TIME,
                        seconds,
                        new IntRef(4)));
        return seconds.get(ValueLayout.JAVA_INT_UNALIGNED, 0);
    }

    private long taken() {
        return sockets.stream().filter(socket -> connectTime(socket) >= 0).count();
    }

    @OnEachPort // A24 A46: a silent client holds one AcceptEx, and nobody else up
    void silentClientsAreAllLetInAndHoldNobodyUp(PortKind kind) throws Exception {
        open(kind.concurrency, POSTED);
        List<Socket> silent = clients(POSTED - 1);
        kind.lead(port);
        write(client(listener), "word");
        Packet packet = next(port);
        assertThat(packet.ok()).isTrue();
        assertThat(packet.bytes()).isEqualTo(4);
        assertThat(((Io) packet.overlapped()).text(4)).isEqualTo("word");
        until("all have a client", () -> taken() == POSTED);
        assertEmpty(port);
        Set<Overlapped> ended = new HashSet<>();
        ended.add(packet.overlapped());
        for (Socket client : silent) { // they turn out not to be
            write(client, "late");
            Packet late = next(port);
            assertThat(late.ok()).isTrue();
            assertThat(((Io) late.overlapped()).text(4)).isEqualTo("late");
            assertThat(ended.add(late.overlapped())).isTrue();
        }
        assertEmpty(port);
    }

    @ParameterizedTest // A40 A46: each client by one AcceptEx, each AcceptEx for one client
    @ValueSource(ints = {0, 1})
    void clientsThatSpeakAreServedOnce(int concurrency) throws Exception {
        open(concurrency, POSTED);
        for (int i = 0; i < 3 * POSTED; i++) {
            String word = "%04d".formatted(i);
            Socket client = client(listener);
            write(client, word);
            Packet packet = next(port);
            int place = operations.indexOf(packet.overlapped());
            Io operation = operations.get(place);
            assertThat(packet).isEqualTo(new Packet(true, 0, 4, KEY, operation));
            assertThat(operation.text(4)).isEqualTo(word);
            assertSucceeds(Winsock.closesocket(sockets.get(place)));
            sockets.set(place, socket());
            assertPends(accept(listener, sockets.get(place), operation));
            client.close();
        }
        assertEmpty(port);
    }

    @Test // O12 O15 A50: whether the engine has it or not
    void eachCanBeCancelledAndPostedAgain() throws Exception {
        open(0, POSTED);
        for (int i = POSTED - 1; i >= 0; i--) {
            assertThat(Kernel32.CancelIoEx(listener, operations.get(i))).isTrue();
            assertThat(next(port))
                    .isEqualTo(
                            new Packet(
                                    false,
                                    WinsockError.ERROR_OPERATION_ABORTED,
                                    0,
                                    KEY,
                                    operations.get(i)));
        }
        assertThat(Kernel32.CancelIoEx(listener, null)).isFalse();
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.ERROR_NOT_FOUND);
        for (int i = 0; i < POSTED; i++) {
            assertPends(accept(listener, sockets.get(i), operations.get(i)));
        }
        for (Socket client : clients(POSTED)) {
            write(client, "word");
            assertThat(next(port).bytes()).isEqualTo(4);
        }
        assertEmpty(port);
    }

    @ParameterizedTest // A33: one packet each; A30
    @ValueSource(booleans = {false, true})
    void closingTheListenerOrTheSocketsEndsAll(boolean one) throws Exception {
        open(1, POSTED);
        clients(4);
        until("they are connected", () -> taken() == 4);
        int before = openFiles();
        if (one) {
            assertSucceeds(Winsock.closesocket(listener));
        } else {
            sockets.forEach(socket -> assertSucceeds(Winsock.closesocket(socket)));
        }
        Set<Overlapped> ended = new HashSet<>();
        for (int i = 0; i < POSTED; i++) {
            Packet packet = next(port);
            assertThat(packet.error()).isEqualTo(WinsockError.ERROR_OPERATION_ABORTED);
            assertThat(packet.key()).isEqualTo(KEY);
            assertThat(ended.add(packet.overlapped())).isTrue();
        }
        assertEmpty(port);
        until("their descriptors are closed", () -> openFiles() <= before - 4);
        if (!one) {
            Io operation = new Io(4 + 2 * AREA);
            assertPends(accept(listener, socket(), operation));
            write(client(listener), "word");
            assertThat(next(port)).isEqualTo(new Packet(true, 0, 4, KEY, operation));
        }
    }

    @Test // an accept by hand is behind all AcceptEx that came before it
    void acceptDoesNotOvertake() throws Exception {
        open(0, POSTED);
        IntRef nonBlocking = new IntRef(1);
        assertSucceeds(Winsock.ioctlsocket(listener, Constants.FIONBIO, nonBlocking));
        assertThat(Winsock.accept(listener, null, null)).isSameAs(SocketHandle.INVALID_SOCKET);
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEWOULDBLOCK);
        clients(POSTED);
        until("all have a client", () -> taken() == POSTED);
        assertThat(Winsock.accept(listener, null, null)).isSameAs(SocketHandle.INVALID_SOCKET);
        client(listener);
        until(
                "accepted by hand",
                () -> Winsock.accept(listener, null, null) != SocketHandle.INVALID_SOCKET);
        assertEmpty(port);
    }

    @Test // the same, with clients that are there before
    void acceptDoesNotOvertakeThoseThatAreHeld() throws Exception {
        open(0, POSTED);
        assertSucceeds(Winsock.ioctlsocket(listener, Constants.FIONBIO, new IntRef(1)));
        clients(4); // so few that others are still held
        SocketHandle overtaken = Winsock.accept(listener, null, null);
        assertThat(overtaken).isSameAs(SocketHandle.INVALID_SOCKET);
        until("each has an AcceptEx", () -> taken() == 4);
    }

    @Test // calls of accept count as out: when they have ended, nothing else is, and nobody looks
    void acceptExThatWereHeldBackByCallsOfAcceptGoOnWhenTheseHaveEnded() throws Exception {
        port = port(0);
        listener = bound();
        assertSucceeds(Winsock.listen(listener, 100));
        associate(listener, port, KEY);
        List<Worker<SocketHandle>> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) { // as many as may be out
            Worker<SocketHandle> call = onThread(() -> Winsock.accept(listener, null, null));
            call.until(
                    "waits",
                    () ->
                            call.thread.getState() == Thread.State.TIMED_WAITING
                                    || call.thread.getState() == Thread.State.WAITING);
            calls.add(call);
        }
        assertSucceeds(Winsock.listen(listener, 100)); // from now on some may be held again
        for (int i = 0; i < 4; i++) {
            assertPends(accept(listener, socket(), new Io(4 + 2 * AREA)));
        }
        assertThat(listener.socket.listening).isNotNull();
        // with selectors nobody knows how long the backlog is, and nothing is held
        assertThat(listener.socket.listening.held()).isIn(4, 0);
        clients(8);
        for (Worker<SocketHandle> call : calls) {
            assertThat(call.result()).isNotSameAs(SocketHandle.INVALID_SOCKET);
        }
        for (Socket client : clients(4)) {
            write(client, "word");
            assertThat(next(port).bytes()).isEqualTo(4);
        }
    }

    @Test // all clients of a burst that fits into backlog and accepts are there at once
    void burstDoesNotOverflowTheBacklog() throws Exception {
        port = port(1);
        listener = bound();
        assertSucceeds(Winsock.listen(listener, 100));
        associate(listener, port, KEY);
        for (int i = 0; i < 200; i++) {
            assertPends(accept(listener, socket(), new Io(4 + 2 * AREA)));
        }
        assertThat(listener.socket.listening).isNotNull();
        assertThat(listener.socket.listening.held()).isLessThanOrEqualTo(100 / 4);
    }

    @Test // MSDN listen: a hint is 200 at least
    void hintIsABacklogOfThatLength() throws Exception {
        listener = bound();
        assertSucceeds(Winsock.listen(listener, Constants.SOMAXCONN_HINT(5)));
        for (Socket client : clients(150)) { // none of which is accepted
            write(client, "word");
        }
        for (int i = 0; i < 150; i++) {
            SocketHandle accepted = Winsock.accept(listener, null, null);
            assertThat(accepted).isNotSameAs(SocketHandle.INVALID_SOCKET);
            assertSucceeds(Winsock.closesocket(accepted));
        }
    }
}
