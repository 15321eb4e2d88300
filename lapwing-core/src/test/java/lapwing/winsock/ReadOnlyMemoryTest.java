package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory that the program has marked as read-only: sent from, never written to (WSAEFAULT). */
class ReadOnlyMemoryTest extends WinsockContract {
    private static MemorySegment readOnly(boolean heap, int size) {
        MemorySegment memory =
                heap ? MemorySegment.ofArray(new byte[size]) : Arena.ofAuto().allocate(size);
        return memory.asReadOnly();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void receivesRefuseIt(boolean heap) throws Exception {
        CompletionPort port = port(0);
        Pair pair = pair(port, 1);
        write(pair.client(), "word");
        MemorySegment memory = readOnly(heap, 4);
        WsaBuf[] blocks = {new WsaBuf().set(memory, 4)};
        IntRef flags = new IntRef();
        Overlapped overlapped = new Overlapped();
        int result = Winsock.WSARecv(pair.server(), blocks, 1, null, flags, overlapped, null);
        assertThat(result).isEqualTo(-1);
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEFAULT);
        assertThat(Winsock.recv(pair.server(), memory, 4, 0)).isEqualTo(-1);
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEFAULT);
        assertThat(memory.toArray(java.lang.foreign.ValueLayout.JAVA_BYTE)).containsOnly(0);
        Io io = new Io(4);
        assertStarts(receive(pair.server(), io));
        assertThat(next(port).bytes()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void sendsTakeIt(boolean heap) throws Exception {
        CompletionPort port = port(0);
        Pair pair = pair(port, 1);
        assertThat(Winsock.send(pair.server(), readOnly(heap, 4), 4, 0)).isEqualTo(4);
        assertThat(read(pair.client(), 4)).hasSize(4);
    }

    @ParameterizedTest // A49; the addresses are written as well
    @ValueSource(ints = {0, 4})
    void acceptExRefusesItAndOthersAreServed(int length) throws Exception {
        CompletionPort port = port(0);
        SocketHandle listener = listener();
        associate(listener, port, 1);
        SocketHandle socket = socket();
        MemorySegment output = readOnly(false, length + 2 * AREA);
        boolean done =
                ACCEPT_EX.call(
                        listener, socket, output, length, AREA, AREA, null, new Overlapped());
        assertThat(done).isFalse();
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEFAULT);
        Io io = new Io(4 + 2 * AREA);
        assertPends(accept(listener, socket, io));
        write(client(listener), "word");
        assertThat(next(port).overlapped()).isSameAs(io);
    }
}
