package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** WSASend and WSARecv: order, buffers, and what memory may be given. */
class TransferTest extends WinsockContract {
    private static final long KEY = 3;

    @OnEachPort // O26 uring-facts F16
    void receivesAreFilledInTheOrderOfPosting(PortKind kind) throws Exception {
        int blocks = LONG ? 500_000 : 20_000;
        CompletionPort port = port(kind.concurrency);
        Pair pair = pair(port, KEY);
        Worker<Void> client =
                onThread(() -> {
                    Random random = new Random(26);
                    ByteBuffer numbers = ByteBuffer.allocate(blocks * 4);
                    for (int i = 0; i < blocks; i++) {
                        numbers.putInt(i);
                    }
                    OutputStream out = pair.client().getOutputStream();
                    for (int at = 0, n; at < numbers.capacity(); at += n) {
                        n = Math.min(1 + random.nextInt(64), numbers.capacity() - at);
                        out.write(numbers.array(), at, n);
                    }
                    pair.client().shutdownOutput();
                    return null;
                });
        kind.lead(port);
        Deque<Io> posted = new ArrayDeque<>();
        ByteBuffer received = ByteBuffer.allocate(blocks * 4 + 16);
        for (int i = 0; i < 4; i++) {
            Io io = new Io(16);
            assertStarts(receive(pair.server(), io));
            posted.add(io);
        }
        while (true) {
            Packet packet = next(port);
            assertThat(packet.ok()).isTrue();
            Io io = posted.remove();
            assertThat(packet.overlapped()).as("first posted, first ended").isSameAs(io);
            if (packet.bytes() == 0) {
                break;
            }
            MemorySegment.copy(
                    io.memory,
                    ValueLayout.JAVA_BYTE,
                    0,
                    received.array(),
                    received.position(),
                    packet.bytes());
            received.position(received.position() + packet.bytes());
            assertStarts(receive(pair.server(), io));
            posted.add(io);
        }
        client.result();
        received.flip();
        for (int i = 0; i < blocks; i++) {
            assertThat(received.getInt()).isEqualTo(i);
        }
        assertThat(received.remaining()).isZero();
    }

    @OnEachPort // O28 uring-facts F16
    void sendsLeaveInTheOrderOfPosting(PortKind kind) throws Exception {
        CompletionPort port = port(kind.concurrency);
        Pair pair = pair(port, KEY);
        int count = 60;
        kind.lead(port);
        Io[] ios = new Io[count];
        for (int i = 0; i < count; i++) {
            ios[i] = new Io(100_000 + i);
            ios[i].memory.fill((byte) i);
            assertStarts(send(pair.server(), ios[i]));
        }
        Worker<Void> client =
                onThread(() -> {
                    DataInputStream in = new DataInputStream(pair.client().getInputStream());
                    for (int i = 0; i < count; i++) {
                        byte[] expected = new byte[100_000 + i];
                        Arrays.fill(expected, (byte) i);
                        assertThat(in.readNBytes(expected.length)).isEqualTo(expected);
                    }
                    return null;
                });
        for (int i = 0; i < count; i++) {
            assertThat(next(port)).isEqualTo(new Packet(true, 0, 100_000 + i, KEY, ios[i]));
        }
        client.result();
    }

    /** Blocks of 1, 2, 3 … bytes, some of them empty, filled with a pattern. */
    private static WsaBuf[] blocks(int count, boolean filled) {
        WsaBuf[] blocks = new WsaBuf[count];
        int value = 0;
        for (int i = 0; i < count; i++) {
            int length = i % 7 == 3 ? 0 : 1 + i % 13;
            MemorySegment memory =
                    i % 5 == 4
                            ? MemorySegment.ofArray(new byte[length])
                            : Arena.ofAuto().allocate(Math.max(length, 1));
            blocks[i] = new WsaBuf().set(memory, length);
            for (int b = 0; filled && b < length; b++) {
                memory.set(ValueLayout.JAVA_BYTE, b, (byte) value++);
            }
        }
        return blocks;
    }

    private static int total(WsaBuf[] blocks) {
        return Arrays.stream(blocks).mapToInt(b -> b.len).sum();
    }

