package lapwing.drill;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodesTest {
    @ParameterizedTest
    @CsvSource({
        "0, NO_ERROR",
        "6, ERROR_INVALID_HANDLE",
        "87, ERROR_INVALID_PARAMETER",
        "192, WAIT_IO_COMPLETION",
        "258, WAIT_TIMEOUT",
        "995, ERROR_OPERATION_ABORTED",
        "997, ERROR_IO_PENDING",
        "10022, WSAEINVAL",
    })
    void errorOfTwoNamesPrintsTheWin32One(int code, String name) {
        assertThat(Codes.error(code)).isEqualTo(name);
    }

    @Test
    void errorTheLanguageDoesNotNameIsANumber() {
        assertThat(Codes.error(8)).isEqualTo("8");
        assertThat(Codes.error(10091)).isEqualTo("10091");
        assertThat(Codes.error(-1)).isEqualTo("4294967295");
    }

    @Test
    void statusTheLanguageDoesNotNameIsEightDigits() {
        assertThat(Codes.status(0x103)).isEqualTo("STATUS_PENDING");
        assertThat(Codes.status(0xC0000236)).isEqualTo("STATUS_CONNECTION_REFUSED");
        assertThat(Codes.status(0xC0000011)).isEqualTo("0xc0000011");
        assertThat(Codes.status(0xC0000002)).isEqualTo("0xc0000002");
    }
}
