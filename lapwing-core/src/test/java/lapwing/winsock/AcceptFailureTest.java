package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import lapwing.engine.Address;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An accept that fails for a reason of its own leaves its client to the next taker (A11). */
class AcceptFailureTest extends WinsockContract {
    private static final long KEY = 13;

    /** A10: an area of {@code sizeof(sockaddr_in) + 4} is taken and too short. */
    private static final int SHORT = 20;

    private CompletionPort port;
    private SocketHandle listener;

    private void open(int concurrency) {
        port = port(concurrency);
        listener = listener();
        associate(listener, port, KEY);
    }

    /** How a request of the server in the loop may end before its client has come. */
    enum Failure {
        CANCEL_ONE,
        CANCEL_ALL,
        CANCEL_OWN,
        CLOSE_THE_SOCKET,
        NO_ROOM;

        void happen(SocketHandle listener, SocketHandle socket, Io io) {
            switch (this) {
                case CANCEL_ONE -> Kernel32.CancelIoEx(listener, io);
                case CANCEL_ALL -> Kernel32.CancelIoEx(listener, null);
                case CANCEL_OWN -> Kernel32.CancelIo(listener);
                case CLOSE_THE_SOCKET -> Winsock.closesocket(socket);
                case NO_ROOM -> {}
            }
        }
    }

    /** Clients one after the other, each of which wants an answer; how many got none. */
    private int ask(int count, boolean speak) throws IOException {
        Random random = new Random(1);
        int unanswered = 0;
        for (int i = 0; i < count; i++) {
            try (Socket client = client(listener)) {
                if (speak) {
                    client.getOutputStream().write('x');
                }
                unanswered += client.getInputStream().read() == 'A' ? 0 : 1;
            } catch (SocketException e) {
                unanswered++; // reset
            }
            spin(random.nextInt(200_000));
        }
        return unanswered;
    }

    private static void spin(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    /** A server whose requests fail as often as they meet a client. */
    private int serve(Worker<Integer> clients, Failure failure, int data) {
        Io answer = new Io("A");
        int lost = 0;
        int failed = 0;
        while (!clients.isDone()) {
            boolean room = failure != Failure.NO_ROOM || failed % 2 == 1;
            Io io = new Io(data + 2 * AREA);
            SocketHandle socket = socket();
            int area = room ? AREA : SHORT;
            ACCEPT_EX.call(listener, socket, io.memory, data, area, area, null, io);
            assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.ERROR_IO_PENDING);
            Packet packet = poll(ThreadLocalRandom.current().nextInt(200_000));
            boolean early = packet.overlapped() == null;
            if (early) {
                failure.happen(listener, socket, io);
                do {
                    packet = next(port, 100);
                } while (packet.overlapped() == null && !clients.isDone());
            }
            if (packet.ok()) {
                assertThat(packet.overlapped()).isSameAs(io);
                boolean closed = early && failure == Failure.CLOSE_THE_SOCKET;
                lost += closed ? 1 : 0; // its data had come
                assertThat(Winsock.send(socket, answer.memory, 1, 0)).isEqualTo(closed ? -1 : 1);
                failed = 0;
            } else if (packet.overlapped() != null) {
                assertThat(packet.error())
                        .isEqualTo(
                                room
                                        ? WinsockError.ERROR_OPERATION_ABORTED
                                        : WinsockError.ERROR_INSUFFICIENT_BUFFER);
                failed++;
            }
            Winsock.closesocket(socket);
        }
        return lost;
    }

    private Packet poll(long nanos) {
        long end = System.nanoTime() + nanos;
        Packet packet;
        do {
            packet = next(port, 0);
        } while (packet.overlapped() == null && System.nanoTime() < end);
        return packet;
    }

    @ParameterizedTest // A11 A30 A35 O16
    @CsvSource({
        "CANCEL_ONE,0,0",
        "CANCEL_ONE,1,0",
        "CANCEL_ONE,0,9",
        "CANCEL_ONE,1,9",
        "CANCEL_ALL,1,0",
        "CANCEL_ALL,0,9",
        "CANCEL_OWN,0,0",
        "CANCEL_OWN,1,9",
        "CLOSE_THE_SOCKET,0,0",
        "CLOSE_THE_SOCKET,1,0",
        "CLOSE_THE_SOCKET,0,9",
        "CLOSE_THE_SOCKET,1,9",
        "NO_ROOM,0,0",
        "NO_ROOM,1,0",
        "NO_ROOM,0,9"
    })
    void clientOfARequestThatFailsIsServedByTheNext(Failure failure, int concurrency, int data)
            throws Exception {
        open(concurrency);
        int count = LONG ? 2_000 : 300;
        Worker<Integer> clients = onThread(() -> ask(count, data > 0));
        int lost = serve(clients, failure, data);
        assertThat(clients.result()).isEqualTo(lost);
    }

