package lapwing.winsock;

/**
 * The error codes that WSAGetLastError and GetLastError report, with the numbers of Windows (K5,
 * K6).
 *
 * <p>Both functions read one number per thread, so both families of names stand here. What an
 * operation leaves in its structure is an {@link NtStatus}, which has a code in each family.
 */
public final class WinsockError {
    /** Success. */
    public static final int NO_ERROR = 0;

    /** Success, by its other name. */
    public static final int ERROR_SUCCESS = NO_ERROR;

    /** The caller may not do this. */
    public static final int ERROR_ACCESS_DENIED = 5;

    /** The handle is not open, or of the wrong kind. */
    public static final int ERROR_INVALID_HANDLE = 6;

    /** There is no memory left for the operation. */
    public static final int ERROR_NOT_ENOUGH_MEMORY = 8;

    /** The end of the file was reached. */
    public static final int ERROR_HANDLE_EOF = 38;

    /** The request is not supported. */
    public static final int ERROR_NOT_SUPPORTED = 50;

    /** The network failed in an unexpected way. */
    public static final int ERROR_UNEXP_NET_ERR = 59;

    /** The connection is gone: reset by either side, or its socket was closed. */
    public static final int ERROR_NETNAME_DELETED = 64;

    /** An argument is wrong. */
    public static final int ERROR_INVALID_PARAMETER = 87;

    /** The peer did not answer in time; how a late ConnectEx ends. */
    public static final int ERROR_SEM_TIMEOUT = 121;

    /** The buffer is too small for the answer. */
    public static final int ERROR_INSUFFICIENT_BUFFER = 122;

    /** An alertable wait ended because a completion routine ran. */
    public static final int WAIT_IO_COMPLETION = 192;

    /** The message was longer than the buffer; its beginning was stored. */
    public static final int ERROR_MORE_DATA = 234;

    /** The wait ended without an event. */
    public static final int WAIT_TIMEOUT = 258;

    /** The completion port was closed during the wait. */
    public static final int ERROR_ABANDONED_WAIT_0 = 735;

    /** The operation was cancelled. */
    public static final int ERROR_OPERATION_ABORTED = 995;

    /** The operation has not completed yet. */
    public static final int ERROR_IO_INCOMPLETE = 996;

    /** The operation has started and will complete later; not a failure. */
    public static final int ERROR_IO_PENDING = 997;

    /** An address does not lie in usable memory. */
    public static final int ERROR_NOACCESS = 998;

    /** There is nothing to cancel. */
    public static final int ERROR_NOT_FOUND = 1168;

    /** The address has a form the network does not know. */
    public static final int ERROR_INVALID_NETNAME = 1214;

    /** The peer refused the connection. */
    public static final int ERROR_CONNECTION_REFUSED = 1225;

    /** The peer closed the connection in order. */
    public static final int ERROR_GRACEFUL_DISCONNECT = 1226;

    /** The endpoint has an address already. */
    public static final int ERROR_ADDRESS_ALREADY_ASSOCIATED = 1227;

    /** There is no such connection. */
    public static final int ERROR_CONNECTION_INVALID = 1229;

    /** The connection exists already. */
    public static final int ERROR_CONNECTION_ACTIVE = 1230;

    /** No route leads to the network. */
    public static final int ERROR_NETWORK_UNREACHABLE = 1231;

    /** No route leads to the host. */
    public static final int ERROR_HOST_UNREACHABLE = 1232;

    /** The host does not know the protocol. */
    public static final int ERROR_PROTOCOL_UNREACHABLE = 1233;

    /** Nobody listens on the datagram's port. */
    public static final int ERROR_PORT_UNREACHABLE = 1234;

    /** The request was aborted. */
    public static final int ERROR_REQUEST_ABORTED = 1235;

    /** The local system aborted the connection. */
    public static final int ERROR_CONNECTION_ABORTED = 1236;

    /** The system has no resources left for the operation. */
    public static final int ERROR_NO_SYSTEM_RESOURCES = 1450;

