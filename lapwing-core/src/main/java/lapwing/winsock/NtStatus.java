package lapwing.winsock;

import org.jspecify.annotations.Nullable;

/**
 * The status codes that an operation leaves in {@link Overlapped#internal}, and the error codes
 * they become (K7).
 *
 * <p>One status has two codes: GetQueuedCompletionStatus and GetOverlappedResult report its Win32
 * one, WSAGetOverlappedResult and completion routines its Winsock one. An NTSTATUS is a signed
 * number of 32 bits, here as there: failures are negative, and the constants, {@link
 * Overlapped#internal} and {@link OverlappedEntry#Internal} compare as they stand.
 */
public final class NtStatus {
    /** The operation succeeded. */
    public static final int STATUS_SUCCESS = 0;

    /** The completion port was closed during the wait. */
    public static final int STATUS_ABANDONED_WAIT_0 = 0x80;

    /** The wait ended because a completion routine ran. */
    public static final int STATUS_USER_APC = 0xC0;

    /** The wait ended without an event. */
    public static final int STATUS_TIMEOUT = 0x102;

    /** The operation has not completed yet. */
    public static final int STATUS_PENDING = 0x103;

    /** The message was longer than the buffer; its beginning was stored. */
    public static final int STATUS_BUFFER_OVERFLOW = 0x80000005;

    /** The request is not implemented. */
    public static final int STATUS_NOT_IMPLEMENTED = 0xC0000002;

    /** An address does not lie in usable memory. */
    public static final int STATUS_ACCESS_VIOLATION = 0xC0000005;

    /** The handle is not open. */
    public static final int STATUS_INVALID_HANDLE = 0xC0000008;

    /** An argument is wrong. */
    public static final int STATUS_INVALID_PARAMETER = 0xC000000D;

    /** The end of the file was reached. */
    public static final int STATUS_END_OF_FILE = 0xC0000011;

    /** There is no memory left. */
    public static final int STATUS_NO_MEMORY = 0xC0000017;

    /** The caller may not do this. */
    public static final int STATUS_ACCESS_DENIED = 0xC0000022;

    /** The buffer is too small; nothing was stored. */
    public static final int STATUS_BUFFER_TOO_SMALL = 0xC0000023;

    /** The handle is of the wrong kind. */
    public static final int STATUS_OBJECT_TYPE_MISMATCH = 0xC0000024;

    /** The address is in use by a socket that does not share it. */
    public static final int STATUS_SHARING_VIOLATION = 0xC0000043;

    /** The process has used up its quota. */
    public static final int STATUS_QUOTA_EXCEEDED = 0xC0000044;

    /** The system has no resources left for the operation. */
    public static final int STATUS_INSUFFICIENT_RESOURCES = 0xC000009A;

    /** The call would have to wait. */
    public static final int STATUS_DEVICE_NOT_READY = 0xC00000A3;

    /** This direction of the socket has been shut down. */
    public static final int STATUS_PIPE_DISCONNECTED = 0xC00000B0;

    /** The peer did not answer in time. */
    public static final int STATUS_IO_TIMEOUT = 0xC00000B5;

    /** The request is not supported. */
    public static final int STATUS_NOT_SUPPORTED = 0xC00000BB;

    /** Nobody listens at the address. */
    public static final int STATUS_REMOTE_NOT_LISTENING = 0xC00000BC;

    /** The peer takes no more requests now. */
    public static final int STATUS_REQUEST_NOT_ACCEPTED = 0xC00000D0;

    /** The process has too many open handles. */
    public static final int STATUS_TOO_MANY_OPENED_FILES = 0xC000011F;

    /** The operation was cancelled. */
    public static final int STATUS_CANCELLED = 0xC0000120;

    /** The local side ended the connection; its socket was closed. */
    public static final int STATUS_LOCAL_DISCONNECT = 0xC000013B;

    /** The peer ended the connection. */
    public static final int STATUS_REMOTE_DISCONNECT = 0xC000013C;

    /** The peer has no resources left. */
    public static final int STATUS_REMOTE_RESOURCES = 0xC000013D;

    /** The link to the peer failed. */
    public static final int STATUS_LINK_FAILED = 0xC000013E;