    private static byte[] pattern(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    @ParameterizedTest // DOC WSASend: the buffers are sent in the order of the array
    @CsvSource({"0,false,false", "1,true,false", "0,false,true"})
    void buffersAreGatheredInOrder(int concurrency, boolean leading, boolean queued)
            throws Exception {
        CompletionPort port = port(concurrency);
        for (int count : new int[] {1, 2, 3, 16, 63, 64, 65, 100, 1000}) {
            Pair pair = pair(port, KEY);
            if (leading) {
                lead(port);
            }
            Io first = new Io(queued ? 8 << 20 : 1);
            assertStarts(send(pair.server(), first));
            WsaBuf[] blocks = blocks(count, true);
            int total = total(blocks);
            Overlapped overlapped = new Overlapped();
            assertStarts(
                    Winsock.WSASend(pair.server(), blocks, count, null, 0, overlapped, null) == 0
                            ? 0
                            : Winsock.WSAGetLastError());
            Arrays.fill(blocks, null); // O36: the array is captured
            Worker<byte[]> client =
                    onThread(() -> {
                        pair.client().getInputStream().skipNBytes(first.memory.byteSize());
                        return pair.client().getInputStream().readNBytes(total);
                    });
            assertThat(next(port).overlapped()).as("%d blocks", count).isSameAs(first);
            assertThat(next(port))
                    .as("%d blocks", count)
                    .isEqualTo(new Packet(true, 0, total, KEY, overlapped));
            assertThat(client.result()).as("%d blocks", count).isEqualTo(pattern(total));
        }
    }

    @OnEachPort // DOC WSARecv: the buffers are filled in the order of the array
    void buffersAreScatteredInOrder(PortKind kind) throws Exception {
        CompletionPort port = port(kind.concurrency);
        for (int count : new int[] {1, 2, 3, 16, 63, 64, 65, 100, 1000}) {
            Pair pair = pair(port, KEY);
            kind.lead(port);
            for (boolean early : new boolean[] {true, false}) {
                WsaBuf[] blocks = blocks(count, false);
                byte[] sent = pattern(total(blocks));
                byte[] received = new byte[sent.length];
                if (early) {
                    pair.client().getOutputStream().write(sent);
                }
                int got = 0;
                Overlapped overlapped = new Overlapped();
                while (got < sent.length) {
                    assertStarts(
                            Winsock.WSARecv(
                                                    pair.server(),
                                                    blocks,
                                                    count,
                                                    null,
                                                    new IntRef(),
                                                    overlapped,
                                                    null)
                                            == 0
                                    ? 0
                                    : Winsock.WSAGetLastError());
                    if (!early && got == 0) {
                        pair.client().getOutputStream().write(sent);
                    }
                    Packet packet = next(port);
                    assertThat(packet.ok()).as("%d blocks: %s", count, packet).isTrue();
                    assertThat(packet.bytes()).isPositive();
                    ByteBuffer all = ByteBuffer.allocate(sent.length);
                    for (WsaBuf block : blocks) {
                        all.put(block.buf().asSlice(0, block.len).toArray(ValueLayout.JAVA_BYTE));
                    }
                    System.arraycopy(all.array(), 0, received, got, packet.bytes());
                    got += packet.bytes();
                }
                assertThat(received).as("%d blocks", count).isEqualTo(sent);
            }
        }
    }

    @ParameterizedTest // design §3: a datagram is never cut silently
    @ValueSource(ints = {64, 65, 200})
    void datagramOfManyBlocksIsSentWholeOrRefused(int count) throws Exception {
        for (int concurrency : new int[] {0, 1}) {
            CompletionPort port = port(concurrency);
            SocketHandle sender = socket(Constants.AF_INET, Constants.SOCK_DGRAM);
            SocketHandle receiver = socket(Constants.AF_INET, Constants.SOCK_DGRAM);
            for (SocketHandle s : new SocketHandle[] {sender, receiver}) {
                assertSucceeds(Winsock.bind(s, loopback(0), Sockaddr.SIZE_V4));
                associate(s, port, KEY);
            }
            if (concurrency == 1) {
                lead(port);
            }
            WsaBuf[] blocks = blocks(count, true);
            Sockaddr to = name(receiver);
            Overlapped overlapped = new Overlapped();
            int result =
                    Winsock.WSASendTo(
                            sender, blocks, count, null, 0, to, to.length(), overlapped, null);
            if (result == 0 || Winsock.WSAGetLastError() == WinsockError.ERROR_IO_PENDING) {
                Packet packet = next(port);
                if (packet.ok()) {
                    assertThat(packet.bytes()).isEqualTo(total(blocks));
                    Io io = new Io(10_000);
                    assertThat(Winsock.recv(receiver, io.memory, 10_000, 0))
                            .isEqualTo(total(blocks));
                    assertThat(io.memory.asSlice(0, total(blocks)).toArray(ValueLayout.JAVA_BYTE))
                            .isEqualTo(pattern(total(blocks)));
                }
            } else {
                assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAENOBUFS);
                assertThat(count).isGreaterThan(64);
            }
            assertEmpty(port);
        }
    }

