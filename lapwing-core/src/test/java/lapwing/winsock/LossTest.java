package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.util.List;
import lapwing.engine.choice.Engines;
import lapwing.socket.Loss;
import lapwing.socket.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A connection that was reset is never told as one that has ended in order, and the other way
 * round, whatever else is under way. Some of these are races, so they are run for several rounds.
 */
class LossTest extends WinsockContract {
    private static final int ROUNDS = 60;

    /** More than the system takes of a client that does not read. */
    private static final int MUCH = 8 << 20;

    private static final Io BIG = new Io(MUCH);

    @ParameterizedTest // O33: the engine tells the send, perhaps before the thread that reaps it
    @ValueSource(ints = {0, 1})
    void sendThatPendsDoesNotHideAResetFromRecv(int concurrency) throws Exception {
        CompletionPort port = port(concurrency);
        lead(port);
        Io data = new Io(10);
        for (int i = 0; i < ROUNDS; i++) {
            Pair pair = pair(port, 1);
            assertPends(send(pair.server(), BIG));
            reset(pair.client());
            assertReset(pair.server(), data);
            assertFails(port, BIG);
            assertEmpty(port); // a call that fails at once makes no packet
        }
    }

    @ParameterizedTest // O33 P33
    @ValueSource(ints = {0, 1})
    void sendThatPendsDoesNotHideAResetFromAReceive(int concurrency) throws Exception {
        CompletionPort port = port(concurrency);
        lead(port);
        for (int i = 0; i < ROUNDS; i++) {
            Pair pair = pair(port, 1);
            assertPends(send(pair.server(), BIG));
            reset(pair.client());
            Io data = new Io(10);
            int error = receive(pair.server(), data);
            if (error == WinsockError.ERROR_IO_PENDING) {
                assertFails(port, data, BIG);
            } else {
                assertThat(error).isEqualTo(WinsockError.WSAECONNRESET);
                assertFails(port, BIG);
            }
            assertEmpty(port);
        }
    }

    @ParameterizedTest // O33: the system gives out what came before a reset, also after a send
    @ValueSource(ints = {0, 1})
    void sendThatIsToldOfAResetDoesNotHideWhatCameBeforeIt(int concurrency) throws Exception {
        CompletionPort port = port(concurrency);
        lead(port);
        Io data = new Io(3);
        for (int i = 0; i < ROUNDS; i++) {
            Pair pair = pair(port, 1);
            write(pair.client(), "before");
            Io all = new Io(6);
            until(
                    "all is there",
                    () -> Winsock.recv(pair.server(), all.memory, 6, Constants.MSG_PEEK) == 6);
            reset(pair.client());
            until("a send knows", () -> Winsock.send(pair.server(), data.memory, 1, 0) < 0);
            assertThat(Winsock.recv(pair.server(), data.memory, 3, 0)).isEqualTo(3);
            assertThat(data.text(3)).isEqualTo("bef");
            assertThat(receive(pair.server(), data)).isZero();
            assertThat(next(port)).isEqualTo(new Packet(true, 0, 3, 1, data));
            assertThat(data.text(3)).isEqualTo("ore");
            assertThat(receive(pair.server(), data)).isEqualTo(WinsockError.WSAECONNRESET);
            assertReset(pair.server(), new Io(10));
            assertEmpty(port);
        }
    }

    @ParameterizedTest // P33
    @ValueSource(booleans = {false, true})
    void requestsOfBeforeAndBehindTheAssociationAreBothToldOfAReset(boolean sendFirst)
            throws Exception {
        CompletionPort port = port(1);
        SocketHandle listener = listener();
        Worker<Integer> taker = onThread(() -> take(port));
        for (int i = 0; i < ROUNDS; i++) {
            Socket client = client(listener);
            SocketHandle server = Winsock.accept(listener, null, null);
            closing(() -> Winsock.closesocket(server));
            Io data = new Io(10);
            Io big = new Io(MUCH);
            assertPends(sendFirst ? send(server, big) : receive(server, data));
            associate(server, port, 1);
            assertPends(sendFirst ? receive(server, data) : send(server, big));
            reset(client);
            until("both ended", () -> data.hasCompleted() && big.hasCompleted());
            assertThat(data.internal()).isEqualTo(NtStatus.STATUS_CONNECTION_RESET);
        }
        post(port, 0);
        assertThat(taker.result()).isGreaterThan(0);
    }

