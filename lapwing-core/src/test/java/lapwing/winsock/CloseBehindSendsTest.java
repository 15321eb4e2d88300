package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a send call has taken is the stack's (O28, DOC closesocket): closing does not take it back,
 * whatever is staged or queued behind it. Only what would have to wait for the peer is given up.
 */
class CloseBehindSendsTest extends WinsockContract {
    private static final long KEY = 3;
    private static final int TIMES = LONG ? 2_000 : 40;

    private static final TransmitPackets TRANSMIT =
            Extension.load(
                    Winsock.socket(Constants.AF_INET, Constants.SOCK_STREAM, Constants.IPPROTO_TCP),
                    Constants.WSAID_TRANSMITPACKETS,
                    TransmitPackets.class);

    @ParameterizedTest // O28 P31
    @CsvSource({"0,false,1", "0,false,5", "1,false,3", "1,true,1", "1,true,2", "1,true,40"})
    void allSendsReachThePeer(int concurrency, boolean leading, int sends) throws Exception {
        CompletionPort port = port(concurrency);
        for (int i = 0; i < TIMES; i++) {
            if (leading) {
                lead(port);
            }
            Pair pair = pair(port, KEY);
            Io[] all = new Io[sends];
            for (int n = 0; n < sends; n++) {
                all[n] = new Io("%05d".formatted(n));
                assertStarts(send(pair.server(), all[n]));
            }
            assertSucceeds(Winsock.closesocket(pair.server()));
            for (int n = 0; n < sends; n++) {
                assertThat(next(port)).isEqualTo(new Packet(true, 0, 5, KEY, all[n]));
                assertThat(read(pair.client(), 5)).isEqualTo("%05d".formatted(n));
            }
            assertThat(drain(pair.client())).isZero();
        }
    }

    @ParameterizedTest // O28: also if the thread that has sent does not come back to its port
    @CsvSource({"false", "true"})
    void allSendsReachThePeerWhileTheLeaderIsAway(boolean byAnother) throws Exception {
        CompletionPort port = port(1);
        for (int i = 0; i < TIMES; i++) {
            lead(port);
            Pair pair = pair(port, KEY);
            assertStarts(send(pair.server(), new Io("one ")));
            assertStarts(send(pair.server(), new Io("two ")));
            assertStarts(send(pair.server(), new Io("three")));
            int closed =
                    byAnother
                            ? onThread(() -> Winsock.closesocket(pair.server())).result()
                            : Winsock.closesocket(pair.server());
            assertSucceeds(closed);
            assertThat(read(pair.client(), 14)).isEqualTo("one two three");
            for (int n = 0; n < 3; n++) {
                assertThat(next(port).ok()).isTrue();
            }
        }
    }

    @ParameterizedTest // O28: nor does the end of what they were started with take them back
    @CsvSource({"thread", "port", "both"})
    void allSendsReachThePeerThoughThreadOrPortEnds(String ends) throws Exception {
        for (int i = 0; i < TIMES; i++) {
            CompletionPort port = port(1);
            Pair pair = pair(port, KEY);
            Worker<Void> leader =
                    onThread(() -> {
                        lead(port);
                        assertStarts(send(pair.server(), new Io("one ")));
                        assertStarts(send(pair.server(), new Io("two ")));
                        assertStarts(send(pair.server(), new Io("three")));
                        if (!ends.equals("thread")) {
                            assertThat(Kernel32.CloseHandle(port)).isTrue();
                        }
                        if (ends.equals("port")) {
                            assertThat(read(pair.client(), 13)).isEqualTo("one two three");
                        }
                        return null;
                    });
            leader.result();
            if (!ends.equals("port")) {
                assertThat(read(pair.client(), 13)).isEqualTo("one two three");
            }
        }
    }

