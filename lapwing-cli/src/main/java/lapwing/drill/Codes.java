package lapwing.drill;

import java.util.Set;
import lapwing.winsock.NtStatus;
import lapwing.winsock.WinsockError;

/**
 * How numbers of errors and statuses are printed. The language names fewer of them than the library
 * knows, and every interpreter must print the same.
 */
final class Codes {
    private static final Set<Integer> NAMELESS_ERRORS =
            Set.of(
                    WinsockError.ERROR_NOT_ENOUGH_MEMORY,
                    WinsockError.WSASYSNOTREADY,
                    WinsockError.WSAVERNOTSUPPORTED);

    private static final Set<Integer> NAMED_STATUSES =
            Set.of(
                    NtStatus.STATUS_SUCCESS,
                    NtStatus.STATUS_PENDING,
                    NtStatus.STATUS_BUFFER_OVERFLOW,
                    NtStatus.STATUS_ACCESS_VIOLATION,
                    NtStatus.STATUS_INVALID_HANDLE,
                    NtStatus.STATUS_INVALID_PARAMETER,
                    NtStatus.STATUS_ACCESS_DENIED,
                    NtStatus.STATUS_BUFFER_TOO_SMALL,
                    NtStatus.STATUS_IO_TIMEOUT,
                    NtStatus.STATUS_NOT_SUPPORTED,
                    NtStatus.STATUS_CANCELLED,
                    NtStatus.STATUS_LOCAL_DISCONNECT,
                    NtStatus.STATUS_REMOTE_DISCONNECT,
                    NtStatus.STATUS_CONNECTION_DISCONNECTED,
                    NtStatus.STATUS_CONNECTION_RESET,
                    NtStatus.STATUS_CONNECTION_REFUSED,
                    NtStatus.STATUS_NETWORK_UNREACHABLE,
                    NtStatus.STATUS_HOST_UNREACHABLE,
                    NtStatus.STATUS_PORT_UNREACHABLE,
                    NtStatus.STATUS_REQUEST_ABORTED,
                    NtStatus.STATUS_CONNECTION_ABORTED);

    private Codes() {}

    static String error(int code) {
        return NAMELESS_ERRORS.contains(code)
                ? Integer.toUnsignedString(code)
                : WinsockError.nameOf(code);
    }

    static String status(int status) {
        return NAMED_STATUSES.contains(status)
                ? NtStatus.statusName(status)
                : "0x%08x".formatted(status);
    }
}