    @Test
    void streamKeepsItsLoopWhileAnythingIsUnderWay() throws Exception {
        CompletionPort port = port(1);
        SocketHandle listener = listener();
        Socket client = client(listener);
        SocketHandle server = Winsock.accept(listener, null, null);
        closing(() -> Winsock.closesocket(server));
        Io data = new Io(10);
        assertPends(receive(server, data));
        associate(server, port, 1);
        assertThat(server.socket.loop()).isSameAs(Engines.current().commonLoop());
        write(client, "x");
        assertThat(next(port).overlapped()).isSameAs(data);
        assertThat(server.socket.loop()).isSameAs(port.port.loop());
    }

    @ParameterizedTest // O33 D24: also with the engine's look at the connection
    @ValueSource(booleans = {false, true})
    void disconnectThatWaitsForThePeerDoesNotHideAReset(boolean cancels) throws Exception {
        CompletionPort port = port(1);
        lead(port);
        Io data = new Io(10);
        for (int i = 0; i < ROUNDS; i++) {
            Pair pair = pair(port, 1);
            Overlapped end = new Overlapped();
            assertPends(disconnect(pair.server(), end));
            reset(pair.client());
            if (cancels) {
                Kernel32.CancelIoEx(pair.server(), end);
            }
            assertThat(Winsock.recv(pair.server(), data.memory, 10, 0)).isEqualTo(-1);
            assertThat(Winsock.WSAGetLastError()) // the disconnect may be over already
                    .isIn(WinsockError.WSAECONNRESET, WinsockError.WSAENOTCONN);
            assertThat(next(port).overlapped()).isSameAs(end);
        }
    }

    @Test // O33 D24
    void receiveThatPendsWithACancelledDisconnectIsToldOfAReset() throws Exception {
        CompletionPort port = port(1);
        lead(port);
        for (int i = 0; i < ROUNDS; i++) {
            Pair pair = pair(port, 1);
            Io data = new Io(10);
            Overlapped end = new Overlapped();
            assertPends(receive(pair.server(), data));
            assertPends(disconnect(pair.server(), end));
            assertThat(next(port, 1).overlapped()).isNull(); // both are with the engine
            reset(pair.client());
            Kernel32.CancelIoEx(pair.server(), end);
            List<Packet> packets = List.of(next(port), next(port));
            Packet received = packets.get(packets.get(0).overlapped() == data ? 0 : 1);
            assertThat(received.overlapped()).isSameAs(data);
            assertThat(received.ok()).isFalse();
            assertThat(received.error()).isEqualTo(WinsockError.ERROR_NETNAME_DELETED);
        }
    }

    @ParameterizedTest // D24 O33: what is owed behind a reuse
    @ValueSource(booleans = {false, true})
    void reuseBehindUnreadDataOwesTheEndOrTheError(boolean orderly) throws Exception {
        CompletionPort port = port(0);
        Io data = new Io(10);
        for (int i = 0; i < ROUNDS; i++) {
            Pair pair = pair(port, 1);
            write(pair.client(), "last");
            Overlapped end = new Overlapped();
            assertPends(disconnect(pair.server(), end));
            until("the engine has found it", () -> hasFoundUnread(pair.server()));
            if (orderly) {
                pair.client().close();
            } else {
                reset(pair.client());
            }
            assertThat(Winsock.recv(pair.server(), data.memory, 10, 0)).isEqualTo(4);
            assertThat(next(port).overlapped()).isSameAs(end);
            int got = Winsock.recv(pair.server(), data.memory, 10, 0);
            int error = got < 0 ? Winsock.WSAGetLastError() : 0;
            assertThat(error).isEqualTo(orderly ? 0 : WinsockError.WSAECONNRESET);
        }
    }

