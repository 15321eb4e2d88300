package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** K5 and K6: the error codes and the names they print as. */
class WinsockErrorTest {
    private static final Set<String> SECOND_NAMES =
            Set.of(
                    "ERROR_SUCCESS",
                    "WSA_INVALID_HANDLE",
                    "WSA_NOT_ENOUGH_MEMORY",
                    "WSA_INVALID_PARAMETER",
                    "WSA_OPERATION_ABORTED",
                    "WSA_IO_INCOMPLETE",
                    "WSA_IO_PENDING");

    @Test // K5 K6
    void everyConstantButTheSecondNamesPrintsAsItself() throws IllegalAccessException {
        for (Field constant : WinsockError.class.getDeclaredFields()) {
            if (Modifier.isPublic(constant.getModifiers())) {
                String printed = WinsockError.nameOf(constant.getInt(null));
                assertThat(printed.equals(constant.getName()))
                        .as(constant.getName())
                        .isEqualTo(!SECOND_NAMES.contains(constant.getName()));
            }
        }
    }

    @Test // K5
    void codeWithTwoNamesPrintsAsTheWin32One() {
        assertThat(WinsockError.nameOf(6)).isEqualTo("ERROR_INVALID_HANDLE");
        assertThat(WinsockError.nameOf(87)).isEqualTo("ERROR_INVALID_PARAMETER");
        assertThat(WinsockError.nameOf(192)).isEqualTo("WAIT_IO_COMPLETION");
        assertThat(WinsockError.nameOf(258)).isEqualTo("WAIT_TIMEOUT");
        assertThat(WinsockError.nameOf(995)).isEqualTo("ERROR_OPERATION_ABORTED");
        assertThat(WinsockError.nameOf(996)).isEqualTo("ERROR_IO_INCOMPLETE");
        assertThat(WinsockError.nameOf(997)).isEqualTo("ERROR_IO_PENDING");
    }

    @Test // K5
    void zeroPrintsAsNoError() {
        assertThat(WinsockError.nameOf(0)).isEqualTo("NO_ERROR");
    }

    @Test // K6
    void winsockCodesPrintByName() {
        assertThat(WinsockError.nameOf(10004)).isEqualTo("WSAEINTR");
        assertThat(WinsockError.nameOf(10022)).isEqualTo("WSAEINVAL");
        assertThat(WinsockError.nameOf(10054)).isEqualTo("WSAECONNRESET");
        assertThat(WinsockError.nameOf(11002)).isEqualTo("WSATRY_AGAIN");
    }

    @Test // K5 K6
    void unknownCodePrintsAsItsUnsignedNumber() {
        assertThat(WinsockError.nameOf(12345)).isEqualTo("12345");
        assertThat(WinsockError.nameOf(-1)).isEqualTo("4294967295");
    }
}