    @OnEachPort // O36: the memory belongs to the operation; heap memory is copied
    void heapAndDirectBuffersAreTaken(PortKind kind) throws Exception {
        CompletionPort port = port(kind.concurrency);
        Pair pair = pair(port, KEY);
        kind.lead(port);
        byte[] array = "on the heap".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        ByteBuffer direct = ByteBuffer.allocateDirect(11).put(array).flip();
        ByteBuffer heap = ByteBuffer.wrap(array);
        MemorySegment segment = MemorySegment.ofArray(array);
        WsaBuf[] toSend = {
            new WsaBuf(direct), new WsaBuf(heap), new WsaBuf(segment), new WsaBuf(segment)
        };
        toSend[3].len = 2;
        Overlapped overlapped = new Overlapped();
        int sent = Winsock.WSASend(pair.server(), toSend, 4, null, 0, overlapped, null);
        assertStarts(sent == 0 ? 0 : Winsock.WSAGetLastError());
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 35, KEY, overlapped));
        assertThat(read(pair.client(), 35)).isEqualTo("on the heap".repeat(3) + "on");
        assertThat(direct.position()).isZero();

        for (boolean early : new boolean[] {true, false}) {
            byte[] in = new byte[6];
            ByteBuffer inDirect = ByteBuffer.allocateDirect(4);
            WsaBuf[] toReceive = {
                new WsaBuf(MemorySegment.ofArray(in).asSlice(1, 4)), new WsaBuf(inDirect)
            };
            if (early) {
                write(pair.client(), "abcdefgh");
            }
            int got =
                    Winsock.WSARecv(
                            pair.server(), toReceive, 2, null, new IntRef(), overlapped, null);
            assertStarts(got == 0 ? 0 : Winsock.WSAGetLastError());
            if (!early) {
                write(pair.client(), "abcdefgh");
            }
            assertThat(next(port)).isEqualTo(new Packet(true, 0, 8, KEY, overlapped));
            assertThat(in).containsExactly(0, 'a', 'b', 'c', 'd', 0);
            assertThat(inDirect.getInt(0)).isEqualTo(0x65666768);
        }
    }

    @Test // design §3: memory that can be freed while the kernel owns it is refused
    void memoryOfAClosableArenaIsRefused() {
        try (Arena confined = Arena.ofConfined();
                Arena shared = Arena.ofShared()) {
            for (Arena arena : new Arena[] {confined, shared}) {
                MemorySegment memory = arena.allocate(100);
                assertThatThrownBy(() -> new WsaBuf(memory))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage(
                                "buffer of 100 bytes: its arena can be closed while the system"
                                        + " still uses the memory; allocate it from Arena.ofAuto()"
                                        + " or Arena.global(), or use a direct ByteBuffer");
                assertThatThrownBy(() -> new WsaBuf().set(memory, 1))
                        .isInstanceOf(IllegalArgumentException.class);
                SocketHandle listener = listener();
                Overlapped overlapped = new Overlapped();
                SocketHandle socket = socket();
                assertThatThrownBy(() ->
                                ACCEPT_EX.call(
                                        listener, socket, memory, 0, AREA, AREA, null, overlapped))
                        .isInstanceOf(IllegalArgumentException.class);
                Io io = new Io(2 * AREA);
                assertPends(accept(listener, socket, io)); // nothing has been started
            }
        }
    }

    @Test // DOC WSARecv: an OVERLAPPED belongs to one operation at a time
    void overlappedOfAPendingOperationIsRefused() throws Exception {
        CompletionPort port = port(0);
        Pair pair = pair(port, KEY);
        SocketHandle listener = listener();
        Io io = new Io(2 * AREA);
        assertPends(receive(pair.server(), io));
        int refused = WinsockError.ERROR_INVALID_PARAMETER;
        assertThat(receive(pair.server(), io)).isEqualTo(refused);
        assertThat(send(pair.server(), io)).isEqualTo(refused);
        assertThat(disconnect(pair.server(), io)).isEqualTo(refused);
        assertThat(accept(listener, socket(), io)).isEqualTo(refused);
        assertThat(connect(bound(), loopback(1), io)).isEqualTo(refused);
        assertThat(io.hasCompleted()).isFalse();
        write(pair.client(), "x");
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 1, KEY, io));
        assertEmpty(port);
        assertPends(receive(pair.server(), io)); // and afterwards it is free
    }

    @OnEachPort // uring-facts F17: a receive of no bytes waits and takes nothing
    void receiveOfNoBytesWaitsForDataAndLeavesIt(PortKind kind) throws Exception {
        CompletionPort port = port(kind.concurrency);
        Pair pair = pair(port, KEY);
        kind.lead(port);
        for (int i = 0; i < 20; i++) {
            Io none = new Io(0);
            assertPends(receive(pair.server(), none));
            assertEmpty(port);
            write(pair.client(), "data");
            assertThat(next(port)).isEqualTo(new Packet(true, 0, 0, KEY, none));
            Io all = new Io(4);
            assertStarts(receive(pair.server(), all));
            assertThat(next(port)).isEqualTo(new Packet(true, 0, 4, KEY, all));
        }
    }
}