    /** The time for the operation ran out. */
    public static final int ERROR_TIMEOUT = 1460;

    /** A blocking call was interrupted. */
    public static final int WSAEINTR = 10004;

    /** The file handle is not valid. */
    public static final int WSAEBADF = 10009;

    /** The socket may not do this, such as sending to a broadcast address. */
    public static final int WSAEACCES = 10013;

    /** A pointer is null or a length too small. */
    public static final int WSAEFAULT = 10014;

    /** An argument is wrong, or the socket is in the wrong state for the call. */
    public static final int WSAEINVAL = 10022;

    /** There are too many open sockets. */
    public static final int WSAEMFILE = 10024;

    /** The call would have to wait, and the socket is non-blocking. */
    public static final int WSAEWOULDBLOCK = 10035;

    /** A blocking call is in progress. */
    public static final int WSAEINPROGRESS = 10036;

    /** The same operation is in progress already. */
    public static final int WSAEALREADY = 10037;

    /** The handle is not a socket, or is closed. */
    public static final int WSAENOTSOCK = 10038;

    /** The destination address is missing. */
    public static final int WSAEDESTADDRREQ = 10039;

    /** The message is longer than the buffer or than the network allows. */
    public static final int WSAEMSGSIZE = 10040;

    /** The protocol does not fit the socket type. */
    public static final int WSAEPROTOTYPE = 10041;

    /** The option is unknown at this level. */
    public static final int WSAENOPROTOOPT = 10042;

    /** The protocol is not supported. */
    public static final int WSAEPROTONOSUPPORT = 10043;

    /** The socket type is not supported. */
    public static final int WSAESOCKTNOSUPPORT = 10044;

    /** The socket does not support the operation. */
    public static final int WSAEOPNOTSUPP = 10045;

    /** The protocol family is not supported. */
    public static final int WSAEPFNOSUPPORT = 10046;

    /** The address family is not supported or does not fit the socket. */
    public static final int WSAEAFNOSUPPORT = 10047;

    /** The local address is in use. */
    public static final int WSAEADDRINUSE = 10048;

    /** The address cannot be used on this machine, or as a destination. */
    public static final int WSAEADDRNOTAVAIL = 10049;

    /** The network is down. */
    public static final int WSAENETDOWN = 10050;

    /** No route leads to the network. */
    public static final int WSAENETUNREACH = 10051;

    /** The connection was dropped, by keep-alive for instance. */
    public static final int WSAENETRESET = 10052;

    /** The local system aborted the connection. */
    public static final int WSAECONNABORTED = 10053;

    /** The peer reset the connection. */
    public static final int WSAECONNRESET = 10054;

    /** There is no buffer space left. */
    public static final int WSAENOBUFS = 10055;

    /** The socket is connected already. */
    public static final int WSAEISCONN = 10056;

    /** The socket is not connected. */
    public static final int WSAENOTCONN = 10057;

    /** This direction of the socket has been shut down. */
    public static final int WSAESHUTDOWN = 10058;

    /** Too many operations still refer to a queue for it to become that small. */
    public static final int WSAETOOMANYREFS = 10059;

    /** The peer did not answer in time. */
    public static final int WSAETIMEDOUT = 10060;

    /** The peer refused the connection. */
    public static final int WSAECONNREFUSED = 10061;

    /** The host is down. */
    public static final int WSAEHOSTDOWN = 10064;

    /** No route leads to the host. */
    public static final int WSAEHOSTUNREACH = 10065;

    /** Too many processes use Winsock. */
    public static final int WSAEPROCLIM = 10067;

    /** The network system is not ready. */
    public static final int WSASYSNOTREADY = 10091;

    /** The requested Winsock version is not supported. */
    public static final int WSAVERNOTSUPPORTED = 10092;

    /** WSAStartup has not been called. */
    public static final int WSANOTINITIALISED = 10093;

    /** The peer closed the connection in order. */
    public static final int WSAEDISCON = 10101;

    /** The call was cancelled. */
    public static final int WSAECANCELLED = 10103;