    /** The link to the peer timed out. */
    public static final int STATUS_LINK_TIMEOUT = 0xC000013F;

    /** There is no such connection. */
    public static final int STATUS_INVALID_CONNECTION = 0xC0000140;

    /** The address cannot be used. */
    public static final int STATUS_INVALID_ADDRESS = 0xC0000141;

    /** The message is longer than the network allows. */
    public static final int STATUS_INVALID_BUFFER_SIZE = 0xC0000206;

    /** Part of the address cannot be used. */
    public static final int STATUS_INVALID_ADDRESS_COMPONENT = 0xC0000207;

    /** There are too many addresses in use. */
    public static final int STATUS_TOO_MANY_ADDRESSES = 0xC0000209;

    /** The local address is in use. */
    public static final int STATUS_ADDRESS_ALREADY_EXISTS = 0xC000020A;

    /** The connection has been ended. */
    public static final int STATUS_CONNECTION_DISCONNECTED = 0xC000020C;

    /** The peer reset the connection. */
    public static final int STATUS_CONNECTION_RESET = 0xC000020D;

    /** The transport aborted the request. */
    public static final int STATUS_TRANSACTION_ABORTED = 0xC000020F;

    /** There is nothing to cancel. */
    public static final int STATUS_NOT_FOUND = 0xC0000225;

    /** The peer refused the connection. */
    public static final int STATUS_CONNECTION_REFUSED = 0xC0000236;

    /** The peer closed the connection in order. */
    public static final int STATUS_GRACEFUL_DISCONNECT = 0xC0000237;

    /** The connection exists already. */
    public static final int STATUS_CONNECTION_ACTIVE = 0xC000023B;

    /** No route leads to the network. */
    public static final int STATUS_NETWORK_UNREACHABLE = 0xC000023C;

    /** No route leads to the host. */
    public static final int STATUS_HOST_UNREACHABLE = 0xC000023D;

    /** The host does not know the protocol. */
    public static final int STATUS_PROTOCOL_UNREACHABLE = 0xC000023E;

    /** Nobody listens on the datagram's port. */
    public static final int STATUS_PORT_UNREACHABLE = 0xC000023F;

    /** The request was aborted. */
    public static final int STATUS_REQUEST_ABORTED = 0xC0000240;

    /** The local system aborted the connection. */
    public static final int STATUS_CONNECTION_ABORTED = 0xC0000241;

    /** The host is down. */
    public static final int STATUS_HOST_DOWN = 0xC0000350;

    /** No such address family: {@code WSAEAFNOSUPPORT}. */
    public static final int STATUS_PROTOCOL_NOT_SUPPORTED = 0xC000A013;

    /** The Win32 code of a failure that has none of its own. */
    private static final int ERROR_MR_MID_NOT_FOUND = 317;

    private NtStatus() {}

    /**
     * Names a status.
     *
     * @param status such as {@link Overlapped#internal}
     * @return its name; an unknown one as {@code 0x} and eight lower-case digits
     */
    public static String statusName(int status) {
        Row row = Table.find(status);
        return row != null ? row.name : String.format("0x%08x", status);
    }

    /**
     * What GetQueuedCompletionStatus and GetOverlappedResult report for a status.
     *
     * @param status such as {@link Overlapped#internal}
     * @return the Win32 code; for a status not in K7, 0 if it is a success, else 317
     *     (ERROR_MR_MID_NOT_FOUND)
     */
    public static int toWin32(int status) {
        if (status == STATUS_SUCCESS) { // the usual case needs no table
            return WinsockError.NO_ERROR;
        }
        Row row = Table.find(status);
        if (row != null) {
            return row.win32;
        }
        return status < 0 ? ERROR_MR_MID_NOT_FOUND : WinsockError.NO_ERROR;
    }

    /**
     * What WSAGetOverlappedResult and completion routines report for a status.
     *
     * @param status such as {@link Overlapped#internal}
     * @return the Winsock code; for a status not in K7, 0 if it is a success, else WSAEINVAL
     */
    public static int toWinsock(int status) {
        if (status == STATUS_SUCCESS) { // the usual case needs no table
            return WinsockError.NO_ERROR;
        }
        Row row = Table.find(status);
        if (row != null) {
            return row.winsock;
        }
        return status < 0 ? WinsockError.WSAEINVAL : WinsockError.NO_ERROR;
    }

