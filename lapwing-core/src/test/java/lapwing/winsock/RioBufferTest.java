package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** The registered memory of registered I/O. */
class RioBufferTest extends RioContract {
    @Test
    void buffersAreCheckedWhenTheyAreRegistered() {
        assertThat(RIO.RIORegisterBuffer.call(memory, 0)).isSameAs(Constants.RIO_INVALID_BUFFERID);
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEINVAL);
        assertThat(RIO.RIORegisterBuffer.call(null, 1)).isSameAs(Constants.RIO_INVALID_BUFFERID);
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEFAULT);
        assertThat(RIO.RIORegisterBuffer.call(memory, SIZE + 1))
                .isSameAs(Constants.RIO_INVALID_BUFFERID);
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEFAULT);
        assertThat(RIO.RIORegisterBuffer.call(MemorySegment.ofArray(new byte[8]), 8))
                .isSameAs(Constants.RIO_INVALID_BUFFERID);
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEFAULT);
        try (Arena closable = Arena.ofConfined()) {
            MemorySegment lent = closable.allocate(8);
            assertThatThrownBy(() -> RIO.RIORegisterBuffer.call(lent, 8))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("its arena can be closed");
        }
    }

    @Test
    void partsOutsideTheBufferAreRefused() throws Exception {
        RioCompletionQueue results = results(8);
        RioRequestQueue q = link(results, 4, 0).queue();
        assertThat(send(q, part(SIZE - 1, 2), 0, 1)).isEqualTo(WinsockError.WSAEINVAL);
        assertThat(send(q, part(-1, 1), 0, 1)).isEqualTo(WinsockError.WSAEINVAL);
        assertThat(send(q, part(0, -1), 0, 1)).isEqualTo(WinsockError.WSAEINVAL);
        assertThat(send(q, new RioBuf(), 0, 1)).isEqualTo(WinsockError.WSAEINVAL);
        assertThat(error(RIO.RIOSend.call(q, part(0, 1), 0, 0, 1)))
                .isEqualTo(WinsockError.WSAEINVAL);
        assertThat(error(RIO.RIOSend.call(q, null, 0, 0, 1))).isEqualTo(WinsockError.WSAEINVAL);
        RIO.RIODeregisterBuffer.call(Constants.RIO_INVALID_BUFFERID);
        assertThat(send(q, part(SIZE - 1, 1), 0, 1)).isZero();
    }

    @Test
    void deregisteredBufferIsRefusedAndRequestsUnderWayEndAsUsual() throws Exception {
        RioCompletionQueue results = results(8);
        Link link = link(results, 4, 0);
        assertThat(receive(link.queue(), part(0, 1), 0, 1)).isZero();
        RIO.RIODeregisterBuffer.call(buffer);
        RIO.RIODeregisterBuffer.call(buffer);
        assertThat(receive(link.queue(), part(0, 1), 0, 2)).isEqualTo(WinsockError.WSAEFAULT);
        write(link.client(), "x");
        assertThat(next(results)).isEqualTo(new Result(0, 1, 0, 1));
        assertThat(text(0, 1)).isEqualTo("x");
    }
}