    private int accept(SocketHandle socket, Io io, int area) {
        ACCEPT_EX.call(listener, socket, io.memory, 0, area, area, null, io);
        return Winsock.WSAGetLastError();
    }

    private void assertTooShort(Io io) {
        Packet expected = new Packet(false, WinsockError.ERROR_INSUFFICIENT_BUFFER, 0, KEY, io);
        assertThat(next(port)).isEqualTo(expected);
    }

    private void assertIs(SocketHandle accepted, Socket client) {
        Sockaddr peer = new Sockaddr();
        assertSucceeds(Winsock.getpeername(accepted, peer, new IntRef(Sockaddr.SIZE_V6)));
        assertThat(peer.toInetSocketAddress()).isEqualTo(client.getLocalSocketAddress());
    }

    @ParameterizedTest // A9 A10 A11: also before those that are in the system's queue
    @ValueSource(ints = {0, 1})
    void acceptTakesTheClientOfAnAcceptExWithoutRoom(int concurrency) throws Exception {
        open(concurrency);
        Io io = new Io(2 * AREA);
        assertPends(accept(socket(), io, SHORT));
        Socket client = client(listener);
        assertTooShort(io);
        client(listener);
        assertSucceeds(Winsock.ioctlsocket(listener, Constants.FIONBIO, new IntRef(1)));
        assertIs(Winsock.accept(listener, null, null), client);
    }

    @ParameterizedTest // A9 A11 A41: whoever is waiting, the oldest first
    @ValueSource(ints = {0, 1})
    void requestThatPendsTakesTheClientOfOneWithoutRoom(int concurrency) throws Exception {
        open(concurrency);
        Io tooShort = new Io(2 * AREA);
        Io long1 = new Io(2 * AREA);
        Io long2 = new Io(2 * AREA);
        assertPends(accept(socket(), tooShort, SHORT));
        assertPends(accept(socket(), long1, AREA));
        assertPends(accept(socket(), long2, AREA));
        Socket client = client(listener);
        Set<Overlapped> ended = new HashSet<>();
        for (int i = 0; i < 2; i++) { // the system may choose another order
            Packet packet = next(port, i == 0 ? LIMIT : 300);
            if (packet.overlapped() == null) {
                break;
            }
            ended.add(packet.overlapped());
            assertThat(packet.ok()).isEqualTo(packet.overlapped() != tooShort);
        }
        assertThat(ended).containsAnyOf(long1, long2);
        client(listener);
        client(listener);
        while (ended.size() < 3) {
            assertThat(ended.add(next(port).overlapped())).isTrue();
        }
        assertThat(client.isConnected()).isTrue();
    }

    @ParameterizedTest // A9 A11: accept is a taker like the others
    @ValueSource(ints = {0, 1})
    void acceptThatWaitsTakesTheClientOfAnAcceptExWithoutRoom(int concurrency) throws Exception {
        open(concurrency);
        Io io = new Io(2 * AREA);
        assertPends(accept(socket(), io, SHORT));
        Worker<SocketHandle> waiting = onThread(() -> Winsock.accept(listener, null, null));
        waiting.until(
                "waits",
                () ->
                        waiting.thread.getState() == Thread.State.TIMED_WAITING
                                || waiting.thread.getState() == Thread.State.WAITING);
        Socket client = client(listener);
        assertTooShort(io);
        assertIs(closing(waiting.result()), client);
    }