    /**
     * {@code ntdll}'s way from a status to a Win32 code: as {@link #toWin32}, but that a status
     * which tells of no end has a code of its own (DOC RtlNtStatusToDosError).
     *
     * @param Status such as {@link OverlappedEntry#Internal}
     * @return the code, such as {@code ERROR_NETNAME_DELETED}
     */
    public static int RtlNtStatusToDosError(int Status) {
        return switch (Status) {
            case STATUS_PENDING -> WinsockError.ERROR_IO_PENDING;
            case STATUS_TIMEOUT -> WinsockError.ERROR_TIMEOUT;
            default -> toWin32(Status);
        };
    }

    /** One line of K7. */
    private record Row(int status, String name, int win32, int winsock) {}

    /**
     * K7 itself, built at the first failure, not before. By no static initializer: one that finds
     * no memory would make the class useless for good.
     */
    private static final class Table {
        private static volatile Row @Nullable [] rows;

        private static Row[] rows() {
            Row[] built = rows;
            if (built == null) {
                built = build();
                rows = built;
            }
            return built;
        }

        /** In ascending order of the status as an unsigned number. */
        private static Row[] build() {
            return new Row[] {
                // Status, name, Win32 code, Winsock code (0 for those that only waits return).
                new Row(STATUS_SUCCESS, "STATUS_SUCCESS", 0, 0),
                new Row(STATUS_ABANDONED_WAIT_0, "STATUS_ABANDONED_WAIT_0", 735, 0),
                new Row(STATUS_USER_APC, "STATUS_USER_APC", 192, 0),
                new Row(STATUS_TIMEOUT, "STATUS_TIMEOUT", 258, 0),
                new Row(STATUS_PENDING, "STATUS_PENDING", 996, 996),
                new Row(STATUS_BUFFER_OVERFLOW, "STATUS_BUFFER_OVERFLOW", 234, 10040),
                new Row(STATUS_NOT_IMPLEMENTED, "STATUS_NOT_IMPLEMENTED", 1, 10045),
                new Row(STATUS_ACCESS_VIOLATION, "STATUS_ACCESS_VIOLATION", 998, 10014),
                new Row(STATUS_INVALID_HANDLE, "STATUS_INVALID_HANDLE", 6, 10038),
                new Row(STATUS_INVALID_PARAMETER, "STATUS_INVALID_PARAMETER", 87, 10022),
                new Row(STATUS_END_OF_FILE, "STATUS_END_OF_FILE", 38, 10022),
                new Row(STATUS_NO_MEMORY, "STATUS_NO_MEMORY", 8, 10055),
                new Row(STATUS_ACCESS_DENIED, "STATUS_ACCESS_DENIED", 5, 10013),
                new Row(STATUS_BUFFER_TOO_SMALL, "STATUS_BUFFER_TOO_SMALL", 122, 10014),
                new Row(STATUS_OBJECT_TYPE_MISMATCH, "STATUS_OBJECT_TYPE_MISMATCH", 6, 10038),
                new Row(STATUS_SHARING_VIOLATION, "STATUS_SHARING_VIOLATION", 32, 10048),
                new Row(STATUS_QUOTA_EXCEEDED, "STATUS_QUOTA_EXCEEDED", 1816, 10055),
                new Row(
                        STATUS_INSUFFICIENT_RESOURCES,
                        "STATUS_INSUFFICIENT_RESOURCES",
                        1450,
                        10055),
                new Row(STATUS_DEVICE_NOT_READY, "STATUS_DEVICE_NOT_READY", 21, 10035),
                new Row(STATUS_PIPE_DISCONNECTED, "STATUS_PIPE_DISCONNECTED", 233, 10058),
                new Row(STATUS_IO_TIMEOUT, "STATUS_IO_TIMEOUT", 121, 10060),
                new Row(STATUS_NOT_SUPPORTED, "STATUS_NOT_SUPPORTED", 50, 10045),
                new Row(STATUS_REMOTE_NOT_LISTENING, "STATUS_REMOTE_NOT_LISTENING", 51, 10061),
                new Row(STATUS_REQUEST_NOT_ACCEPTED, "STATUS_REQUEST_NOT_ACCEPTED", 71, 10035),
                new Row(STATUS_TOO_MANY_OPENED_FILES, "STATUS_TOO_MANY_OPENED_FILES", 4, 10024),
                new Row(STATUS_CANCELLED, "STATUS_CANCELLED", 995, 995),
                new Row(STATUS_LOCAL_DISCONNECT, "STATUS_LOCAL_DISCONNECT", 64, 10053),
                new Row(STATUS_REMOTE_DISCONNECT, "STATUS_REMOTE_DISCONNECT", 64, 10054),
                new Row(STATUS_REMOTE_RESOURCES, "STATUS_REMOTE_RESOURCES", 51, 10055),
                new Row(STATUS_LINK_FAILED, "STATUS_LINK_FAILED", 59, 10054),
                new Row(STATUS_LINK_TIMEOUT, "STATUS_LINK_TIMEOUT", 59, 10060),
                new Row(STATUS_INVALID_CONNECTION, "STATUS_INVALID_CONNECTION", 59, 10057),
                new Row(STATUS_INVALID_ADDRESS, "STATUS_INVALID_ADDRESS", 59, 10049),
                new Row(STATUS_INVALID_BUFFER_SIZE, "STATUS_INVALID_BUFFER_SIZE", 1784, 10040),
                new Row(
                        STATUS_INVALID_ADDRESS_COMPONENT,
                        "STATUS_INVALID_ADDRESS_COMPONENT",
                        1214,
                        10049),
                new Row(STATUS_TOO_MANY_ADDRESSES, "STATUS_TOO_MANY_ADDRESSES", 68, 10055),
                new Row(STATUS_ADDRESS_ALREADY_EXISTS, "STATUS_ADDRESS_ALREADY_EXISTS", 52, 10048),
                new Row(
                        STATUS_CONNECTION_DISCONNECTED,
                        "STATUS_CONNECTION_DISCONNECTED",
                        64,
                        10054),
                new Row(STATUS_CONNECTION_RESET, "STATUS_CONNECTION_RESET", 64, 10054),
                new Row(STATUS_TRANSACTION_ABORTED, "STATUS_TRANSACTION_ABORTED", 59, 10053),
                new Row(STATUS_NOT_FOUND, "STATUS_NOT_FOUND", 1168, 10022),
                new Row(STATUS_CONNECTION_REFUSED, "STATUS_CONNECTION_REFUSED", 1225, 10061),
                new Row(STATUS_GRACEFUL_DISCONNECT, "STATUS_GRACEFUL_DISCONNECT", 1226, 10101),
                new Row(STATUS_CONNECTION_ACTIVE, "STATUS_CONNECTION_ACTIVE", 1230, 10056),
                new Row(STATUS_NETWORK_UNREACHABLE, "STATUS_NETWORK_UNREACHABLE", 1231, 10051),
                new Row(STATUS_HOST_UNREACHABLE, "STATUS_HOST_UNREACHABLE", 1232, 10065),
                new Row(STATUS_PROTOCOL_UNREACHABLE, "STATUS_PROTOCOL_UNREACHABLE", 1233, 10051),
                new Row(STATUS_PORT_UNREACHABLE, "STATUS_PORT_UNREACHABLE", 1234, 10054),
                new Row(STATUS_REQUEST_ABORTED, "STATUS_REQUEST_ABORTED", 1235, 10004),
                new Row(STATUS_CONNECTION_ABORTED, "STATUS_CONNECTION_ABORTED", 1236, 10053),
                new Row(STATUS_HOST_DOWN, "STATUS_HOST_DOWN", 1256, 10064),
                new Row(STATUS_PROTOCOL_NOT_SUPPORTED, "STATUS_PROTOCOL_NOT_SUPPORTED", 50, 10047)
            };
        }

        static @Nullable Row find(int status) {
            Row[] all = rows();
            int low = 0;
            int high = all.length - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                int order = Integer.compareUnsigned(all[middle].status, status);
                if (order == 0) {
                    return all[middle];
                }
                if (order < 0) {
                    low = middle + 1;
                } else {
                    high = middle - 1;
                }
            }
            return null;
        }
    }
}
