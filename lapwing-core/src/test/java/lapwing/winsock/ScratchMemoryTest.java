package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.net.DatagramSocket;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.ToIntFunction;
import lapwing.engine.MemoryPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The native memory that heap memory goes through belongs to an operation until its end. */
class ScratchMemoryTest extends WinsockContract {
    private static final int BIG = 8 << 20; // more than the kernel takes from a sender

    @TempDir Path directory;

    private CompletionPort port;
    private int before;

    @BeforeEach
    void start() {
        port = port(0);
        before = MemoryPool.COMMON.lent();
    }

    @AfterEach
    void nothingIsKept() {
        until("all memory is given back", () -> MemoryPool.COMMON.lent() == before);
    }

    private static WsaBuf[] heap(int... lengths) {
        WsaBuf[] buffers = new WsaBuf[lengths.length];
        for (int i = 0; i < lengths.length; i++) {
            buffers[i] = new WsaBuf(MemorySegment.ofArray(new byte[lengths[i]]));
        }
        return buffers;
    }

    private static int receive(SocketHandle s, WsaBuf[] to) {
        Overlapped io = new Overlapped();
        return Winsock.WSARecv(s, to, to.length, null, new IntRef(), io, null) == 0
                ? 0
                : Winsock.WSAGetLastError();
    }

    private static int send(SocketHandle s, WsaBuf[] from) {
        return Winsock.WSASend(s, from, from.length, null, 0, new Overlapped(), null) == 0
                ? 0
                : Winsock.WSAGetLastError();
    }

    @Test
    void aPendingReceiveHasOneBlockAndGivesItBackAtItsEnd() throws Exception {
        Pair pair = pair(port, 1);
        WsaBuf[] to = heap(3, 4, 100);
        assertPends(receive(pair.server(), to));
        assertThat(MemoryPool.COMMON.lent()).isEqualTo(before + 1);
        write(pair.client(), "abcdefghij");
        assertThat(next(port).bytes()).isEqualTo(10);
        assertThat(MemoryPool.COMMON.lent()).isEqualTo(before);
        byte[] second = (byte[]) to[1].buf().heapBase().orElseThrow();
        assertThat(new String(second, StandardCharsets.US_ASCII)).isEqualTo("defg");
    }

    @Test
    void sendsBehindASlowPeerKeepTheirsUntilTheSocketIsClosed() throws Exception {
        Pair pair = pair(port, 1);
        for (int i = 0; i < 3; i++) {
            assertPends(send(pair.server(), heap(BIG)));
        }
        assertThat(MemoryPool.COMMON.lent()).isEqualTo(before + 3);
        assertSucceeds(Winsock.closesocket(pair.server()));
        for (int i = 0; i < 3; i++) {
            assertThat(next(port).bytes()).isLessThan(BIG);
        }
    }

    @Test
    void aCancelledReceiveGivesItBackAtItsEnd() throws Exception {
        Pair pair = pair(port, 1);
        assertPends(receive(pair.server(), heap(100)));
        assertPends(receive(pair.server(), heap(100))); // queued behind it
        assertThat(Kernel32.CancelIoEx(pair.server(), null)).isTrue();
        assertThat(next(port).error()).isEqualTo(WinsockError.ERROR_OPERATION_ABORTED);
        assertThat(next(port).error()).isEqualTo(WinsockError.ERROR_OPERATION_ABORTED);
    }

    private void refused(ToIntFunction<WsaBuf[]> call, int error) {
        for (int i = 0; i < 10; i++) {
            assertThat(call.applyAsInt(heap(100))).isEqualTo(error);
        }
        assertThat(MemoryPool.COMMON.lent()).isEqualTo(before);
    }

    @Test
    void aRefusedCallKeepsNothing() throws Exception {
        SocketHandle unconnected = socket();
        refused(buffers -> send(unconnected, buffers), WinsockError.WSAENOTCONN);
        refused(buffers -> receive(unconnected, buffers), WinsockError.WSAENOTCONN);
        Pair pair = pair(port, 1);
        assertSucceeds(Winsock.shutdown(pair.server(), Constants.SD_BOTH));
        refused(buffers -> send(pair.server(), buffers), WinsockError.WSAESHUTDOWN);
        refused(buffers -> receive(pair.server(), buffers), WinsockError.WSAESHUTDOWN);
        SocketHandle datagrams = socket(Constants.AF_INET, Constants.SOCK_DGRAM);
        refused(buffers -> receive(datagrams, buffers), WinsockError.WSAEINVAL);
        refused(buffers -> send(datagrams, buffers), WinsockError.WSAENOTCONN);
    }

    @Test // the error that a reuse has overtaken
    void aReceiveThatIsToldOfAnOwedResetKeepsNothing() throws Exception {
        Pair pair = pair(port, 1);
        write(pair.client(), "last");
        Overlapped end = new Overlapped();
        assertPends(disconnect(pair.server(), end));
        until("the engine has found it", () -> LossTest.hasFoundUnread(pair.server()));
        reset(pair.client());
        assertThat(Winsock.recv(pair.server(), MemorySegment.ofArray(new byte[4]), 4, 0))
                .isEqualTo(4);
        assertThat(next(port).overlapped()).isSameAs(end);
        assertThat(receive(pair.server(), heap(100))).isEqualTo(WinsockError.WSAECONNRESET);
        assertThat(MemoryPool.COMMON.lent()).isEqualTo(before);
    }

