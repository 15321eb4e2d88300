package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;
import lapwing.engine.Endpoint;
import lapwing.engine.Engine;
import lapwing.winsock.SocketOptions.Row;
import org.jspecify.annotations.Nullable;

/** setsockopt and getsockopt. */
final class OptionCalls {
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long NANOS = 1_000_000_000L;

    private OptionCalls() {}

    static int set(SocketHandle s, int level, int name, @Nullable MemorySegment value, int length) {
        if (level == Constants.SOL_SOCKET && name == Constants.SO_UPDATE_ACCEPT_CONTEXT) {
            return updateAcceptContext(s, value, length);
        }
        synchronized (s) {
            if (!s.isOpen()) {
                return WinsockError.WSAENOTSOCK;
            }
            if (level == Constants.SOL_SOCKET && name == Constants.SO_UPDATE_CONNECT_CONTEXT) {
                return updateConnectContext(s);
            }
            boolean dontLinger = level == Constants.SOL_SOCKET && name == Constants.SO_DONTLINGER;
            Row row = dontLinger ? Row.LINGER : Row.of(level, name);
            if (row == null || !fits(s, row)) {
                return WinsockError.WSAENOPROTOOPT;
            }
            if (value == null || value.byteSize() < length || length < (row.truth ? 1 : 4)) {
                return WinsockError.WSAEFAULT;
            }
            int given = length < 4 ? value.get(ValueLayout.JAVA_BYTE, 0) : value.get(INT, 0);
            if (dontLinger) {
                given = given != 0 ? -1 : s.options == null ? -1 : s.options.get(Row.LINGER);
            } else if (row == Row.LINGER) {
                given = value.get(SHORT, 0) == 0 ? -1 : value.get(SHORT, 2) & 0xFFFF;
            } else if (row.truth) {
                given = given != 0 ? 1 : 0;
            }
            return store(s, row, given);
        }
    }

    /** Keeps an option and applies it to the descriptor, if there is one. Holding the monitor. */
    static int store(SocketHandle s, Row row, int value) {
        if ((row == Row.REUSEADDR
                        && s.options != null
                        && value != 0
                        && s.options.get(Row.EXCLUSIVEADDRUSE) != 0)
                || (row == Row.EXCLUSIVEADDRUSE
                        && s.options != null
                        && value != 0
                        && s.options.get(Row.REUSEADDR) != 0)) {
            return WinsockError.WSAEINVAL;
        }
        if (row.applied != null && !Engine.current().supports(row.applied)) {
            return WinsockError.WSAEOPNOTSUPP;
        }
        if (s.options == null) {
            s.options = new SocketOptions();
        }
        s.options.set(row, value);
        if (s.endpoint != null && row.applied != null) {
            int result = s.endpoint.set(row.applied, SocketOptions.applied(row, value));
            return result < 0 ? NtStatus.toWinsock(result) : 0;
        }
        return 0;
    }

    private static boolean fits(SocketHandle s, Row row) {
        return switch (row) {
            case NODELAY, KEEPALIVE, OOBINLINE, LINGER, CONDITIONAL_ACCEPT, DEFER_ACCEPT ->
                    !s.datagrams;
            case BROADCAST, PKTINFO, PKTINFO6 -> s.datagrams;
            default -> true;
        };
    }

    private static int updateAcceptContext(
            SocketHandle s, @Nullable MemorySegment value, int length) {
        if (value == null || length < 8 || value.byteSize() < 8) {
            return WinsockError.WSAEFAULT;
        }
        boolean listens =
                Handle.of(value.get(LONG, 0)) instanceof SocketHandle listener && listener.isOpen();
        synchronized (s) {
            if (!s.isOpen() || !listens) {
                return WinsockError.WSAENOTSOCK;
            }
            if (s.state != SocketHandle.State.CONNECTED || !s.accepted) {
                return WinsockError.WSAENOTCONN;
            }
            s.contextDue = false;
            return 0;
        }
    }

    private static int updateConnectContext(SocketHandle s) {
        if (s.state != SocketHandle.State.CONNECTED || s.accepted) {
            return WinsockError.WSAENOTCONN;
        }
        s.contextDue = false;
        return 0;
    }

    static int get(
            SocketHandle s,
            int level,
            int name,
            @Nullable MemorySegment value,
            @Nullable IntRef length) {
        synchronized (s) {
            if (!s.isOpen()) {
                return WinsockError.WSAENOTSOCK;
            }
            if (value == null || length == null || length.value > value.byteSize()) {
                return WinsockError.WSAEFAULT;
            }
            Row row = Row.of(level, name);
            boolean special = row == null || row == Row.LINGER;
            int needed = row != null && row.truth ? 1 : 4;
            if (length.value < needed) {
                return WinsockError.WSAEFAULT;
            }
            if (!special) {
                if (!fits(s, Objects.requireNonNull(row))) {
                    return WinsockError.WSAENOPROTOOPT;
                }
                return put(value, length, s.options == null ? row.initially : s.options.get(row));
            }
            if (row == Row.LINGER) {
                return linger(s, value, length);
            }
            return level == Constants.SOL_SOCKET
                    ? readOnly(s, name, value, length)
                    : WinsockError.WSAENOPROTOOPT;
        }
    }

    private static int linger(SocketHandle s, MemorySegment value, IntRef length) {
        if (s.datagrams) {
            return WinsockError.WSAENOPROTOOPT;
        }
        int seconds = s.options == null ? -1 : s.options.get(Row.LINGER);
        value.set(SHORT, 0, (short) (seconds >= 0 ? 1 : 0));
        value.set(SHORT, 2, (short) Math.max(seconds, 0));
        length.value = 4;
        return 0;
    }

    private static int put(MemorySegment value, IntRef length, int number) {
        if (length.value < 4) {
            value.set(ValueLayout.JAVA_BYTE, 0, (byte) number);
            length.value = 1;
        } else {
            value.set(INT, 0, number);
            length.value = 4;
        }
        return 0;
    }

    private static int readOnly(SocketHandle s, int name, MemorySegment value, IntRef length) {
        return switch (name) {
            case Constants.SO_CONNECT_TIME -> put(value, length, connectTime(s));
            case Constants.SO_ACCEPTCONN ->
                    put(value, length, s.state == SocketHandle.State.LISTENING ? 1 : 0);
            case Constants.SO_TYPE ->
                    put(value, length, s.datagrams ? Constants.SOCK_DGRAM : Constants.SOCK_STREAM);
            case Constants.SO_ERROR -> put(value, length, takeError(s));
            case Constants.SO_DONTLINGER ->
                    put(value, length, s.options == null || s.options.get(Row.LINGER) < 0 ? 1 : 0);
            case Constants.SO_MAX_MSG_SIZE ->
                    s.datagrams ? put(value, length, 65507) : WinsockError.WSAENOPROTOOPT;
            default -> WinsockError.WSAENOPROTOOPT;
        };
    }

    /** Whole seconds since the connection, all ones without one (S8, A46). */
    private static int connectTime(SocketHandle s) {
        return s.isConnectionThere ? (int) ((System.nanoTime() - s.connectedAt) / NANOS) : -1;
    }

    private static int takeError(SocketHandle s) {
        int error = s.connectError;
        s.connectError = 0;
        if (error == 0 && s.datagrams && s.endpoint != null) {
            return s.endpoint.get(Endpoint.Option.ERROR) > 0 ? WinsockError.WSAECONNRESET : 0;
        }
        // on a stream the kernel's own word stays where it is: the next receive has to report it
        // (O33)
        return error;
    }
}