    @Test // O28, in the order of the calls
    void packetsOfMemoryBehindASendReachThePeer() throws Exception {
        CompletionPort port = port(1);
        for (int i = 0; i < TIMES; i++) {
            lead(port);
            Pair pair = pair(port, KEY);
            Io head = new Io("head ");
            Io body = new Io("body");
            Io tail = new Io(" tail");
            assertStarts(send(pair.server(), head));
            transmit(pair.server(), body, 4, 0);
            assertStarts(send(pair.server(), tail));
            assertSucceeds(Winsock.closesocket(pair.server()));
            assertThat(read(pair.client(), 15)).isEqualTo("head body tail");
            assertThat(next(port)).isEqualTo(new Packet(true, 0, 5, KEY, head));
            assertThat(next(port)).isEqualTo(new Packet(true, 0, 4, KEY, body));
            assertThat(next(port)).isEqualTo(new Packet(true, 0, 5, KEY, tail));
        }
    }

    @ParameterizedTest // T22: it says what has gone out
    @CsvSource({"0", "1"})
    void transmissionWithDisconnectIsToldAsSent(int concurrency) throws Exception {
        CompletionPort port = port(concurrency);
        for (int i = 0; i < TIMES; i++) {
            if (concurrency == 1) {
                lead(port);
            }
            Pair pair = pair(port, KEY);
            Io io = new Io("with the end behind it");
            transmit(pair.server(), io, 22, Constants.TF_DISCONNECT);
            assertSucceeds(Winsock.closesocket(pair.server()));
            assertThat(read(pair.client(), 23)).isEqualTo("with the end behind it");
            assertThat(next(port)).isEqualTo(new Packet(true, 0, 22, KEY, io));
        }
    }

    private static void transmit(SocketHandle s, Io io, int length, int flags) {
        TransmitPacketsElement element = new TransmitPacketsElement();
        element.dwElFlags = Constants.TP_ELEMENT_MEMORY;
        element.pBuffer = io.memory;
        element.cLength = length;
        boolean done = TRANSMIT.call(s, new TransmitPacketsElement[] {element}, 1, 0, io, flags);
        assertStarts(done ? 0 : Winsock.WSAGetLastError());
    }

    @OnEachPort // O28 P31: the peer's bytes are those that the packets count, without a gap
    void whatWouldWaitIsGivenUpAndAllBehindIt(PortKind kind) throws Exception {
        CompletionPort port = port(kind.concurrency);
        for (int i = 0; i < 10; i++) {
            kind.lead(port);
            Pair pair = pair(port, KEY);
            int[] sizes = {10, 64 << 20, 7, 7};
            for (int size : sizes) {
                Io io = new Io(size);
                io.memory.fill((byte) 'a');
                assertStarts(send(pair.server(), io));
            }
            assertSucceeds(Winsock.closesocket(pair.server()));
            Worker<Long> peer = onThread(() -> drain(pair.client()));
            long counted = 0;
            for (int n = 0; n < sizes.length; n++) {
                Packet packet = next(port);
                assertThat(packet.overlapped()).isNotNull();
                counted += packet.bytes();
                if (n >= 2 && counted < sizes[0] + sizes[1]) {
                    assertThat(packet.bytes()).isZero();
                    assertThat(packet.error()).isEqualTo(WinsockError.ERROR_OPERATION_ABORTED);
                }
            }
            assertThat(peer.result()).isEqualTo(counted);
        }
    }

    @ParameterizedTest // DOC closesocket: a hard close takes back what is queued
    @CsvSource({"0", "1"})
    void hardCloseDiscardsTheQueue(int concurrency) throws Exception {
        CompletionPort port = port(concurrency);
        Pair pair = pair(port, KEY);
        Io large = new Io(64 << 20);
        Io small = new Io("behind it");
        assertStarts(send(pair.server(), large));
        assertStarts(send(pair.server(), small));
        MemorySegment linger =
                Arena.ofAuto().allocateFrom(ValueLayout.JAVA_SHORT, (short) 1, (short) 0);
        assertSucceeds(
                Winsock.setsockopt(
                        pair.server(), Constants.SOL_SOCKET, Constants.SO_LINGER, linger, 4));
        assertSucceeds(Winsock.closesocket(pair.server()));
        assertThat(next(port).overlapped()).isNotNull();
        assertThat(next(port).overlapped()).isNotNull();
        assertThat(drain(pair.client())).isLessThan(64 << 20);
    }