    @ParameterizedTest // O33: the system has told the rest of that receive
    @ValueSource(booleans = {false, true})
    void receiveOfLessThanAllDoesNotHideWhatHasCutItShort(boolean orderly) throws Exception {
        CompletionPort port = port(0);
        for (int i = 0; i < ROUNDS; i++) {
            Pair pair = pair(port, 1);
            Io all = new Io(10);
            IntRef flags = new IntRef(Constants.MSG_WAITALL);
            assertThat(Winsock.WSARecv(pair.server(), all.buffers, 1, null, flags, all, null))
                    .isEqualTo(-1);
            write(pair.client(), "part");
            if (orderly) {
                pair.client().close();
            } else {
                reset(pair.client());
            }
            Packet packet = next(port);
            assertThat(packet.ok() || !orderly).isTrue();
            int got = Winsock.recv(pair.server(), all.memory, 10, 0);
            int error = got < 0 ? Winsock.WSAGetLastError() : 0;
            assertThat(error).isEqualTo(orderly ? 0 : WinsockError.WSAECONNRESET);
        }
    }

    @OnEachPort // O40
    void whatThePeerHasRefusedBehindItsEndIsToldToAReceive(PortKind kind) throws Exception {
        CompletionPort port = port(kind.concurrency);
        kind.lead(port);
        Pair pair = pair(port, 1);
        pair.client().close();
        assertThat(Winsock.send(pair.server(), new Io(1).memory, 1, 0)).isEqualTo(1);
        until("it is refused", () -> pair.server().socket.endpoint.isOver());
        Io data = new Io(10);
        int error = receive(pair.server(), data);
        if (error == WinsockError.ERROR_IO_PENDING) {
            Packet packet = next(port);
            assertThat(packet.overlapped()).isSameAs(data);
            error = packet.error();
        }
        assertThat(error).isIn(WinsockError.WSAECONNABORTED, WinsockError.ERROR_CONNECTION_ABORTED);
    }

