package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Answers that do not fit into the socket's buffer, for a client that has ended its own direction
 * and reads slowly or not at all: {@code nc -N}, HTTP/1.0. Such a socket looks ready to every poll
 * that counts the end, and a kernel that tries in vain too often gives up, or takes a thread for
 * it.
 */
class HalfClosedPeerTest extends WinsockContract {
    private static final long KEY = 5;
    private static final int LARGE = 12_582_912;

    private Pair halfClosed(CompletionPort port) throws IOException {
        SocketHandle listener = listener();
        Socket client = closing(new Socket());
        client.setReceiveBufferSize(4096);
        client.connect(
                new InetSocketAddress(
                        InetAddress.getLoopbackAddress(),
                        name(listener).toInetSocketAddress().getPort()));
        client.setSoTimeout(LIMIT);
        SocketHandle server = Winsock.accept(listener, null, null);
        closing(() -> Winsock.closesocket(server));
        assertSucceeds(Winsock.closesocket(listener));
        associate(server, port, KEY);
        client.shutdownOutput();
        Io end = new Io(1);
        assertStarts(receive(server, end));
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 0, KEY, end));
        return new Pair(server, client);
    }

    /** A buffer of numbers, so that a gap is seen. */
    private static Io numbered(int from, int size) {
        Io io = new Io(size);
        for (int i = 0; i < size / 4; i++) {
            io.memory.setAtIndex(ValueLayout.JAVA_INT, i, from / 4 + i);
        }
        return io;
    }

    private static WsaBuf[] cut(Io io, int blocks) {
        WsaBuf[] buffers = new WsaBuf[blocks];
        long size = io.memory.byteSize() / blocks;
        for (int i = 0; i < blocks; i++) {
            buffers[i] = new WsaBuf().set(io.memory.asSlice(i * size, size), (int) size);
        }
        return buffers;
    }

    private static void assertNumbered(InputStream in, int size) throws IOException {
        byte[] block = new byte[65536];
        for (int at = 0; at < size; at += block.length) {
            int length = Math.min(block.length, size - at);
            assertThat(in.readNBytes(block, 0, length)).isEqualTo(length);
            MemorySegment read = MemorySegment.ofArray(block);
            for (int i = 0; i < length; i += 4) {
                if (read.get(ValueLayout.JAVA_INT_UNALIGNED, i) != (at + i) / 4) {
                    throw new AssertionError("a wrong byte at " + (at + i));
                }
            }
        }
    }

    @ParameterizedTest // O28
    @CsvSource({
        "0,false,1",
        "0,false,2",
        "0,false,48",
        "1,false,2",
        "1,true,1",
        "1,true,2",
        "1,true,48"
    })
    void getsALargeAnswerWhole(int concurrency, boolean leading, int blocks) throws Exception {
        CompletionPort port = port(concurrency);
        if (leading) {
            lead(port);
        }
        int workers = kernelWorkers();
        Pair pair = halfClosed(port);
        Io answer = numbered(0, LARGE);
        Io rest = numbered(LARGE, 4000);
        WsaBuf[] buffers = cut(answer, blocks);
        int error =
                Winsock.WSASend(pair.server(), buffers, blocks, null, 0, answer, null) == 0
                        ? 0
                        : Winsock.WSAGetLastError();
        assertStarts(error);
        assertStarts(send(pair.server(), rest));
        Worker<Void> client =
                onThread(() -> {
                    assertNumbered(pair.client().getInputStream(), LARGE + 4000);
                    return null;
                });
        assertThat(next(port)).isEqualTo(new Packet(true, 0, LARGE, KEY, answer));
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 4000, KEY, rest));
        client.result();
        assertThat(kernelWorkers()).isLessThanOrEqualTo(workers);
    }

    @ParameterizedTest // O12 O16: what was moved cannot be taken back
    @CsvSource({"0,false,1", "0,false,2", "1,true,1", "1,true,2"})
    void cancelledAnswerSaysWhatHasGone(int concurrency, boolean leading, int blocks)
            throws Exception {
        CompletionPort port = port(concurrency);
        if (leading) {
            lead(port);
        }
        int workers = kernelWorkers();
        List<Pair> pairs = new ArrayList<>();
        List<Io> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Pair pair = halfClosed(port);
            Io answer = numbered(0, LARGE);
            WsaBuf[] buffers = cut(answer, blocks);
            int error =
                    Winsock.WSASend(pair.server(), buffers, blocks, null, 0, answer, null) == 0
                            ? 0
                            : Winsock.WSAGetLastError();
            assertPends(error);
            pairs.add(pair);
            answers.add(answer);
        }
        assertEmpty(port);
        assertThat(kernelWorkers()).isLessThanOrEqualTo(workers);
        for (int i = 0; i < pairs.size(); i++) {
            Pair pair = pairs.get(i);
            assertThat(Kernel32.CancelIoEx(pair.server(), answers.get(i))).isTrue();
            Packet packet = next(port);
            assertThat(packet.overlapped()).isSameAs(answers.get(i));
            assertThat(packet.ok()).as(packet::toString).isTrue();
            assertThat(packet.bytes()).isPositive().isLessThan(LARGE);
            assertSucceeds(Winsock.closesocket(pair.server()));
            assertNumbered(pair.client().getInputStream(), packet.bytes() & -4);
            assertThat(drain(pair.client())).isEqualTo(packet.bytes() % 4);
        }
    }
}