    /** A condition function deferred the connection, or a name server gave no answer. */
    public static final int WSATRY_AGAIN = 11002;

    /** Winsock's name for {@link #ERROR_INVALID_HANDLE}. */
    public static final int WSA_INVALID_HANDLE = ERROR_INVALID_HANDLE;

    /** Winsock's name for {@link #ERROR_NOT_ENOUGH_MEMORY}. */
    public static final int WSA_NOT_ENOUGH_MEMORY = ERROR_NOT_ENOUGH_MEMORY;

    /** Winsock's name for {@link #ERROR_INVALID_PARAMETER}. */
    public static final int WSA_INVALID_PARAMETER = ERROR_INVALID_PARAMETER;

    /** Winsock's name for {@link #ERROR_OPERATION_ABORTED}. */
    public static final int WSA_OPERATION_ABORTED = ERROR_OPERATION_ABORTED;

    /** Winsock's name for {@link #ERROR_IO_INCOMPLETE}. */
    public static final int WSA_IO_INCOMPLETE = ERROR_IO_INCOMPLETE;

    /** Winsock's name for {@link #ERROR_IO_PENDING}. */
    public static final int WSA_IO_PENDING = ERROR_IO_PENDING;

    private WinsockError() {}

    /**
     * Names a code.
     *
     * @param code what WSAGetLastError or GetLastError returned
     * @return its name, the {@code ERROR_} or {@code WAIT_} one if it has two; an unknown code's
     *     decimal number, unsigned as a DWORD is
     */
    public static String nameOf(int code) {
        return switch (code) {
            case NO_ERROR -> "NO_ERROR";
            case ERROR_ACCESS_DENIED -> "ERROR_ACCESS_DENIED";
            case ERROR_INVALID_HANDLE -> "ERROR_INVALID_HANDLE";
            case ERROR_NOT_ENOUGH_MEMORY -> "ERROR_NOT_ENOUGH_MEMORY";
            case ERROR_HANDLE_EOF -> "ERROR_HANDLE_EOF";
            case ERROR_NOT_SUPPORTED -> "ERROR_NOT_SUPPORTED";
            case ERROR_UNEXP_NET_ERR -> "ERROR_UNEXP_NET_ERR";
            case ERROR_NETNAME_DELETED -> "ERROR_NETNAME_DELETED";
            case ERROR_INVALID_PARAMETER -> "ERROR_INVALID_PARAMETER";
            case ERROR_SEM_TIMEOUT -> "ERROR_SEM_TIMEOUT";
            case ERROR_INSUFFICIENT_BUFFER -> "ERROR_INSUFFICIENT_BUFFER";
            case WAIT_IO_COMPLETION -> "WAIT_IO_COMPLETION";
            case ERROR_MORE_DATA -> "ERROR_MORE_DATA";
            case WAIT_TIMEOUT -> "WAIT_TIMEOUT";
            case ERROR_ABANDONED_WAIT_0 -> "ERROR_ABANDONED_WAIT_0";
            case ERROR_OPERATION_ABORTED -> "ERROR_OPERATION_ABORTED";
            case ERROR_IO_INCOMPLETE -> "ERROR_IO_INCOMPLETE";
            case ERROR_IO_PENDING -> "ERROR_IO_PENDING";
            case ERROR_NOACCESS -> "ERROR_NOACCESS";
            case ERROR_NOT_FOUND -> "ERROR_NOT_FOUND";
            case ERROR_INVALID_NETNAME -> "ERROR_INVALID_NETNAME";
            case ERROR_CONNECTION_REFUSED -> "ERROR_CONNECTION_REFUSED";
            case ERROR_GRACEFUL_DISCONNECT -> "ERROR_GRACEFUL_DISCONNECT";
            case ERROR_ADDRESS_ALREADY_ASSOCIATED -> "ERROR_ADDRESS_ALREADY_ASSOCIATED";
            case ERROR_CONNECTION_INVALID -> "ERROR_CONNECTION_INVALID";
            case ERROR_CONNECTION_ACTIVE -> "ERROR_CONNECTION_ACTIVE";
            case ERROR_NETWORK_UNREACHABLE -> "ERROR_NETWORK_UNREACHABLE";
            case ERROR_HOST_UNREACHABLE -> "ERROR_HOST_UNREACHABLE";
            case ERROR_PROTOCOL_UNREACHABLE -> "ERROR_PROTOCOL_UNREACHABLE";
            case ERROR_PORT_UNREACHABLE -> "ERROR_PORT_UNREACHABLE";
            case ERROR_REQUEST_ABORTED -> "ERROR_REQUEST_ABORTED";
            case ERROR_CONNECTION_ABORTED -> "ERROR_CONNECTION_ABORTED";
            case ERROR_NO_SYSTEM_RESOURCES -> "ERROR_NO_SYSTEM_RESOURCES";
            case ERROR_TIMEOUT -> "ERROR_TIMEOUT";
            case WSAEINTR -> "WSAEINTR";
            case WSAEBADF -> "WSAEBADF";
            case WSAEACCES -> "WSAEACCES";
            case WSAEFAULT -> "WSAEFAULT";
            case WSAEINVAL -> "WSAEINVAL";
            case WSAEMFILE -> "WSAEMFILE";
            case WSAEWOULDBLOCK -> "WSAEWOULDBLOCK";
            case WSAEINPROGRESS -> "WSAEINPROGRESS";
            case WSAEALREADY -> "WSAEALREADY";
            case WSAENOTSOCK -> "WSAENOTSOCK";
            case WSAEDESTADDRREQ -> "WSAEDESTADDRREQ";
            case WSAEMSGSIZE -> "WSAEMSGSIZE";
            case WSAEPROTOTYPE -> "WSAEPROTOTYPE";
            case WSAENOPROTOOPT -> "WSAENOPROTOOPT";
            case WSAEPROTONOSUPPORT -> "WSAEPROTONOSUPPORT";
            case WSAESOCKTNOSUPPORT -> "WSAESOCKTNOSUPPORT";
            case WSAEOPNOTSUPP -> "WSAEOPNOTSUPP";
            case WSAEPFNOSUPPORT -> "WSAEPFNOSUPPORT";
            case WSAEAFNOSUPPORT -> "WSAEAFNOSUPPORT";
            case WSAEADDRINUSE -> "WSAEADDRINUSE";
            case WSAEADDRNOTAVAIL -> "WSAEADDRNOTAVAIL";
            case WSAENETDOWN -> "WSAENETDOWN";
            case WSAENETUNREACH -> "WSAENETUNREACH";
            case WSAENETRESET -> "WSAENETRESET";
            case WSAECONNABORTED -> "WSAECONNABORTED";
            case WSAECONNRESET -> "WSAECONNRESET";
            case WSAENOBUFS -> "WSAENOBUFS";
            case WSAEISCONN -> "WSAEISCONN";
            case WSAENOTCONN -> "WSAENOTCONN";
            case WSAESHUTDOWN -> "WSAESHUTDOWN";
            case WSAETOOMANYREFS -> "WSAETOOMANYREFS";
            case WSAETIMEDOUT -> "WSAETIMEDOUT";
            case WSAECONNREFUSED -> "WSAECONNREFUSED";
            case WSAEHOSTDOWN -> "WSAEHOSTDOWN";
            case WSAEHOSTUNREACH -> "WSAEHOSTUNREACH";
            case WSAEPROCLIM -> "WSAEPROCLIM";
            case WSASYSNOTREADY -> "WSASYSNOTREADY";
            case WSAVERNOTSUPPORTED -> "WSAVERNOTSUPPORTED";
            case WSANOTINITIALISED -> "WSANOTINITIALISED";
            case WSAEDISCON -> "WSAEDISCON";
            case WSAECANCELLED -> "WSAECANCELLED";
            case WSATRY_AGAIN -> "WSATRY_AGAIN";
            default -> Integer.toUnsignedString(code);
        };
    }
}
