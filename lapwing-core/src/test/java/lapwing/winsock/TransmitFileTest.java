package lapwing.winsock;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TransmitFile and TransmitPackets: large files, files that change, and the ends (T1–T24). */
class TransmitFileTest extends WinsockContract {
    private static final long KEY = 6;
    private static final int MIB = 1 << 20;

    private static final TransmitFile TRANSMIT_FILE = load(TransmitFile.class);
    private static final TransmitPackets TRANSMIT_PACKETS = load(TransmitPackets.class);

    @TempDir Path directory;

    private CompletionPort port;

    private static <F> F load(Class<F> type) {
        SocketHandle any = Winsock.socket(Constants.AF_INET, Constants.SOCK_STREAM, 0);
        Guid guid =
                type == TransmitFile.class
                        ? Constants.WSAID_TRANSMITFILE
                        : Constants.WSAID_TRANSMITPACKETS;
        return Extension.load(any, guid, type);
    }

    @BeforeEach
    void makePort() {
        port = port(0);
    }

    // ---- files ----

    private Path file(int size) {
        byte[] block = new byte[Math.min(size, MIB)];
        new Random(size).nextBytes(block);
        Path path = directory.resolve("file-" + size);
        try (var out = Files.newOutputStream(path)) {
            for (int left = size; left > 0; left -= block.length) {
                block[0] = (byte) (left >> 20); // no two pieces alike
                out.write(block, 0, Math.min(left, block.length));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return path;
    }

    private FileChannel open(Path path, OpenOption... options) throws IOException {
        return closing(FileChannel.open(path, options));
    }

    private static long checksum(InputStream in, long length) throws IOException {
        CRC32 sum = new CRC32();
        byte[] block = new byte[65536];
        for (long left = length; left > 0; ) {
            int n = in.readNBytes(block, 0, (int) Math.min(left, block.length));
            assertThat(n).as("end of stream, %d bytes too early", left).isPositive();
            sum.update(block, 0, n);
            left -= n;
        }
        return sum.getValue();
    }

    private static long checksum(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return checksum(in, Files.size(path));
        }
    }

    private static boolean isMapped(Path path) {
        try (var maps = Files.lines(Path.of("/proc/self/maps"))) {
            return maps.anyMatch(line -> line.contains(path.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- calls ----

    private static MemorySegment memory(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return Arena.ofAuto().allocate(bytes.length).copyFrom(MemorySegment.ofArray(bytes));
    }

    private static TransmitFileBuffers around(String head, String tail) {
        TransmitFileBuffers buffers = new TransmitFileBuffers();
        buffers.Head = memory(head);
        buffers.HeadLength = head.length();
        buffers.Tail = memory(tail);
        buffers.TailLength = tail.length();
        return buffers;
    }

    private static int transmit(SocketHandle socket, FileChannel file, Overlapped o, int flags) {
        return transmit(socket, file, o, null, flags);
    }

    private static int transmit(
            SocketHandle socket,
            FileChannel file,
            Overlapped overlapped,
            TransmitFileBuffers buffers,
            int flags) {
        boolean ended = TRANSMIT_FILE.call(socket, file, 0, 0, overlapped, buffers, flags);
        return ended ? 0 : Winsock.WSAGetLastError();
    }

    private static int transmit(
            SocketHandle socket,
            Overlapped overlapped,
            int flags,
            TransmitPacketsElement... elements) {
        boolean ended =
                TRANSMIT_PACKETS.call(socket, elements, elements.length, 0, overlapped, flags);
        return ended ? 0 : Winsock.WSAGetLastError();
    }

    private void assertSent(int bytes, Overlapped overlapped) {
        Packet packet = next(port);
        assertThat(packet.error()).as(packet::toString).isZero();
        assertThat(packet.bytes()).isEqualTo(bytes);
        assertThat(packet.key()).isEqualTo(KEY);
        assertThat(packet.overlapped()).isSameAs(overlapped);
        assertEmpty(port);
    }

    private void assertFailed(int error, Overlapped overlapped) {
        Packet packet = next(port);
        assertThat(packet.error()).as(packet::toString).isEqualTo(error);
        assertThat(packet.bytes()).isZero();
        assertThat(packet.overlapped()).isSameAs(overlapped);
        assertEmpty(port);
    }

    /** A transmission that is stuck in the middle, since the client does not read. */
    private void stuck(Pair pair, Path path, Overlapped overlapped) throws IOException {
        FileChannel file = open(path, READ);
        assertPends(transmit(pair.server(), file, overlapped, 0));
        until("a piece of the file is mapped", () -> isMapped(path));
        assertThat(pair.client().getInputStream().readNBytes(MIB)).hasSize(MIB);
        assertThat(overlapped.hasCompleted()).isFalse();
    }

    // ---- what arrives ----

    @Test // T6–T8
    void hundredMebibytesArriveWholeBetweenHeadAndTail() throws Exception {
        Pair pair = pair(port, KEY);
        int size = 100 * MIB + 12_345;
        Path path = file(size);
        Overlapped o = new Overlapped();
        assertPends(transmit(pair.server(), open(path, READ), o, around("<<", ">>"), 0));
        assertThat(read(pair.client(), 2)).isEqualTo("<<");
        long arrived = checksum(pair.client().getInputStream(), size);
        assertThat(read(pair.client(), 2)).isEqualTo(">>");
        assertSent(size + 4, o);
        assertThat(arrived).isEqualTo(checksum(path));
        assertThat(isMapped(path)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 65_532, 65_533, 65_536, 65_537, MIB - 2, MIB, MIB + 65_536})
    void everySizeArrivesWholeFromAnyKindOfChannel(int size) throws Exception {
        Pair pair = pair(port, KEY);
        Path path = file(size);
        for (FileChannel file : new FileChannel[] {open(path, READ), open(path, READ, WRITE)}) {
            Overlapped o = new Overlapped();
            assertPends(transmit(pair.server(), file, o, around("<<", ">>"), 0));
            assertThat(read(pair.client(), 2)).isEqualTo("<<");
            assertThat(checksum(pair.client().getInputStream(), size)).isEqualTo(checksum(path));
            assertThat(read(pair.client(), 2)).isEqualTo(">>");
            assertSent(size + 4, o);
        }
    }

    @Test // T22
    void fourElementsArriveInTheirOrder() throws Exception {
        Pair pair = pair(port, KEY);
        Path path = file(3 * MIB);
        byte[] content = Files.readAllBytes(path);
        FileChannel file = open(path, READ);
        Overlapped o = new Overlapped();
        MemorySegment heap = MemorySegment.ofArray(Arrays.copyOf(content, 100_000));
        assertPends(
                transmit(
                        pair.server(),
                        o,
                        0,
                        TransmitPacketsElement.memory(memory("one"), 3),
                        TransmitPacketsElement.file(file, 10, 2 * MIB),
                        TransmitPacketsElement.memory(heap, 100_000),
                        TransmitPacketsElement.file(file, 3 * MIB - 4, 0)));
        InputStream in = pair.client().getInputStream();
        assertThat(read(pair.client(), 3)).isEqualTo("one");
        assertThat(in.readNBytes(2 * MIB)).isEqualTo(Arrays.copyOfRange(content, 10, 2 * MIB + 10));
        assertThat(in.readNBytes(100_000)).isEqualTo(Arrays.copyOf(content, 100_000));
        assertThat(in.readNBytes(4))
                .isEqualTo(Arrays.copyOfRange(content, 3 * MIB - 4, content.length));
        assertSent(3 + 2 * MIB + 100_000 + 4, o);
    }

    @Test
    void sendsKeepTheirPlacesBeforeAndBehindAFile() throws Exception {
        Pair pair = pair(port, KEY);
        Path path = file(8 * MIB);
        Io before = new Io(4 * MIB);
        before.memory.fill((byte) 'a');
        Io behind = new Io("behind");
        Overlapped o = new Overlapped();
        assertStarts(send(pair.server(), before));
        assertPends(transmit(pair.server(), open(path, READ), o, 0));
        assertPends(send(pair.server(), behind));
        byte[] first = pair.client().getInputStream().readNBytes(4 * MIB);
        assertThat(first).containsOnly('a');
        assertThat(checksum(pair.client().getInputStream(), 8 * MIB)).isEqualTo(checksum(path));
        assertThat(read(pair.client(), 6)).isEqualTo("behind");
        for (Overlapped each : new Overlapped[] {before, o, behind}) {
            assertThat(next(port).overlapped()).isSameAs(each);
        }
    }

    @Test // T21
    void elementsUpToTheEndOfAPacketAreOneDatagram() throws Exception {
        try (DatagramSocket receiver = new DatagramSocket(0)) {
            receiver.setSoTimeout(LIMIT);
            SocketHandle s = socket(Constants.AF_INET, Constants.SOCK_DGRAM);
            assertSucceeds(Winsock.connect(s, loopback(receiver.getLocalPort()), Sockaddr.SIZE_V4));
            associate(s, port, KEY);
            FileChannel file = open(file(10), READ);
            TransmitPacketsElement end = TransmitPacketsElement.file(file, 0, 4);
            end.dwElFlags |= Constants.TP_ELEMENT_EOP;
            TransmitPacketsElement begin = TransmitPacketsElement.memory(memory("ab"), 2);
            Overlapped o = new Overlapped();
            assertPends(transmit(s, o, 0, begin, end, begin));
            for (int length : new int[] {6, 2}) {
                DatagramPacket datagram = new DatagramPacket(new byte[100], 100);
                receiver.receive(datagram);
                assertThat(datagram.getLength()).isEqualTo(length);
            }
            assertSent(8, o);
            assertThat(transmit(s, new Overlapped(), Constants.TF_DISCONNECT, begin))
                    .isEqualTo(WinsockError.WSAEINVAL);
        }
    }

    @Test // T21: all of them go to the peer of the call
    void packetsDoNotFollowTheSocketToAnotherPeer() throws Exception {
        try (DatagramSocket one = new DatagramSocket(0);
                DatagramSocket two = new DatagramSocket(0)) {
            one.setSoTimeout(LIMIT);
            SocketHandle s = socket(Constants.AF_INET, Constants.SOCK_DGRAM);
            associate(s, port, KEY);
            TransmitPacketsElement packet = TransmitPacketsElement.memory(memory("one"), 3);
            packet.dwElFlags |= Constants.TP_ELEMENT_EOP;
            for (int i = 0; i < 50; i++) {
                assertSucceeds(Winsock.connect(s, loopback(one.getLocalPort())));
                Overlapped o = new Overlapped();
                assertPends(transmit(s, o, 0, packet, packet, packet));
                assertSucceeds(Winsock.connect(s, loopback(two.getLocalPort())));
                for (int n = 0; n < 3; n++) {
                    one.receive(new DatagramPacket(new byte[3], 3));
                }
                assertSent(9, o);
            }
        }
    }

    @Test // T6; that the position moves is what a synchronous read of the file would do
    void fileWithoutStructureBeginsAtItsPositionAndLeavesItBehind() throws Exception {
        Pair pair = pair(port, KEY);
        FileChannel file = open(file(1000), READ);
        file.position(990);
        assertThat(transmit(pair.server(), file, null, 0)).isZero();
        assertThat(pair.client().getInputStream().readNBytes(10)).hasSize(10);
        assertThat(file.position()).isEqualTo(1000);
        assertThat(transmit(pair.server(), file, null, 0)).isZero();
        assertEmpty(port);
    }

    @Test
    void interruptedCallerKeepsItsFileOpen() throws Exception {
        Pair pair = pair(port, KEY);
        FileChannel file = open(file(100), READ);
        Overlapped o = new Overlapped();
        Thread.currentThread().interrupt();
        int error = transmit(pair.server(), file, o, 0);
        assertThat(Thread.interrupted()).isTrue();
        assertPends(error);
        assertThat(pair.client().getInputStream().readNBytes(100)).hasSize(100);
        assertSent(100, o);
        assertThat(file.isOpen()).isTrue();
    }

    // ---- disconnecting ----

    @Test // S16: shutdown has been asked for, whatever becomes of the file
    void shutdownBesideACancelledFileEndsTheStream() throws Exception {
        Pair pair = pair(port, KEY);
        Io large = new Io(16 * MIB);
        assertPends(send(pair.server(), large));
        Overlapped o = new Overlapped();
        FileChannel file = open(file(1000), READ);
        assertPends(transmit(pair.server(), file, o, Constants.TF_DISCONNECT));
        assertSucceeds(Winsock.shutdown(pair.server(), Constants.SD_SEND));
        assertThat(Kernel32.CancelIoEx(pair.server(), o)).isTrue();
        assertThat(drain(pair.client())).isEqualTo(16 * MIB);
    }

    @Test
    void disconnectComesBehindTheData() throws Exception {
        Pair pair = pair(port, KEY);
        Path path = file(2 * MIB);
        Overlapped o = new Overlapped();
        assertPends(transmit(pair.server(), open(path, READ), o, Constants.TF_DISCONNECT));
        assertThat(send(pair.server(), new Io("too late"))).isEqualTo(WinsockError.WSAESHUTDOWN);
        assertThat(checksum(pair.client().getInputStream(), 2 * MIB)).isEqualTo(checksum(path));
        assertThat(pair.client().getInputStream().read()).isEqualTo(-1);
        assertSent(2 * MIB, o);
    }

    @Test // T22, D18
    void reusedSocketSendsTheNextFileToTheNextClient() throws Exception {
        SocketHandle listener = listener();
        SocketHandle s = socket();
        associate(s, port, KEY);
        FileChannel file = open(file(3000), READ);
        for (int round = 0; round < 3; round++) {
            Io accept = new Io(2 * AREA);
            assertPends(accept(listener, s, accept));
            Socket client = client(listener);
            until("accepted", accept::hasCompleted);
            Overlapped o = new Overlapped();
            int flags = Constants.TF_DISCONNECT | Constants.TF_REUSE_SOCKET;
            assertPends(transmit(s, file, o, flags));
            assertThat(drain(client)).isEqualTo(3000); // closes the client
            assertSent(3000, o);
        }
    }

    @Test
    void disconnectWhileAFileIsAboutToDisconnectIsRefused() throws Exception {
        Pair pair = pair(port, KEY);
        Overlapped o = new Overlapped();
        int flags = Constants.TF_DISCONNECT | Constants.TF_REUSE_SOCKET;
        assertPends(transmit(pair.server(), open(file(64 * MIB), READ), o, flags));
        assertThat(disconnect(pair.server(), new Overlapped())).isEqualTo(WinsockError.WSAENOTCONN);
        assertThat(drain(pair.client())).isEqualTo(64L * MIB);
        assertSent(64 * MIB, o);
    }

    @Test // what programs did before there was DisconnectEx
    void nothingToSendIsADisconnect() throws Exception {
        Pair pair = pair(port, KEY);
        Overlapped o = new Overlapped();
        assertPends(transmit(pair.server(), o, Constants.TF_DISCONNECT));
        assertThat(pair.client().getInputStream().read()).isEqualTo(-1);
        assertSent(0, o);
    }

    // ---- a slow disk ----

    private static final int FIRST = 65536;

    /** Exchanges one word on a connection. */
    private void echo(CompletionPort where, Pair pair, long key) throws Exception {
        Io io = new Io(4);
        assertPends(receive(pair.server(), io));
        write(pair.client(), "word");
        Packet packet = next(where);
        assertThat(packet.key()).isEqualTo(key);
        assertThat(packet.bytes()).isEqualTo(4);
    }

    /** A transmission that waits for its disk, with the first stage sent, and another socket. */
    private record Slow(
            CompletionPort where, Pair pair, Pair other, SlowFile file, Overlapped overlapped) {}

    private Slow slow(int concurrency, int stages, Io... behind) throws Exception {
        CompletionPort where = port(concurrency);
        Pair pair = pair(where, 1);
        Pair other = pair(where, 2);
        lead(where);
        SlowFile file = closing(new SlowFile((long) stages * FIRST, FIRST));
        Overlapped overlapped = new Overlapped();
        assertPends(transmit(pair.server(), file, overlapped, 0));
        for (Io each : behind) {
            assertPends(send(pair.server(), each));
        }
        assertThat(pair.client().getInputStream().readNBytes(FIRST)).hasSize(FIRST);
        long end = System.nanoTime() + LIMIT * 1_000_000L;
        while (!file.isAwaited() && System.nanoTime() < end) {
            echo(where, other, 2); // also what makes a leader's rounds
        }
        assertThat(file.isAwaited()).isTrue();
        return new Slow(where, pair, other, file, overlapped);
    }

    @ParameterizedTest // the thread that serves all sockets does not wait for one's file
    @ValueSource(ints = {0, 1})
    void slowFileHoldsUpNobodyElse(int concurrency) throws Exception {
        Slow slow = slow(concurrency, 4);
        for (int i = 0; i < 20; i++) {
            echo(slow.where, slow.other, 2);
        }
        slow.file.answer();
        InputStream in = slow.pair.client().getInputStream();
        Worker<Integer> reader = onThread(() -> in.readNBytes(3 * FIRST).length);
        assertThat(next(slow.where)).isEqualTo(new Packet(true, 0, 4 * FIRST, 1, slow.overlapped));
        assertThat(reader.result()).isEqualTo(3 * FIRST);
        echo(slow.where, slow.pair, 1);
    }

    @ParameterizedTest // it ends as soon as the file lets go
    @ValueSource(ints = {0, 1})
    void transmissionThatWaitsForItsFileCanBeCancelled(int concurrency) throws Exception {
        Io behind = new Io("behind");
        Slow slow = slow(concurrency, 4, behind);
        assertThat(Kernel32.CancelIoEx(slow.pair.server(), slow.overlapped)).isTrue();
        assertThat(Kernel32.CancelIoEx(slow.pair.server(), slow.overlapped)).isFalse();
        slow.file.answer();
        int aborted = WinsockError.ERROR_OPERATION_ABORTED;
        assertThat(next(slow.where))
                .isEqualTo(new Packet(false, aborted, FIRST, 1, slow.overlapped));
        assertThat(next(slow.where)).isEqualTo(new Packet(true, 0, 6, 1, behind));
        assertThat(read(slow.pair.client(), 6)).isEqualTo("behind");
    }

    @ParameterizedTest // its socket ends when the file lets go, not before
    @ValueSource(ints = {0, 1})
    void socketThatWaitsForAFileCanBeClosed(int concurrency) throws Exception {
        Slow slow = slow(concurrency, 2);
        assertSucceeds(Winsock.closesocket(slow.pair.server()));
        echo(slow.where, slow.other, 2);
        slow.file.answer();
        Packet packet = next(slow.where);
        assertThat(packet.overlapped()).isSameAs(slow.overlapped);
        assertThat(packet.bytes()).isEqualTo(2 * FIRST);
        assertThat(drain(slow.pair.client())).isEqualTo(FIRST);
    }

    @ParameterizedTest // small elements share a buffer: more of them are in a stage than blocks
    @ValueSource(ints = {1, 15, 16, 20})
    void fileBehindManySmallElementsHoldsUpNobodyElse(int count) throws Exception {
        CompletionPort side = port(0); // of the same loop
        Pair slow = pair(port, KEY);
        Pair other = pair(side, 2);
        SlowFile file = closing(new SlowFile(100, 0));
        int much = 32 * MIB;
        assertPends(send(slow.server(), new Io(much))); // so that the loop gives it its turn
        MemorySegment one = Arena.ofAuto().allocate(1);
        TransmitPacketsElement[] all = new TransmitPacketsElement[count + 1];
        Arrays.setAll(all, i -> TransmitPacketsElement.memory(one, 1));
        all[count] = TransmitPacketsElement.file(file, 0, 100);
        assertPends(transmit(slow.server(), new Overlapped(), 0, all));
        int whole = much + count + 100;
        InputStream in = slow.client().getInputStream();
        Worker<Integer> reader = onThread(() -> in.readNBytes(whole).length);
        until("the file is asked", file::isAwaited);
        echo(side, other, 2);
        file.answer();
        assertThat(reader.result()).isEqualTo(whole);
    }

    @Test // a slow call holds no monitor that the loop wants
    void fileThatIsSlowAtTheCallHoldsUpNobodyElse() throws Exception {
        CompletionPort side = port(0); // of the same loop
        Pair slow = pair(port, KEY);
        Pair other = pair(side, 2);
        SlowFile file = closing(new SlowFile(100, 0));
        Io io = new Io(4);
        assertPends(receive(slow.server(), io));
        Overlapped o = new Overlapped();
        Worker<Integer> caller = onThread(() -> transmit(slow.server(), file, o, 0));
        until("the file is asked", file::isAwaited);
        write(slow.client(), "word");
        echo(side, other, 2);
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 4, KEY, io));
        file.answer();
        assertThat(caller.result()).isEqualTo(WinsockError.ERROR_IO_PENDING);
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 100, KEY, o));
        assertThat(slow.client().getInputStream().readNBytes(100)).hasSize(100);
    }

    // ---- failing ----

    enum End {
        CANCEL,
        CLOSE
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void endInTheMiddleTakesTheMappingAway(End end) throws Exception {
        Pair pair = pair(port, KEY);
        Path path = file(64 * MIB);
        Overlapped o = new Overlapped();
        stuck(pair, path, o);
        switch (end) {
            case CANCEL -> assertThat(Kernel32.CancelIoEx(pair.server(), o)).isTrue();
            case CLOSE -> assertSucceeds(Winsock.closesocket(pair.server()));
        }
        Packet packet = next(port);
        assertThat(packet.error()).isEqualTo(WinsockError.ERROR_OPERATION_ABORTED);
        assertThat(isMapped(path)).isFalse();
        if (end == End.CANCEL) { // the connection is as good as before
            assertSucceeds(Winsock.shutdown(pair.server(), Constants.SD_SEND));
        }
        long read = MIB + drain(pair.client()); // stuck() has begun
        assertThat(read).as("what has gone").isEqualTo(packet.bytes());
        assertEmpty(port);
    }

    @Test
    void transmissionThatHasGoneIsNoneToCancel() throws Exception {
        TransmitFileBuffers all = new TransmitFileBuffers();
        all.Head = Arena.ofAuto().allocate(100);
        all.HeadLength = 100;
        for (int i = 0; i < 20; i++) {
            Pair pair = pair(port, KEY);
            lead(port);
            Overlapped o = new Overlapped();
            int flags = Constants.TF_DISCONNECT;
            assertThat(TRANSMIT_FILE.call(pair.server(), null, 0, 0, o, all, flags)).isFalse();
            assertSucceeds(Winsock.closesocket(pair.server()));
            Packet packet = next(port);
            assertThat(drain(pair.client())).as(packet::toString).isEqualTo(packet.bytes());
            assertThat(packet.ok()).isEqualTo(packet.bytes() == 100);
        }
    }

    @Test
    void resetInTheMiddleTakesTheMappingAway() throws Exception {
        Pair pair = pair(port, KEY);
        Path path = file(64 * MIB);
        Overlapped o = new Overlapped();
        stuck(pair, path, o);
        reset(pair.client());
        assertFailed(WinsockError.ERROR_NETNAME_DELETED, o);
        assertThat(isMapped(path)).isFalse();
    }

    @Test // uring-facts F15
    void fileTruncatedInTheMiddleEndsTheRequestAndNotTheProgram() throws Exception {
        Pair pair = pair(port, KEY);
        Path path = file(64 * MIB);
        Overlapped o = new Overlapped();
        stuck(pair, path, o);
        open(path, WRITE).truncate(0);
        Worker<Long> reader = onThread(() -> drain(pair.client()));
        assertFailed(WinsockError.ERROR_HANDLE_EOF, o);
        assertThat(isMapped(path)).isFalse();
        assertSucceeds(Winsock.closesocket(pair.server()));
        assertThat(reader.result()).isLessThan(63L * MIB);
        assertThat(Files.size(path)).isZero();
    }

    @Test
    void fileTruncatedWhileItWaitsItsTurnStaysAsItIs() throws Exception {
        Pair pair = pair(port, KEY);
        Path path = file(8 * MIB);
        FileChannel file = open(path, READ, WRITE);
        Io before = new Io(32 * MIB);
        Io behind = new Io("behind");
        Overlapped o = new Overlapped();
        assertPends(send(pair.server(), before));
        assertPends(transmit(pair.server(), file, o, Constants.TF_WRITE_BEHIND));
        assertPends(send(pair.server(), behind));
        file.truncate(100);
        assertThat(pair.client().getInputStream().readNBytes(32 * MIB)).hasSize(32 * MIB);
        assertThat(read(pair.client(), 6)).isEqualTo("behind");
        assertThat(next(port).overlapped()).isSameAs(before);
        Packet failed = next(port);
        assertThat(failed.overlapped()).isSameAs(o);
        assertThat(failed.error()).isEqualTo(WinsockError.ERROR_HANDLE_EOF);
        assertThat(next(port).overlapped()).isSameAs(behind);
        assertThat(Files.size(path)).isEqualTo(100);
    }

    @Test
    void failedTransmissionDoesNotDisconnect() throws Exception {
        Pair pair = pair(port, KEY);
        FileChannel unreadable = open(file(10), WRITE);
        Overlapped o = new Overlapped();
        assertPends(transmit(pair.server(), unreadable, o, Constants.TF_DISCONNECT));
        assertFailed(WinsockError.ERROR_ACCESS_DENIED, o);
        assertStarts(send(pair.server(), new Io("still here")));
        assertThat(read(pair.client(), 10)).isEqualTo("still here");
    }

    @Test
    void badElementsAreRefusedBeforeAnythingIsSent() throws Exception {
        Pair pair = pair(port, KEY);
        FileChannel file = open(file(10), READ);
        TransmitPacketsElement both = TransmitPacketsElement.memory(memory("x"), 1);
        both.dwElFlags = Constants.TP_ELEMENT_MEMORY | Constants.TP_ELEMENT_FILE;
        TransmitPacketsElement good = TransmitPacketsElement.memory(memory("x"), 1);
        TransmitPacketsElement tooLong = TransmitPacketsElement.memory(memory("x"), 2);
        TransmitPacketsElement beyond = TransmitPacketsElement.file(file, 5, 6);
        Overlapped o = new Overlapped();
        SocketHandle s = pair.server();
        assertThat(transmit(s, o, 0, good, both)).isEqualTo(WinsockError.WSAEINVAL);
        assertThat(transmit(s, o, 0, good, beyond)).isEqualTo(WinsockError.WSAEINVAL);
        assertThat(transmit(s, o, 0, good, tooLong)).isEqualTo(WinsockError.WSAEFAULT);
        assertThat(transmit(s, o, Constants.TF_WRITE_BEHIND, good))
                .isEqualTo(WinsockError.WSAEINVAL);
        assertThat(TRANSMIT_PACKETS.call(s, null, 1, 0, o, 0)).isFalse();
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEFAULT);
        assertEmpty(port);
        assertThat(o.internal()).isZero();
    }
}
