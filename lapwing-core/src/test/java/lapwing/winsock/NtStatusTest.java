package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** K7: the names of the statuses and their two mappings. */
class NtStatusTest {
    private static final int UNLISTED_FAILURE = 0xC0FFEE00;
    private static final int UNLISTED_SUCCESS = 0x40000000;

    @Test // K7
    void everyConstantHasItsOwnName() throws IllegalAccessException {
        List<Field> constants =
                Arrays.stream(NtStatus.class.getDeclaredFields())
                        .filter(f -> f.getName().startsWith("STATUS_"))
                        .toList();
        assertThat(constants).hasSize(52);
        for (Field constant : constants) {
            assertThat(NtStatus.statusName(constant.getInt(null))).isEqualTo(constant.getName());
        }
    }

    @Test // K7
    void unknownStatusPrintsAsEightLowerCaseDigits() {
        assertThat(NtStatus.statusName(UNLISTED_FAILURE)).isEqualTo("0xc0ffee00");
        assertThat(NtStatus.statusName(1)).isEqualTo("0x00000001");
    }

    @Test // K7
    void successIsNoErrorInBothColumns() {
        assertMapping(NtStatus.STATUS_SUCCESS, 0, 0);
        assertMapping(UNLISTED_SUCCESS, 0, 0);
    }

    @Test // K7
    void pendingIsIncompleteInBothColumns() {
        assertMapping(
                NtStatus.STATUS_PENDING,
                WinsockError.ERROR_IO_INCOMPLETE,
                WinsockError.WSA_IO_INCOMPLETE);
    }

    @Test // K7
    void waitStatusesHaveOnlyTheCodeOfTheWait() {
        assertMapping(NtStatus.STATUS_ABANDONED_WAIT_0, WinsockError.ERROR_ABANDONED_WAIT_0, 0);
        assertMapping(NtStatus.STATUS_USER_APC, WinsockError.WAIT_IO_COMPLETION, 0);
        assertMapping(NtStatus.STATUS_TIMEOUT, WinsockError.WAIT_TIMEOUT, 0);
    }

    @Test // K7
    void cancelledIsOperationAbortedInBothColumns() {
        assertMapping(
                NtStatus.STATUS_CANCELLED,
                WinsockError.ERROR_OPERATION_ABORTED,
                WinsockError.WSA_OPERATION_ABORTED);
    }

    @Test // K7
    void endedConnectionsDifferInWinsockOnly() {
        int deleted = WinsockError.ERROR_NETNAME_DELETED;
        assertMapping(NtStatus.STATUS_LOCAL_DISCONNECT, deleted, WinsockError.WSAECONNABORTED);
        assertMapping(NtStatus.STATUS_REMOTE_DISCONNECT, deleted, WinsockError.WSAECONNRESET);
        assertMapping(NtStatus.STATUS_CONNECTION_RESET, deleted, WinsockError.WSAECONNRESET);
    }

    @Test // K7
    void failedConnectsHaveTheirOwnCodes() {
        assertMapping(NtStatus.STATUS_IO_TIMEOUT, 121, 10060);
        assertMapping(NtStatus.STATUS_CONNECTION_REFUSED, 1225, 10061);
        assertMapping(NtStatus.STATUS_NETWORK_UNREACHABLE, 1231, 10051);
        assertMapping(NtStatus.STATUS_PROTOCOL_NOT_SUPPORTED, 50, 10047);
        assertMapping(NtStatus.STATUS_HOST_UNREACHABLE, 1232, 10065);
    }

    @Test // K7
    void truncatedMessageIsAFailureThoughOnlyAWarning() {
        assertMapping(
                NtStatus.STATUS_BUFFER_OVERFLOW,
                WinsockError.ERROR_MORE_DATA,
                WinsockError.WSAEMSGSIZE);
    }

    @Test // Windows, not in K7
    void tooManyOpenedFilesIsMfile() {
        assertMapping(NtStatus.STATUS_TOO_MANY_OPENED_FILES, 4, WinsockError.WSAEMFILE);
    }

    @Test // K7, and ERROR_MR_MID_NOT_FOUND
    void unlistedFailureIsInvalidInWinsock() {
        assertMapping(UNLISTED_FAILURE, 317, WinsockError.WSAEINVAL);
        assertMapping(-1, 317, WinsockError.WSAEINVAL);
        assertMapping(0x80000001, 317, WinsockError.WSAEINVAL);
    }

    @Test // K7
    void dosErrorIsTheWin32CodeOfAnEnd() {
        int deleted = NtStatus.RtlNtStatusToDosError(NtStatus.STATUS_CONNECTION_RESET);
        assertThat(deleted).isEqualTo(WinsockError.ERROR_NETNAME_DELETED);
        assertThat(NtStatus.RtlNtStatusToDosError(UNLISTED_FAILURE)).isEqualTo(317);
        assertThat(NtStatus.RtlNtStatusToDosError(NtStatus.STATUS_SUCCESS)).isZero();
    }

    @Test // DOC RtlNtStatusToDosError; Windows, not in K7
    void dosErrorOfWhatHasNotEndedHasItsOwnCode() {
        assertThat(NtStatus.RtlNtStatusToDosError(NtStatus.STATUS_PENDING))
                .isEqualTo(WinsockError.ERROR_IO_PENDING);
        assertThat(NtStatus.RtlNtStatusToDosError(NtStatus.STATUS_TIMEOUT))
                .isEqualTo(WinsockError.ERROR_TIMEOUT);
    }

    private static void assertMapping(int status, int win32, int winsock) {
        assertThat(NtStatus.toWin32(status)).as("Win32").isEqualTo(win32);
        assertThat(NtStatus.toWinsock(status)).as("Winsock").isEqualTo(winsock);
    }
}
