package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;
import lapwing.engine.Endpoint;
import lapwing.engine.Engine;
import lapwing.engine.choice.Engines;
import lapwing.socket.Multicast;
import lapwing.socket.Sending;
import lapwing.socket.Socket;
import lapwing.socket.SocketOptions;
import lapwing.socket.SocketOptions.Row;
import org.jspecify.annotations.Nullable;

/** setsockopt and getsockopt. */
final class OptionCalls {
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int MREQ = 8;
    private static final int MREQ6 = 20;
    private static final long NANOS = 1_000_000_000L;

    private OptionCalls() {}

    static int set(Socket s, int level, int name, @Nullable MemorySegment value, int length) {
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
            // IPv6 has these numbers too
            boolean joins = name == Constants.IP_ADD_MEMBERSHIP;
            boolean groups = joins || name == Constants.IP_DROP_MEMBERSHIP;
            if (groups && level == (s.v6 ? Constants.IPPROTO_IPV6 : Constants.IPPROTO_IP)) {
                return member(s, value, length, joins);
            }
            boolean dontLinger = level == Constants.SOL_SOCKET && name == Constants.SO_DONTLINGER;
            Row row = dontLinger ? Row.LINGER : OptionNames.row(level, name);
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
            int refusal = refusal(s, row, given);
            return refusal != 0 ? refusal : store(s, row, given);
        }
    }

    /** Joins or leaves a group: {@code ip_mreq} or {@code ipv6_mreq}. Holding the monitor. */
    private static int member(Socket s, @Nullable MemorySegment value, int length, boolean join) {
        int size = s.v6 ? MREQ6 : MREQ;
        if (!s.datagrams) {
            return WinsockError.WSAENOPROTOOPT;
        }
        if (value == null || length < size || value.byteSize() < size) {
            return WinsockError.WSAEFAULT;
        }
        byte[] group = value.asSlice(0, s.v6 ? 16 : 4).toArray(ValueLayout.JAVA_BYTE);
        int network = s.v6 ? value.get(INT, 16) : Multicast.index(value.get(INT, 4));
        return Results.code(Multicast.member(s, group, network, join));
    }

    /** What is wrong with a value, 0 if nothing is. Holding the monitor. */
    private static int refusal(Socket s, Row row, int value) {
        return switch (row) {
            case FAIL_CONNECT -> value == 0 ? WinsockError.WSAENOPROTOOPT : 0; // Linux always does
            case MTU_DISCOVER, MTU_DISCOVER6 ->
                    (value & ~Constants.IP_PMTUDISC_PROBE) != 0 ? WinsockError.WSAEINVAL : 0;
            case MULTICAST_IF, MULTICAST_IF6 ->
                    Multicast.isKnown(SocketOptions.applied(row, value))
                            ? 0
                            : WinsockError.WSAEADDRNOTAVAIL;
            case V6ONLY -> s.local != null ? WinsockError.WSAEINVAL : 0;
            default -> row.allows(value) ? 0 : WinsockError.WSAEINVAL;
        };
    }

    /** Keeps an option and applies it to the descriptor, if there is one. Holding the monitor. */
    static int store(Socket s, Row row, int value) {
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
        int present = s.options == null ? row.initially : s.options.get(row);
        boolean same = row == Row.V6ONLY && value == present; // also where it cannot be changed
        if (row.applied != null && !same && !Engines.current().supports(row.applied)) {
            return WinsockError.WSAEOPNOTSUPP;
        }
        if (s.options == null) {
            s.options = new SocketOptions();
        }
        if (s.endpoint != null && row.applied != null && !same) {
            Sending.sendOut(s);
            int result = s.endpoint.set(row.applied, SocketOptions.applied(row, value));
            if (result < 0) {
                return NtStatus.toWinsock(result);
            }
        }
        s.options.set(row, value);
        if (row == Row.KEEPALIVE && value != 0 && s.endpoint != null) {
            s.options.applyKeepAlive(s.endpoint);
        }
        return 0;
    }

    private static boolean fits(Socket s, Row row) {
        return row.fits(s.v6, s.datagrams);
    }

    private static int updateAcceptContext(Socket s, @Nullable MemorySegment value, int length) {
        if (value == null || length < 8 || value.byteSize() < 8) {
            return WinsockError.WSAEFAULT;
        }
        return updateAcceptContext(s, Handle.of(value.get(LONG, 0)));
    }

    /** Sets an option that is a handle; there is one. */
    static int set(Socket s, int level, int name, @Nullable Handle value) {
        if (level == Constants.SOL_SOCKET && name == Constants.SO_UPDATE_ACCEPT_CONTEXT) {
            return updateAcceptContext(s, value);
        }
        return s.isOpen() ? WinsockError.WSAENOPROTOOPT : WinsockError.WSAENOTSOCK;
    }

    private static int updateAcceptContext(Socket s, @Nullable Handle given) {
        SocketOptions inherited = null;
        boolean listens = given instanceof SocketHandle && given.isOpen();
        if (listens && given instanceof SocketHandle handle) {
            Socket listener = handle.socket;
            synchronized (listener) {
                inherited = listener.options == null ? null : listener.options.copy();
            }
        }
        synchronized (s) {
            if (!s.isOpen() || !listens) {
                return WinsockError.WSAENOTSOCK;
            }
            if (s.state != Socket.State.CONNECTED || !s.connection.accepted) {
                return WinsockError.WSAENOTCONN;
            }
            s.connection.contextDue = false;
            if (inherited != null) {
                inherit(s, inherited);
            }
            return 0;
        }
    }

    /**
     * The connection takes over options of its listener (S3). It has them in effect: the system
     * handed them down when the client came. What the accept socket had been given instead goes.
     */
    private static void inherit(Socket s, SocketOptions from) {
        if (s.options == null) {
            s.options = new SocketOptions();
        }
        for (Row row : SocketOptions.INHERITED) {
            if (from.isGiven(row)) {
                boolean own = s.options.isGiven(row) && s.options.get(row) != from.get(row);
                s.options.set(row, from.get(row));
                if (own && s.endpoint != null && row.applied != null) {
                    s.endpoint.set(row.applied, SocketOptions.applied(row, from.get(row)));
                }
            }
        }
    }

    private static int updateConnectContext(Socket s) {
        if (s.state != Socket.State.CONNECTED || s.connection.accepted) {
            return WinsockError.WSAENOTCONN;
        }
        s.connection.contextDue = false;
        return 0;
    }

    static int get(
            Socket s, int level, int name, @Nullable MemorySegment value, @Nullable IntRef length) {
        synchronized (s) {
            if (!s.isOpen()) {
                return WinsockError.WSAENOTSOCK;
            }
            if (value == null
                    || value.isReadOnly()
                    || length == null
                    || length.value > value.byteSize()) {
                return WinsockError.WSAEFAULT;
            }
            Row row = OptionNames.row(level, name);
            if (length.value < (row != null && row.truth ? 1 : 4)) {
                return WinsockError.WSAEFAULT;
            }
            if (row == Row.LINGER) {
                return linger(s, value, length);
            }
            return row == null
                    ? readOnly(s, level, name, value, length)
                    : get(s, row, value, length);
        }
    }

    private static int get(Socket s, Row row, MemorySegment value, IntRef length) {
        if (!fits(s, row)) {
            return WinsockError.WSAENOPROTOOPT;
        }
        boolean given = s.options != null && s.options.isGiven(row);
        if (!given && row.applied == Endpoint.Option.HOPS) {
            return answer(value, length, ask(s, row.applied)); // the system's number
        }
        return put(value, length, s.options == null ? row.initially : s.options.get(row));
    }

    /** An option that cannot be set. */
    private static int readOnly(Socket s, int level, int name, MemorySegment value, IntRef length) {
        return switch (level) {
            case Constants.SOL_SOCKET -> ofSocket(s, name, value, length);
            case Constants.IPPROTO_TCP ->
                    name == Constants.TCP_MAXSEG && !s.datagrams
                            ? answer(value, length, ask(s, Endpoint.Option.SEGMENT_SIZE))
                            : WinsockError.WSAENOPROTOOPT;
            case Constants.IPPROTO_IP, Constants.IPPROTO_IPV6 ->
                    name == (s.v6 ? Constants.IPV6_MTU : Constants.IP_MTU)
                                    && s.v6 == (level == Constants.IPPROTO_IPV6)
                            ? answer(value, length, ask(s, Endpoint.Option.PATH_MTU))
                            : WinsockError.WSAENOPROTOOPT;
            default -> WinsockError.WSAENOPROTOOPT;
        };
    }

    /** What the system says: of the descriptor, or of another one while there is none. */
    private static int ask(Socket s, Endpoint.Option option) {
        if (s.endpoint != null) {
            return s.endpoint.get(option);
        }
        Engine.Opened opened = new Engine.Opened();
        int result = Engines.current().open(s.v6, s.datagrams, opened);
        if (result < 0) {
            return result;
        }
        Endpoint other = Objects.requireNonNull(opened.endpoint);
        result = other.get(option);
        other.close();
        return result;
    }

    private static int answer(MemorySegment value, IntRef length, int result) {
        return result < 0 ? NtStatus.toWinsock(result) : put(value, length, result);
    }

    private static int linger(Socket s, MemorySegment value, IntRef length) {
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

    private static int ofSocket(Socket s, int name, MemorySegment value, IntRef length) {
        return switch (name) {
            case Constants.SO_CONNECT_TIME -> put(value, length, connectTime(s));
            case Constants.SO_ACCEPTCONN ->
                    put(value, length, s.state == Socket.State.LISTENING ? 1 : 0);
            case Constants.SO_TYPE ->
                    put(value, length, s.datagrams ? Constants.SOCK_DGRAM : Constants.SOCK_STREAM);
            case Constants.SO_ERROR -> put(value, length, takeError(s));
            case Constants.SO_DONTLINGER ->
                    put(value, length, s.options == null || s.options.get(Row.LINGER) < 0 ? 1 : 0);
            case Constants.SO_PROTOCOL_INFOA, Constants.SO_PROTOCOL_INFOW ->
                    ProtocolInfo.write(s, name == Constants.SO_PROTOCOL_INFOW, value, length);
            case Constants.SO_MAX_MSG_SIZE ->
                    s.datagrams ? put(value, length, 65507) : WinsockError.WSAENOPROTOOPT;
            default -> WinsockError.WSAENOPROTOOPT;
        };
    }

    /** Whole seconds since the connection, all ones without one (S8, A46). */
    private static int connectTime(Socket s) {
        if (s.connection.isThere && s.acceptedBy != null) {
            Objects.requireNonNull(s.acceptedBy.accepting).isClientKnown = true;
        }
        return s.connection.isThere ? (int) ((System.nanoTime() - s.connection.since) / NANOS) : -1;
    }

    private static int takeError(Socket s) {
        int error = Results.code(s.connectError);
        s.connectError = 0;
        if (error == 0 && s.datagrams && s.endpoint != null) {
            return s.endpoint.get(Endpoint.Option.ERROR) > 0 ? WinsockError.WSAECONNRESET : 0;
        }
        // on a stream the kernel's own word stays where it is: the next receive has to report it
        // (O33)
        return error;
    }
}
