package lapwing.winsock;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The table of the functions of registered I/O, as WSAIoctl gives it. */
class RioTableTest extends RioContract {
    @Test // R1, I48
    void tableIsTheStructureOfTheHeader() {
        MemorySegment in = Arena.ofAuto().allocate(Guid.SIZE);
        MemorySegment out = Arena.ofAuto().allocate(200, 8).fill((byte) 0x5A);
        IntRef bytes = new IntRef();
        int code = Constants.SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER;
        Constants.WSAID_MULTIPLE_RIO.write(in);
        SocketHandle s = socket();
        assertSucceeds(Winsock.WSAIoctl(s, code, in, 16, out, 112, bytes, null, null));
        assertThat(bytes.value).isEqualTo(112).isEqualTo(RioExtensionFunctionTable.SIZE);
        assertThat(out.get(JAVA_INT_UNALIGNED, 0)).isEqualTo(112);
        assertThat(out.get(JAVA_BYTE, 112)).isEqualTo((byte) 0x5A);
        Set<Long> pointers = new LinkedHashSet<>();
        for (int i = 0; i < 13; i++) {
            pointers.add(out.get(JAVA_LONG_UNALIGNED, 8 + 8L * i));
        }
        assertThat(pointers).hasSize(13).doesNotContain(0L);
        long ninth = out.get(JAVA_LONG_UNALIGNED, 8 + 8 * 9);
        RioExtensionFunctionTable table = RioExtensionFunctionTable.read(out);
        assertThat(table.cbSize).isEqualTo(112);
        assertThat(table.RIONotify).isSameAs(Extension.at(ninth, RIONotify.class));
        assertThat(table.RIONotify).isSameAs(RIO.RIONotify);
    }

    @Test // R1, I48
    void tableThatDoesNotFitAndOtherTablesAreRefused() {
        MemorySegment in = Arena.ofAuto().allocate(Guid.SIZE);
        MemorySegment out = Arena.ofAuto().allocate(200, 8);
        IntRef bytes = new IntRef(7);
        int code = Constants.SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER;
        SocketHandle s = socket();
        Constants.WSAID_MULTIPLE_RIO.write(in);
        assertThat(Winsock.WSAIoctl(s, code, in, 16, out, 111, bytes, null, null)).isEqualTo(-1);
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEFAULT);
        assertThat(bytes.value).isZero();
        Constants.WSAID_ACCEPTEX.write(in);
        assertThat(Winsock.WSAIoctl(s, code, in, 16, out, 112, bytes, null, null)).isEqualTo(-1);
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEINVAL);
        assertThatThrownBy(() -> RioExtensionFunctionTable.read(out))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("need 112");
    }
}