    @Test
    void aBlockingCallThatWouldBlockKeepsNothing() throws Exception {
        Pair pair = pair(port, 1);
        int[] on = {1};
        MemorySegment in = MemorySegment.ofArray(on);
        assertSucceeds(
                Winsock.WSAIoctl(
                        pair.server(),
                        Constants.FIONBIO,
                        in,
                        4,
                        null,
                        0,
                        new IntRef(),
                        null,
                        null));
        MemorySegment heap = MemorySegment.ofArray(new byte[10]);
        assertThat(Winsock.recv(pair.server(), heap, 10, 0)).isEqualTo(-1);
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEWOULDBLOCK);
    }

    @Test
    void aDatagramToALongBufferOnTheHeapArrives() throws Exception {
        SocketHandle s = socket(Constants.AF_INET, Constants.SOCK_DGRAM);
        assertSucceeds(Winsock.bind(s, loopback(0), Sockaddr.SIZE_V4));
        WsaBuf[] many = heap(new int[100]);
        for (WsaBuf each : many) {
            each.set(MemorySegment.ofArray(new byte[] {7, 8}), 2);
        }
        assertSucceeds(
                Winsock.WSASendTo(
                        s, many, 100, new IntRef(), 0, name(s), Sockaddr.SIZE_V4, null, null));
        byte[] to = new byte[300];
        assertThat(Winsock.recv(s, MemorySegment.ofArray(to), 300, 0)).isEqualTo(200);
        assertThat(to[199]).isEqualTo((byte) 8);
        assertThat(to[200]).isZero();
    }

    @Test
    void acceptExReceivesIntoTheHeap() throws Exception {
        SocketHandle listener = listener();
        associate(listener, port, 1);
        byte[] output = new byte[10 + 2 * AREA];
        MemorySegment memory = MemorySegment.ofArray(output);
        for (int i = 0; i < 2; i++) { // the second is left waiting
            Overlapped io = new Overlapped();
            assertThat(ACCEPT_EX.call(listener, socket(), memory, 10, AREA, AREA, null, io))
                    .isFalse();
            assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.ERROR_IO_PENDING);
        }
        write(client(listener), "first");
        assertThat(next(port).bytes()).isEqualTo(5);
        assertThat(new String(output, 0, 5, StandardCharsets.US_ASCII)).isEqualTo("first");
        assertSucceeds(Winsock.closesocket(listener));
        assertThat(next(port).ok()).isFalse();
    }

    @Test
    void connectExWithDataOfTheHeapSendsIt() throws Exception {
        SocketHandle listener = listener();
        SocketHandle socket = bound();
        associate(socket, port, 1);
        byte[] data = "hello".getBytes(StandardCharsets.US_ASCII);
        MemorySegment memory = MemorySegment.ofArray(data);
        Overlapped io = new Overlapped();
        CONNECT_EX.call(socket, name(listener), Sockaddr.SIZE_V4, memory, 5, null, io);
        data[0] = 'j'; // captured at the call
        assertThat(next(port).bytes()).isEqualTo(5);
        SocketHandle server = Winsock.accept(listener, null, null);
        closing(() -> Winsock.closesocket(server));
        byte[] to = new byte[5];
        assertThat(Winsock.recv(server, MemorySegment.ofArray(to), 5, 0)).isEqualTo(5);
        assertThat(new String(to, StandardCharsets.US_ASCII)).isEqualTo("hello");
        refusedConnect();
    }

    private void refusedConnect() {
        MemorySegment memory = MemorySegment.ofArray(new byte[5]);
        SocketHandle unbound = socket();
        assertThat(CONNECT_EX.call(unbound, loopback(9), 16, memory, 5, null, new Overlapped()))
                .isFalse();
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEINVAL);
    }

    @Test
    void aTransmissionToASlowPeerGivesItBackWhenTheSocketIsClosed() throws Exception {
        Path path = Files.write(directory.resolve("file"), new byte[BIG]);
        TransmitFile transmit =
                Extension.load(socket(), Constants.WSAID_TRANSMITFILE, TransmitFile.class);
        try (FileChannel file =
                FileChannel.open(
                        path,
                        java.nio.file.StandardOpenOption.READ,
                        java.nio.file.StandardOpenOption.WRITE)) { // not mapped
            Pair pair = pair(port, 1);
            Overlapped io = new Overlapped();
            assertThat(transmit.call(pair.server(), file, 0, 0, io, null, 0)).isFalse();
            until("a stage waits for the peer", () -> MemoryPool.COMMON.lent() == before + 1);
            assertSucceeds(Winsock.closesocket(pair.server()));
            assertThat(next(port).ok()).isFalse();
        }
    }

    @Test
    void aDatagramSocketThatWaitsHasNone() throws Exception {
        SocketHandle s = socket(Constants.AF_INET, Constants.SOCK_DGRAM);
        assertSucceeds(Winsock.bind(s, loopback(0), Sockaddr.SIZE_V4));
        associate(s, port, 1);
        Io io = new Io(100);
        assertStarts(receive(s, io));
        assertThat(MemoryPool.COMMON.lent()).isLessThanOrEqualTo(before + 1); // its message header
        try (DatagramSocket peer = new DatagramSocket()) {
            peer.send(new java.net.DatagramPacket(new byte[3], 3, name(s).toInetSocketAddress()));
        }
        assertThat(next(port).bytes()).isEqualTo(3);
    }
}