    @ParameterizedTest // A9 A11: each request meets the one client there is
    @ValueSource(ints = {0, 1})
    void fortyRequestsWithoutRoomLeaveTheClientToTheLast(int concurrency) throws Exception {
        open(concurrency);
        for (int i = 0; i < 40; i++) {
            assertPends(accept(socket(), new Io(2 * AREA), SHORT));
        }
        Socket client = client(listener);
        Set<Overlapped> ended = new HashSet<>();
        for (int i = 0; i < 40; i++) {
            Packet packet = next(port);
            assertThat(packet.error()).isEqualTo(WinsockError.ERROR_INSUFFICIENT_BUFFER);
            assertThat(ended.add(packet.overlapped())).isTrue();
        }
        SocketHandle socket = socket();
        Io io = new Io(2 * AREA);
        assertPends(accept(socket, io, AREA));
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 0, KEY, io));
        assertThat(Winsock.send(socket, new Io("A").memory, 1, 0)).isEqualTo(1);
        assertThat(client.getInputStream().read()).isEqualTo('A');
    }

    /** What the client hears last: the end, a reset, or nothing for a while. */
    private static String heard(Socket client) throws IOException {
        try {
            return client.getInputStream().read() < 0 ? "end" : "data";
        } catch (SocketTimeoutException e) {
            return "nothing";
        } catch (SocketException e) {
            return "reset";
        }
    }

    enum Place {
        PUT_BACK,
        AWAITED,
        IN_THE_BACKLOG
    }

    @ParameterizedTest // A33: an orderly end would pass for an empty answer
    @EnumSource
    void closingTheListenerResetsWhoIsNotServed(Place place) throws Exception {
        open(1);
        SocketHandle socket = socket();
        Io io = new Io(4 + 2 * AREA);
        if (place == Place.PUT_BACK) {
            assertPends(accept(socket, io, SHORT));
        } else if (place == Place.AWAITED) {
            assertPends(accept(listener, socket, io));
        }
        Socket client = new Socket(InetAddress.getLoopbackAddress(), name(listener).port());
        closing(client);
        client.setSoTimeout(LIMIT);
        if (place == Place.PUT_BACK) {
            assertTooShort(io);
        } else if (place == Place.AWAITED) {
            until("accepted", () -> hasClient(socket));
        }
        assertSucceeds(Winsock.closesocket(listener));
        assertThat(heard(client)).isEqualTo("reset"); // so its descriptor is closed
    }

    /** Looks as the program cannot, which would then know of the client. */
    private static boolean hasClient(SocketHandle s) {
        synchronized (s.socket) {
            return s.socket.connection.isThere;
        }
    }

    @Test // A33: what came before the close is the request's
    void dataThatIsThereEndsTheRequestThoughTheListenerIsClosed() throws Exception {
        for (int i = 0; i < 50; i++) {
            open(1);
            lead(port); // so that the engine's news wait for the next call
            Io io = new Io(4 + 2 * AREA);
            SocketHandle socket = socket();
            assertPends(accept(listener, socket, io));
            assertEmpty(port);
            Socket client = client(listener);
            write(client, "data");
            assertSucceeds(Winsock.closesocket(listener));
            Packet packet = next(port);
            if (packet.ok()) {
                assertThat(packet).isEqualTo(new Packet(true, 0, 4, KEY, io));
                assertThat(io.text(4)).isEqualTo("data");
                assertThat(Winsock.send(socket, new Io("A").memory, 1, 0)).isEqualTo(1);
                assertThat(client.getInputStream().read()).isEqualTo('A');
            } else {
                assertThat(packet.error()).isEqualTo(WinsockError.ERROR_OPERATION_ABORTED);
                assertThat(heard(client)).isEqualTo("reset");
            }
        }
    }

    @ParameterizedTest // A35 A46: who is known to be silent is hung up on; closesocket is as ever
    @CsvSource({"false,false,reset", "true,false,end", "true,true,reset"})
    void silentClientThatTheProgramKnowsIsHungUpOn(boolean close, boolean abortive, String end)
            throws Exception {
        open(0);
        SocketHandle socket = socket();
        if (abortive) {
            MemorySegment linger = new Io(4).memory;
            linger.set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, (short) 1);
            int name = Constants.SO_LINGER;
            assertSucceeds(Winsock.setsockopt(socket, Constants.SOL_SOCKET, name, linger, 4));
        }
        Io io = new Io(4 + 2 * AREA);
        assertPends(accept(listener, socket, io));
        Socket client = client(listener);
        until("there", () -> AcceptTest.takes(socket));
        if (close) {
            assertSucceeds(Winsock.closesocket(socket));
        } else {
            assertThat(Kernel32.CancelIoEx(listener, io)).isTrue();
        }
        assertThat(next(port).error()).isEqualTo(WinsockError.ERROR_OPERATION_ABORTED);
        assertThat(heard(client)).isEqualTo(end);
    }

    @ParameterizedTest // A11: a defect costs a request and not its client
    @ValueSource(ints = {0, 1})
    void clientOfARequestThatGoesWrongIsLeftToTheNext(int concurrency) throws Exception {
        open(concurrency);
        Io io = new Io(2 * AREA);
        SocketHandle socket = socket();
        assertPends(accept(listener, socket, io));
        Sockaddr name = name(listener);
        Address local = listener.socket.local;
        setLocal(listener, null); // which no call can bring about
        Socket client = new Socket(InetAddress.getLoopbackAddress(), name.port());
        closing(client);
        client.setSoTimeout(LIMIT);
        Packet packet = next(port);
        assertThat(packet.error()).isEqualTo(WinsockError.ERROR_NO_SYSTEM_RESOURCES);
        assertThat(packet.overlapped()).isSameAs(io);
        setLocal(listener, local);
        assertPends(accept(listener, socket, io));
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 0, KEY, io));
        assertThat(Winsock.send(socket, new Io("A").memory, 1, 0)).isEqualTo(1);
        assertThat(client.getInputStream().read()).isEqualTo('A');
    }

    private static void setLocal(SocketHandle s, @Nullable Address local) {
        synchronized (s.socket) {
            s.socket.local = local;
        }
    }
}
