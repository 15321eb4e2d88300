package lapwing.engine;

/**
 * The NTSTATUS codes that an operation may end with, or a call be refused with. Results of engine
 * calls are one {@code int}: 0 or more is a success (often a byte count), less than 0 is one of the
 * error codes below.
 */
public final class Status {
    public static final int SUCCESS = 0;

    /** The operation is under way. */
    public static final int PENDING = 0x103;

    /** More data than the buffer holds: a datagram was cut off. */
    public static final int BUFFER_OVERFLOW = 0x80000005;

    public static final int ACCESS_VIOLATION = 0xC0000005;
    public static final int INVALID_HANDLE = 0xC0000008;
    public static final int INVALID_PARAMETER = 0xC000000D;

    /** A file is shorter than it was. */
    public static final int END_OF_FILE = 0xC0000011;

    public static final int ACCESS_DENIED = 0xC0000022;
    public static final int BUFFER_TOO_SMALL = 0xC0000023;
    public static final int INSUFFICIENT_RESOURCES = 0xC000009A;

    /** The call would have to wait. */
    public static final int WOULD_BLOCK = 0xC00000A3;

    public static final int PIPE_DISCONNECTED = 0xC00000B0;
    public static final int IO_TIMEOUT = 0xC00000B5;
    public static final int NOT_SUPPORTED = 0xC00000BB;
    public static final int TOO_MANY_OPENED_FILES = 0xC000011F;
    public static final int CANCELLED = 0xC0000120;
    public static final int INVALID_CONNECTION = 0xC0000140;
    public static final int INVALID_BUFFER_SIZE = 0xC0000206;
    public static final int INVALID_ADDRESS_COMPONENT = 0xC0000207;
    public static final int ADDRESS_ALREADY_EXISTS = 0xC000020A;
    public static final int CONNECTION_RESET = 0xC000020D;
    public static final int CONNECTION_REFUSED = 0xC0000236;
    public static final int CONNECTION_ACTIVE = 0xC000023B;
    public static final int NETWORK_UNREACHABLE = 0xC000023C;
    public static final int HOST_UNREACHABLE = 0xC000023D;
    public static final int PORT_UNREACHABLE = 0xC000023F;
    public static final int CONNECTION_ABORTED = 0xC0000241;

    /** The system has no such addresses: no IPv6, or this process may not use it. */
    public static final int PROTOCOL_NOT_SUPPORTED = 0xC000A013;

    private Status() {}

    /**
     * True for what a transfer on a stream fails with when the connection is over: all but a
     * cancel, an attempt that would wait, and what is wrong with memory, the program's or the
     * system's. A connection can break in more ways than anybody lists.
     */
    public static boolean endsConnection(int status) {
        return status < 0
                && status != CANCELLED
                && status != WOULD_BLOCK
                && status != ACCESS_VIOLATION
                && status != INSUFFICIENT_RESOURCES;
    }
}