    @OnEachPort // O40: what a structure's first receive has seen says nothing of the second
    void whatThePeerHasRefusedIsToldToAStructureThatHasSeenTheEnd(PortKind kind) throws Exception {
        CompletionPort port = port(kind.concurrency);
        kind.lead(port);
        Pair pair = pair(port, 1);
        assertThat(Winsock.send(pair.server(), new Io(1).memory, 1, 0)).isEqualTo(1);
        assertThat(drain(pair.client(), 1)).isEqualTo(1);
        Io data = new Io(10);
        assertPends(receive(pair.server(), data));
        pair.client().close();
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 0, 1, data));
        assertThat(Winsock.send(pair.server(), new Io(1).memory, 1, 0)).isEqualTo(1);
        until("it is refused", () -> pair.server().socket.endpoint.isOver());
        assertAborted(port, pair.server(), data);
    }

    @OnEachPort // O40: it had taken all
    void endBehindAnAnswerIsNoError(PortKind kind) throws Exception {
        CompletionPort port = port(kind.concurrency);
        kind.lead(port);
        for (int i = 0; i < ROUNDS; i++) {
            Pair pair = pair(port, 1);
            Io data = new Io(10);
            assertPends(receive(pair.server(), data));
            assertThat(Winsock.send(pair.server(), new Io(1).memory, 1, 0)).isEqualTo(1);
            assertThat(drain(pair.client(), 1)).isEqualTo(1);
            pair.client().close();
            assertThat(next(port)).isEqualTo(new Packet(true, 0, 0, 1, data));
        }
    }

    @Test // O33; that bytes come before the error is a guess
    void whatAReceiveOfAllHasTakenIsNotLostWithAReset() throws Exception {
        CompletionPort port = port(0);
        Pair pair = pair(port, 1);
        Io all = new Io(10);
        IntRef flags = new IntRef(Constants.MSG_WAITALL);
        assertThat(Winsock.WSARecv(pair.server(), all.buffers, 1, null, flags, all, null))
                .isEqualTo(-1);
        write(pair.client(), "part");
        until("the part was taken", () -> taken(pair.server()) == 4);
        reset(pair.client());
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 4, 1, all));
        assertThat(all.text(4)).isEqualTo("part");
        assertReset(pair.server(), all);
    }

    @ParameterizedTest // P34: an end is an end also while a send or a disconnect is under way
    @ValueSource(booleans = {false, true})
    void endBesideOtherRequestsIsNoReset(boolean ours) throws Exception {
        CompletionPort port = port(1);
        lead(port);
        for (int i = 0; i < ROUNDS; i++) {
            Pair pair = pair(port, 1);
            Io sent = new Io(MUCH);
            Overlapped end = new Overlapped();
            assertPends(ours ? disconnect(pair.server(), end) : send(pair.server(), sent));
            pair.client().shutdownOutput();
            Io data = new Io(10);
            int got = Winsock.recv(pair.server(), data.memory, 10, 0);
            int error = got < 0 ? Winsock.WSAGetLastError() : 0;
            assertThat(error).isIn(0, ours ? WinsockError.WSAENOTCONN : 0); // reused already
            if (!ours) {
                assertThat(drain(pair.client(), MUCH)).isEqualTo(MUCH);
            }
            assertThat(next(port).ok()).isTrue();
        }
    }

    @Test // P33: zero bytes of a receive that wants none are no sign of life
    void receiveOfNothingIsToldOfAResetBesideASend() throws Exception {
        CompletionPort port = port(1);
        lead(port);
        for (int i = 0; i < ROUNDS; i++) {
            Pair pair = pair(port, 1);
            Io nothing = new Io(0);
            assertPends(receive(pair.server(), nothing));
            assertPends(send(pair.server(), BIG));
            assertThat(next(port, 1).overlapped()).isNull(); // both are with the engine
            reset(pair.client());
            assertFails(port, nothing, BIG);
        }
    }

    @Test // O33: the first error is the connection's
    void laterErrorDoesNotTakeThePlaceOfTheFirst() {
        SocketHandle s = socket();
        Request request = new OverlappedRequest(new Overlapped());
        Loss.note(s.socket, request, NtStatus.STATUS_CANCELLED);
        assertThat(s.socket.connection.broken).isZero();
        Loss.note(s.socket, request, NtStatus.STATUS_HOST_UNREACHABLE);
        Loss.note(s.socket, request, NtStatus.STATUS_CONNECTION_RESET);
        assertThat(s.socket.connection.broken).isEqualTo(NtStatus.STATUS_HOST_UNREACHABLE);
    }

    // ---- what they share ----

    static boolean hasFoundUnread(SocketHandle server) {
        synchronized (server.socket) {
            return server.socket.connection.disconnecting != null
                    && server.socket.connection.disconnecting.details().hadUnread;
        }
    }

    /** What the receive under way has of its bytes. */
    private static int taken(SocketHandle server) {
        synchronized (server.socket) {
            return server.socket.receives.isEmpty() ? 0 : server.socket.receives.first().moved;
        }
    }

    /** Reads {@code count} bytes. */
    private static int drain(Socket client, int count) throws Exception {
        return client.getInputStream().readNBytes(count).length;
    }

    private static void assertReset(SocketHandle server, Io data) {
        assertThat(Winsock.recv(server, data.memory, 10, 0)).isEqualTo(-1);
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAECONNRESET);
    }

    private static void assertAborted(CompletionPort port, SocketHandle server, Io data) {
        int error = receive(server, data);
        if (error == WinsockError.ERROR_IO_PENDING) {
            Packet packet = next(port);
            assertThat(packet.overlapped()).isSameAs(data);
            error = packet.error();
        }
        assertThat(error).isIn(WinsockError.WSAECONNABORTED, WinsockError.ERROR_CONNECTION_ABORTED);
    }

    /** The next packets are these, in any order, each of a connection that was reset. */
    private static void assertFails(CompletionPort port, Overlapped... expected) {
        List<Overlapped> left = new java.util.ArrayList<>(List.of(expected));
        while (!left.isEmpty()) {
            Packet packet = next(port);
            assertThat(left.remove(packet.overlapped())).isTrue();
            assertThat(packet.ok()).as(packet::toString).isFalse();
            assertThat(packet.error()).isEqualTo(WinsockError.ERROR_NETNAME_DELETED);
        }
    }

    /** Takes packets until one with key 0 comes; how many. */
    private static int take(CompletionPort port) {
        int count = 0;
        for (Packet packet = next(port); packet.key() != 0; packet = next(port)) {
            count++;
        }
        return count;
    }
}