    @ParameterizedTest // O28
    @CsvSource({"0,false,1", "0,false,3", "1,true,1", "1,true,3"})
    void datagramsAreSentBeforeTheirSocketGoes(int concurrency, boolean leading, int sends)
            throws Exception {
        CompletionPort port = port(concurrency);
        SocketHandle to = socket(Constants.AF_INET, Constants.SOCK_DGRAM);
        assertSucceeds(Winsock.bind(to, loopback(0), Sockaddr.SIZE_V4));
        associate(to, port, 1);
        for (int i = 0; i < TIMES; i++) {
            if (leading) {
                lead(port);
            }
            SocketHandle from = socket(Constants.AF_INET, Constants.SOCK_DGRAM);
            boolean connected = i % 2 == 0;
            if (connected) {
                assertSucceeds(Winsock.connect(from, name(to), name(to).length()));
            }
            associate(from, port, KEY);
            for (int n = 0; n < sends; n++) {
                Sockaddr name = name(to);
                Io io = new Io("datagram " + n);
                if (connected) {
                    assertStarts(send(from, io));
                    continue;
                }
                int error =
                        Winsock.WSASendTo(
                                                from,
                                                io.buffers,
                                                1,
                                                null,
                                                0,
                                                name,
                                                name.length(),
                                                io,
                                                null)
                                        == 0
                                ? 0
                                : Winsock.WSAGetLastError();
                assertStarts(error);
            }
            assertSucceeds(Winsock.closesocket(from));
            for (int n = 0; n < sends; n++) {
                Packet sent = next(port);
                assertThat(sent.ok()).as(sent::toString).isTrue();
                assertThat(sent.bytes()).isEqualTo(10);
            }
            for (int n = 0; n < sends; n++) {
                Io io = new Io(20);
                assertStarts(receive(to, io));
                assertThat(next(port)).isEqualTo(new Packet(true, 0, 10, 1, io));
                assertThat(io.text(10)).isEqualTo("datagram " + n);
            }
        }
    }

    @ParameterizedTest // P31 T4: a loop closes behind its own sends only
    @CsvSource({"false", "true"})
    void closingASocketOfAnotherLoopTouchesNoOtherSend(boolean slow) throws Exception {
        for (int i = 0; i < 10; i++) {
            CompletionPort port = port(1);
            CompletionPort common = port(0);
            Pair other = pair(common, 1);
            SocketHandle s = unassociated();
            Socket peer = accepted;
            Io large = new Io(slow ? 64 << 20 : 8);
            assertStarts(send(s, large)); // on the common loop
            associate(s, port, KEY);
            lead(port);
            Pair mine = pair(port, 2);
            Io first = new Io("first ");
            assertStarts(send(mine.server(), first));
            assertSucceeds(Winsock.closesocket(s));
            Io second = new Io("second");
            assertThat(next(port).overlapped()).isNotNull();
            assertStarts(send(mine.server(), second));
            assertThat(read(mine.client(), 12)).isEqualTo("first second");
            assertThat(drain(peer)).isLessThanOrEqualTo(64 << 20);
            write(other.client(), "alive");
            Io io = new Io(5);
            assertStarts(receive(other.server(), io));
            assertThat(next(common)).isEqualTo(new Packet(true, 0, 5, 1, io));
            assertThat(large.hasCompleted()).isTrue();
        }
    }

    private Socket accepted;

    private SocketHandle unassociated() throws IOException {
        try (ServerSocket server = new ServerSocket()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            SocketHandle s = socket();
            Sockaddr to = Sockaddr.of((InetSocketAddress) server.getLocalSocketAddress());
            assertSucceeds(Winsock.connect(s, to, to.length()));
            accepted = closing(server.accept());
            accepted.setSoTimeout(LIMIT);
            return s;
        }
    }
}
