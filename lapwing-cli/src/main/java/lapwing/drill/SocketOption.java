package lapwing.drill;

import static lapwing.winsock.Constants.IPPROTO_IP;
import static lapwing.winsock.Constants.IPPROTO_TCP;
import static lapwing.winsock.Constants.SOL_SOCKET;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import lapwing.winsock.Constants;
import lapwing.winsock.IntRef;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.Winsock;
import org.jspecify.annotations.Nullable;

/** The options that {@code setsockopt} and {@code getsockopt} know by name. */
enum SocketOption {
    SO_KEEPALIVE(SOL_SOCKET, Constants.SO_KEEPALIVE, Kind.TRUTH),
    SO_REUSEADDR(SOL_SOCKET, Constants.SO_REUSEADDR, Kind.TRUTH),
    SO_EXCLUSIVEADDRUSE(SOL_SOCKET, Constants.SO_EXCLUSIVEADDRUSE, Kind.TRUTH),
    SO_BROADCAST(SOL_SOCKET, Constants.SO_BROADCAST, Kind.TRUTH),
    SO_OOBINLINE(SOL_SOCKET, Constants.SO_OOBINLINE, Kind.TRUTH),
    SO_ACCEPTCONN(SOL_SOCKET, Constants.SO_ACCEPTCONN, Kind.TRUTH),
    SO_CONDITIONAL_ACCEPT(SOL_SOCKET, Constants.SO_CONDITIONAL_ACCEPT, Kind.TRUTH),
    TCP_NODELAY(IPPROTO_TCP, Constants.TCP_NODELAY, Kind.TRUTH),
    IP_PKTINFO(IPPROTO_IP, Constants.IP_PKTINFO, Kind.TRUTH),
    SO_RCVBUF(SOL_SOCKET, Constants.SO_RCVBUF, Kind.NUMBER),
    SO_SNDBUF(SOL_SOCKET, Constants.SO_SNDBUF, Kind.NUMBER),
    SO_RCVTIMEO(SOL_SOCKET, Constants.SO_RCVTIMEO, Kind.NUMBER),
    SO_SNDTIMEO(SOL_SOCKET, Constants.SO_SNDTIMEO, Kind.NUMBER),
    SO_CONNECT_TIME(SOL_SOCKET, Constants.SO_CONNECT_TIME, Kind.NUMBER),
    SO_TYPE(SOL_SOCKET, Constants.SO_TYPE, Kind.NUMBER),
    SO_ERROR(SOL_SOCKET, Constants.SO_ERROR, Kind.NUMBER),
    TCP_KEEPIDLE(IPPROTO_TCP, Constants.TCP_KEEPIDLE, Kind.NUMBER),
    TCP_KEEPINTVL(IPPROTO_TCP, Constants.TCP_KEEPINTVL, Kind.NUMBER),
    TCP_KEEPCNT(IPPROTO_TCP, Constants.TCP_KEEPCNT, Kind.NUMBER),
    TCP_MAXSEG(IPPROTO_TCP, Constants.TCP_MAXSEG, Kind.NUMBER),
    IP_TOS(IPPROTO_IP, Constants.IP_TOS, Kind.NUMBER),
    IP_MULTICAST_TTL(IPPROTO_IP, Constants.IP_MULTICAST_TTL, Kind.NUMBER),
    IP_MULTICAST_LOOP(IPPROTO_IP, Constants.IP_MULTICAST_LOOP, Kind.TRUTH),
    IP_DONTFRAGMENT(IPPROTO_IP, Constants.IP_DONTFRAGMENT, Kind.TRUTH),
    SO_DONTROUTE(SOL_SOCKET, Constants.SO_DONTROUTE, Kind.TRUTH),
    SO_LINGER(SOL_SOCKET, Constants.SO_LINGER, Kind.LINGER),
    SO_UPDATE_ACCEPT_CONTEXT(SOL_SOCKET, Constants.SO_UPDATE_ACCEPT_CONTEXT, Kind.SOCKET),
    SO_UPDATE_CONNECT_CONTEXT(SOL_SOCKET, Constants.SO_UPDATE_CONNECT_CONTEXT, Kind.NOTHING);

    /** What the value is. */
    enum Kind {
        /** Printed as 0 or 1. */
        TRUTH,
        NUMBER,
        /** Seconds, -1 for off. */
        LINGER,
        SOCKET,
        /** No value at all. */
        NOTHING
    }

    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    final Kind kind;
    private final int level;
    private final int option;

    SocketOption(int level, int option, Kind kind) {
        this.level = level;
        this.option = option;
        this.kind = kind;
    }

    static SocketOption named(String word) {
        for (SocketOption option : values()) {
            if (option.name().equals(word)) {
                return option;
            }
        }
        throw new BadLine("unknown option: " + word);
    }

    /** Calls setsockopt; {@code value} may be null for no value. */
    int set(SocketHandle s, @Nullable MemorySegment value) {
        return Winsock.setsockopt(
                s, level, option, value, value == null ? 0 : (int) value.byteSize());
    }

    /** Calls getsockopt; the value is left in {@code value}, which {@link #print} reads. */
    int get(SocketHandle s, MemorySegment value) {
        return Winsock.getsockopt(s, level, option, value, new IntRef((int) value.byteSize()));
    }

    String print(MemorySegment value) {
        return switch (kind) {
            case TRUTH -> value.get(INT, 0) == 0 ? "0" : "1";
            case LINGER ->
                    value.get(SHORT, 0) == 0
                            ? "-1"
                            : Integer.toString(Short.toUnsignedInt(value.get(SHORT, Short.BYTES)));
            case NUMBER, SOCKET, NOTHING -> Integer.toUnsignedString(value.get(INT, 0));
        };
    }

    static MemorySegment number(int value) {
        MemorySegment memory = Memory.allocate(Integer.BYTES);
        memory.set(INT, 0, value);
        return memory;
    }

    /** A linger structure: two unsigned shorts. */
    static MemorySegment linger(int seconds) {
        MemorySegment memory = Memory.allocate(2 * Short.BYTES);
        memory.set(SHORT, 0, (short) (seconds >= 0 ? 1 : 0));
        memory.set(SHORT, Short.BYTES, (short) Math.max(seconds, 0));
        return memory;
    }

    static MemorySegment socket(SocketHandle s) {
        MemorySegment memory = Memory.allocate(Long.BYTES);
        memory.set(LONG, 0, s.value());
        return memory;
    }
}
