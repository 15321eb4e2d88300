package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Buffers that are longer than a Java array or byte buffer can be; most of it is a file's hole. */
class HugeBufferTest extends WinsockContract {
    @TempDir Path folder;
    private MemorySegment huge;

    @BeforeEach
    void map() throws IOException {
        try (FileChannel file =
                FileChannel.open(
                        folder.resolve("hole"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            huge = file.map(FileChannel.MapMode.READ_WRITE, 0, 1L << 32, Arena.ofAuto());
        }
    }

    private Io io(int length) {
        Io io = new Io(1);
        io.buffers[0].set(huge, length);
        return io;
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                Integer.MAX_VALUE - 9,
                Integer.MAX_VALUE - 8,
                Integer.MAX_VALUE - 7,
                Integer.MAX_VALUE
            })
    void hugeReceiveTakesWhatIsThereAndStopsNobody(int length) throws Exception {
        CompletionPort port = port(0);
        Pair pair = pair(port, 1);
        Pair other = pair(port, 2);
        Io first = new Io(1);
        Io second = io(length); // queued behind another
        Io third = new Io(4);
        assertStarts(receive(pair.server(), first));
        assertStarts(receive(pair.server(), second));
        assertStarts(receive(other.server(), third));
        write(pair.client(), "123");
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 1, 1, first));
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 2, 1, second));
        write(other.client(), "1234");
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 4, 2, third));
        write(pair.client(), "45");
        assertStarts(receive(pair.server(), second)); // not queued
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 2, 1, second));
        assertThat(huge.getAtIndex(java.lang.foreign.ValueLayout.JAVA_BYTE, 1))
                .isEqualTo((byte) '5');
    }

    @ParameterizedTest // the page's limit, 2^31 - 2 for one call
    @ValueSource(ints = {Integer.MAX_VALUE, Integer.MIN_VALUE, -1})
    void hugeTransmissionIsRefused(int length) throws Exception {
        CompletionPort port = port(0);
        Pair pair = pair(port, 1);
        TransmitPackets packets =
                Extension.load(socket(), Constants.WSAID_TRANSMITPACKETS, TransmitPackets.class);
        TransmitPacketsElement[] all = {TransmitPacketsElement.memory(huge, length)};
        assertThat(packets.call(pair.server(), all, 1, 0, new Overlapped(), 0)).isFalse();
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEINVAL);
        TransmitFile transmit =
                Extension.load(socket(), Constants.WSAID_TRANSMITFILE, TransmitFile.class);
        TransmitFileBuffers buffers = new TransmitFileBuffers();
        buffers.Head = huge;
        buffers.HeadLength = length;
        assertThat(transmit.call(pair.server(), null, 0, 0, new Overlapped(), buffers, 0))
                .isFalse();
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEINVAL);
        assertEmpty(port);
    }

    @Test
    void hugeSendGoesOnUntilItIsCancelled() throws Exception {
        CompletionPort port = port(0);
        Pair pair = pair(port, 1);
        Pair other = pair(port, 2);
        Io small = new Io("before");
        Io send = io(Integer.MAX_VALUE);
        assertStarts(send(pair.server(), small));
        assertPends(send(pair.server(), send));
        Io received = new Io(4);
        assertStarts(receive(other.server(), received));
        write(other.client(), "1234");
        assertThat(next(port).overlapped()).isSameAs(small);
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 4, 2, received));
        assertThat(read(pair.client(), 6)).isEqualTo("before");
        assertThat(pair.client().getInputStream().readNBytes(1 << 20)).hasSize(1 << 20);
        assertThat(Kernel32.CancelIoEx(pair.server(), send)).isTrue();
        assertThat(next(port).overlapped()).isSameAs(send);
    }
}
