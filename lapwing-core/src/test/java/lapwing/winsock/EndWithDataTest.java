package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Sends with the end of the connection asked for at once behind them. */
class EndWithDataTest extends WinsockContract {
    private static final long KEY = 3;

    /** Ways to end. */
    enum By {
        CLOSE,
        SHUTDOWN,
        DISCONNECT_EX
    }

    private static final TransmitPackets TRANSMIT =
            Extension.load(
                    Winsock.socket(Constants.AF_INET, Constants.SOCK_STREAM, 0),
                    Constants.WSAID_TRANSMITPACKETS,
                    TransmitPackets.class);

    private static void end(Pair pair, By by, Set<Overlapped> pending) {
        switch (by) {
            case CLOSE -> assertSucceeds(Winsock.closesocket(pair.server()));
            case SHUTDOWN -> assertSucceeds(Winsock.shutdown(pair.server(), Constants.SD_SEND));
            case DISCONNECT_EX -> {
                Overlapped disconnect = new Overlapped();
                assertPends(disconnect(pair.server(), disconnect));
                pending.add(disconnect);
            }
        }
    }

    @ParameterizedTest // O28 P31 DOC closesocket, shutdown: what the system has taken arrives
    @EnumSource
    void replyArrivesWholeWithTheEndBehindIt(By by) throws Exception {
        CompletionPort port = port(1);
        for (int i = 0; i < 50; i++) {
            Pair pair = pair(port, KEY);
            lead(port);
            Io io = new Io("a short reply");
            assertStarts(send(pair.server(), io));
            Set<Overlapped> pending = new HashSet<>(Set.of(io));
            end(pair, by, pending);
            Packet packet = next(port);
            assertThat(packet).isEqualTo(new Packet(true, 0, 13, KEY, io));
            assertThat(read(pair.client(), 14)).isEqualTo("a short reply");
            pair.client().close();
            pending.remove(io);
            for (Overlapped each : pending) {
                assertThat(next(port)).isEqualTo(new Packet(true, 0, 0, KEY, each));
            }
            assertEmpty(port);
            Winsock.closesocket(pair.server());
        }
    }

    @ParameterizedTest // O28 DOC shutdown: behind all that was sent before
    @EnumSource(names = {"SHUTDOWN", "DISCONNECT_EX"})
    void endComesBehindAllSends(By by) throws Exception {
        CompletionPort port = port(1);
        Pair pair = pair(port, KEY);
        lead(port);
        Set<Overlapped> pending = new HashSet<>();
        long sum = 0;
        for (int size : new int[] {100, 8 << 20, 7, 1}) {
            Io io = new Io(size);
            assertStarts(send(pair.server(), io));
            pending.add(io);
            sum += size;
        }
        end(pair, by, pending);
        Worker<Long> peer = onThread(() -> drain(pair.client()));
        while (!pending.isEmpty()) {
            Packet packet = next(port);
            assertThat(packet.ok()).as(packet::toString).isTrue();
            assertThat(pending.remove(packet.overlapped())).as(packet::toString).isTrue();
        }
        assertThat(peer.result()).isEqualTo(sum);
    }

    @ParameterizedTest // P31: every operation ends once, also if the peer takes nothing
    @CsvSource({"67108864,false", "67108864,true", "10,true"})
    void closeEndsASendThatHasToWait(int bytes, boolean receives) throws Exception {
        CompletionPort port = port(1);
        Pair warm = pair(port, KEY);
        warm.client().close();
        Winsock.closesocket(warm.server());
        lead(port);
        int files = openFiles();
        for (int i = 0; i < 5; i++) {
            Pair pair = pair(port, KEY);
            lead(port);
            Set<Overlapped> pending = new HashSet<>();
            if (receives) {
                Io io = new Io(4);
                assertPends(receive(pair.server(), io));
                pending.add(io);
            }
            Io io = new Io(bytes);
            assertStarts(send(pair.server(), io));
            pending.add(io);
            assertSucceeds(Winsock.closesocket(pair.server()));
            while (!pending.isEmpty()) {
                Packet packet = next(port);
                assertThat(pending.remove(packet.overlapped())).as(packet::toString).isTrue();
            }
            assertThat(drain(pair.client())).isLessThan(67108864);
            assertEmpty(port);
        }
        until("descriptors closed", () -> openFiles() <= files);
    }

    @Test // T22 DOC TransmitPackets: TF_DISCONNECT ends the connection behind the data
    void transmissionEndsTheConnection() throws Exception {
        CompletionPort port = port(1);
        Pair pair = pair(port, KEY);
        lead(port);
        TransmitPacketsElement element = new TransmitPacketsElement();
        Io io = new Io("with the end behind it");
        element.dwElFlags = Constants.TP_ELEMENT_MEMORY;
        element.pBuffer = io.memory;
        element.cLength = 22;
        boolean done =
                TRANSMIT.call(
                        pair.server(),
                        new TransmitPacketsElement[] {element},
                        1,
                        0,
                        io,
                        Constants.TF_DISCONNECT);
        assertThat(done).isFalse();
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSA_IO_PENDING);
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 22, KEY, io));
        assertThat(read(pair.client(), 23)).isEqualTo("with the end behind it");
    }
}
