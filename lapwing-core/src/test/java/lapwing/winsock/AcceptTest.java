package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import lapwing.socket.Addresses;
import org.junit.jupiter.api.Test;

/** AcceptEx with clients that misbehave, and the buffer it fills. */
class AcceptTest extends WinsockContract {
    private static final long KEY = 11;

    private CompletionPort port;
    private SocketHandle listener;

    private void open(int concurrency) {
        port = port(concurrency);
        listener = listener();
        associate(listener, port, KEY);
    }

    /** The listener still works: a well-behaved client is served with that accept socket. */
    private void assertServes(SocketHandle socket, Io io) throws Exception {
        assertStarts(accept(listener, socket, io));
        Socket client = client(listener);
        write(client, "good");
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 4, KEY, io));
        assertThat(io.text(4)).isEqualTo("good");
        Io echo = new Io("echo");
        assertStarts(send(socket, echo));
        assertThat(read(client, 4)).isEqualTo("echo");
        client.close();
        Winsock.closesocket(socket);
        assertEmpty(port);
    }

    private static final int[] LOST = {
        0,
        WinsockError.ERROR_NETNAME_DELETED,
        WinsockError.ERROR_CONNECTION_ABORTED,
        WinsockError.ERROR_OPERATION_ABORTED
    };

    @OnEachPort // uring-facts F3, A50: reset in the backlog
    void clientThatResetsBeforeAcceptExDoesNoHarm(PortKind kind) throws Exception {
        open(kind.concurrency);
        for (int i = 0; i < 20; i++) {
            reset(client(listener));
            kind.lead(port);
            SocketHandle socket = socket();
            Io io = new Io(4 + 2 * AREA);
            assertStarts(accept(listener, socket, io));
            Packet packet = next(port);
            assertThat(packet.overlapped()).isSameAs(io);
            assertThat(packet.error()).isIn(Arrays.stream(LOST).boxed().toList());
            assertThat(packet.bytes()).isZero();
            if (packet.ok()) {
                Winsock.closesocket(socket);
                socket = socket();
            }
            assertServes(socket, io);
        }
    }

    @OnEachPort // A24 A50 P33: reset while its first data is awaited
    void clientThatResetsInsteadOfSendingDoesNoHarm(PortKind kind) throws Exception {
        open(kind.concurrency);
        for (int i = 0; i < 20; i++) {
            kind.lead(port);
            SocketHandle socket = socket();
            Io io = new Io(4 + 2 * AREA);
            assertPends(accept(listener, socket, io));
            Socket client = client(listener);
            until("connection there", () -> takes(socket));
            assertThat(io.hasCompleted()).isFalse();
            assertEmpty(port);
            reset(client);
            Packet packet = next(port);
            assertThat(packet.overlapped()).isSameAs(io);
            assertThat(packet.error()).isEqualTo(WinsockError.ERROR_NETNAME_DELETED);
            assertServes(socket, io);
        }
    }

    /** True once a client is connected to the accept socket (A46). */
    static boolean takes(SocketHandle socket) {
        MemorySegment seconds = new Io(4).memory;
        int done =
                Winsock.getsockopt(
                        socket,
                        Constants.SOL_SOCKET,
                        Constants.SO_CONNECT_TIME,
                        seconds,
                        new IntRef(4));
        return done == 0 && seconds.get(ValueLayout.JAVA_INT_UNALIGNED, 0) != -1;
    }

    @OnEachPort // A25 P33: reset right behind the data
    void clientThatResetsAfterItsDataDoesNoHarm(PortKind kind) throws Exception {
        open(kind.concurrency);
        for (int i = 0; i < 20; i++) {
            kind.lead(port);
            SocketHandle socket = socket();
            Io io = new Io(4 + 2 * AREA);
            assertPends(accept(listener, socket, io));
            Socket client = client(listener);
            write(client, "data");
            reset(client);
            Packet packet = next(port);
            assertThat(packet.overlapped()).isSameAs(io);
            if (packet.ok()) {
                assertThat(packet.bytes()).isEqualTo(4);
                associate(socket, port, KEY);
                Io more = new Io(4);
                int error = receive(socket, more);
                if (error == WinsockError.ERROR_IO_PENDING) {
                    assertThat(next(port).error()).isEqualTo(WinsockError.ERROR_NETNAME_DELETED);
                } else {
                    assertThat(error).isEqualTo(WinsockError.WSAECONNRESET);
                }
                Winsock.closesocket(socket);
                assertServes(socket(), io);
            } else {
                assertThat(packet.error()).isEqualTo(WinsockError.ERROR_NETNAME_DELETED);
                assertServes(socket, io);
            }
        }
    }

    @OnEachPort // D24 D28: reset while DisconnectEx waits for the client
    void clientThatResetsDuringDisconnectExDoesNoHarm(PortKind kind) throws Exception {
        open(kind.concurrency);
        for (int i = 0; i < 20; i++) {
            kind.lead(port);
            SocketHandle socket = socket();
            Io io = new Io(4 + 2 * AREA);
            assertPends(accept(listener, socket, io));
            Socket client = client(listener);
            write(client, "data");
            assertThat(next(port)).isEqualTo(new Packet(true, 0, 4, KEY, io));
            Overlapped disconnect = new Overlapped();
            assertPends(disconnect(socket, disconnect));
            assertThat(client.getInputStream().read()).isEqualTo(-1); // D5
            reset(client);
            until("disconnected", disconnect::hasCompleted);
            assertThat(disconnect.internal()).isZero();
            assertServes(socket, io);
        }
    }

    @OnEachPort // A40 A41: before and behind the clients, each request one connection
    void manyRequestsAndManyClientsFindEachOther(PortKind kind) throws Exception {
        open(kind.concurrency);
        int count = 200;
        List<Socket> clients = new ArrayList<>();
        Set<Overlapped> pending = new HashSet<>();
        Set<String> names = new HashSet<>();
        kind.lead(port);
        for (int i = 0; i < count; i++) {
            if (i % 2 == 0) {
                clients.add(client(listener));
                write(clients.getLast(), "abcd");
            }
            Io io = new Io(4 + 2 * AREA);
            assertStarts(accept(listener, socket(), io));
            pending.add(io);
            if (i % 2 == 1) {
                clients.add(client(listener));
                write(clients.getLast(), "abcd");
            }
        }
        for (int i = 0; i < count; i++) {
            Packet packet = next(port);
            assertThat(packet.bytes()).isEqualTo(4);
            assertThat(pending.remove(packet.overlapped())).isTrue();
            Addresses addresses = Addresses.of(((Io) packet.overlapped()).memory, 4);
            assertThat(addresses.local).isEqualTo(name(listener)); // G3
            names.add(addresses.remote.toString());
        }
        assertEmpty(port);
        Set<String> expected = new HashSet<>();
        for (Socket client : clients) {
            InetSocketAddress name = (InetSocketAddress) client.getLocalSocketAddress();
            expected.add(Sockaddr.of(name).toString());
        }
        assertThat(names).isEqualTo(expected);
    }

    private record Addresses(Sockaddr local, Sockaddr remote) {
        static Addresses of(MemorySegment buffer, int data) {
            Ref<MemorySegment> local = new Ref<>();
            Ref<MemorySegment> remote = new Ref<>();
            IntRef localLength = new IntRef();
            IntRef remoteLength = new IntRef();
            GET_ADDRESSES.call(buffer, data, AREA, AREA, local, localLength, remote, remoteLength);
            Addresses result = new Addresses(new Sockaddr(), new Sockaddr());
            result.local.read(local.value, localLength.value);
            result.remote.read(remote.value, remoteLength.value);
            return result;
        }
    }

    @Test // G2 G5 G6: it cannot detect a mismatch, but it stays inside the buffer and throws
    // nothing
    void getAcceptExSockaddrsStaysInsideACorruptBuffer() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(120)];
            random.nextBytes(bytes);
            if (random.nextBoolean()) { // a length prefix that is nearly right, somewhere
                for (int at = 0; at + 4 <= bytes.length; at += 4) {
                    bytes[at] = (byte) (random.nextBoolean() ? 16 : 28);
                    bytes[at + 1] = 0;
                    bytes[at + 2] = 0;
                    bytes[at + 3] = 0;
                }
            }
            MemorySegment buffer = MemorySegment.ofArray(bytes);
            Ref<MemorySegment> local = new Ref<>();
            Ref<MemorySegment> remote = new Ref<>();
            IntRef localLength = new IntRef();
            IntRef remoteLength = new IntRef();
            int[] lengths = new int[3];
            for (int n = 0; n < 3; n++) {
                lengths[n] = random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(60);
            }
            try {
                GET_ADDRESSES.call(
                        buffer,
                        lengths[0],
                        lengths[1],
                        lengths[2],
                        local,
                        localLength,
                        remote,
                        remoteLength);
            } catch (RuntimeException e) {
                throw new AssertionError(
                        "seed %d, round %d, lengths %s"
                                .formatted(seed, i, Arrays.toString(lengths)),
                        e);
            }
            assertInside(buffer, local.value, localLength.value);
            assertInside(buffer, remote.value, remoteLength.value);
        }
    }

    private static void assertInside(MemorySegment buffer, MemorySegment address, int length) {
        if (address == null) {
            assertThat(length).isZero();
        } else {
            assertThat(address.byteSize()).isEqualTo(length).isIn(16L, 28L);
            assertThat(buffer.asOverlappingSlice(address)).isPresent();
        }
    }
}
