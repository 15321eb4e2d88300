package lapwing.socket;

import static lapwing.engine.Endpoint.Option.*;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import lapwing.engine.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * The options of a socket, as the program has set them. They belong to the handle: they are applied
 * to each descriptor it gets and survive a reuse. Guarded by the socket's monitor.
 */
public final class SocketOptions {
    /**
     * An option with one integer: whether that is a truth value, what it begins with, and what
     * takes effect.
     */
    public enum Row {
        KEEPALIVE(true, 0, KEEP_ALIVE),
        REUSEADDR(true, 0, REUSE_ADDRESS),
        EXCLUSIVEADDRUSE(true, 0, null),
        BROADCAST(true, 0, Endpoint.Option.BROADCAST),
        OOBINLINE(true, 0, URGENT_INLINE),
        CONDITIONAL_ACCEPT(true, 0, null),
        DEBUG(true, 0, null),
        DONTROUTE(true, 0, null),
        RANDOMIZE_PORT(true, 0, null),
        PORT_SCALABILITY(true, 0, null),
        RCVBUF(false, 65536, RECEIVE_BUFFER),
        SNDBUF(false, 65536, SEND_BUFFER),
        RCVTIMEO(false, 0, null),
        SNDTIMEO(false, 0, null),
        LINGER(false, -1, Endpoint.Option.LINGER),
        REUSE_UNICASTPORT(true, 0, LATE_PORT),
        NODELAY(true, 0, NO_DELAY),
        KEEPIDLE(false, 7200, KEEP_IDLE_SECONDS),
        KEEPINTERVAL(false, 1, KEEP_INTERVAL_SECONDS),
        KEEPCOUNT(false, 10, KEEP_COUNT),
        MAXRT(false, 0, USER_TIMEOUT),
        MAXRTMS(false, 0, USER_TIMEOUT),
        FAIL_CONNECT(true, 1, null),
        NOCHECKSUM(true, 0, NO_CHECKSUM),
        TOS(false, 0, TYPE_OF_SERVICE),
        TTL(false, 0, HOPS),
        HOPS6(false, 0, HOPS),
        MULTICAST_IF(false, 0, MULTICAST_INTERFACE),
        MULTICAST_IF6(false, 0, MULTICAST_INTERFACE),
        MULTICAST_TTL(false, 1, MULTICAST_HOPS),
        MULTICAST_HOPS6(false, 1, MULTICAST_HOPS),
        MULTICAST_LOOP(true, 1, Endpoint.Option.MULTICAST_LOOP),
        MULTICAST_LOOP6(true, 1, Endpoint.Option.MULTICAST_LOOP),
        DONTFRAGMENT(true, 0, DONT_FRAGMENT),
        DONTFRAG6(true, 0, DONT_FRAGMENT),
        MTU_DISCOVER(false, 0, PATH_MTU_DISCOVERY),
        MTU_DISCOVER6(false, 0, PATH_MTU_DISCOVERY),
        V6ONLY(true, 1, IPV6_ONLY),
        PKTINFO(true, 0, PACKET_INFO),
        PKTINFO6(true, 0, PACKET_INFO),
        REUSEPORT(true, 0, REUSE_PORT),
        DEFER_ACCEPT(false, 0, Endpoint.Option.DEFER_ACCEPT);

        private static final Row[] ALL = values();
        private static final Set<Row> STREAMS =
                EnumSet.of(
                        KEEPALIVE,
                        OOBINLINE,
                        CONDITIONAL_ACCEPT,
                        LINGER,
                        NODELAY,
                        KEEPIDLE,
                        KEEPINTERVAL,
                        KEEPCOUNT,
                        MAXRT,
                        MAXRTMS,
                        FAIL_CONNECT,
                        DEFER_ACCEPT);
        private static final Set<Row> DATAGRAMS =
                EnumSet.of(
                        BROADCAST,
                        NOCHECKSUM,
                        MULTICAST_IF,
                        MULTICAST_IF6,
                        MULTICAST_TTL,
                        MULTICAST_HOPS6,
                        MULTICAST_LOOP,
                        MULTICAST_LOOP6,
                        DONTFRAGMENT,
                        DONTFRAG6,
                        PKTINFO,
                        PKTINFO6);

        private static final Set<Row> V4_ONLY =
                EnumSet.of(
                        TOS,
                        TTL,
                        MULTICAST_IF,
                        MULTICAST_TTL,
                        MULTICAST_LOOP,
                        DONTFRAGMENT,
                        MTU_DISCOVER,
                        DONTROUTE);
        private static final Set<Row> V6_ONLY =
                EnumSet.of(
                        HOPS6,
                        MULTICAST_IF6,
                        MULTICAST_HOPS6,
                        MULTICAST_LOOP6,
                        DONTFRAG6,
                        MTU_DISCOVER6,
                        V6ONLY);

        public final boolean truth;
        public final int initially;
        public final Endpoint.@Nullable Option applied;

        Row(boolean truth, int initially, Endpoint.@Nullable Option applied) {
            this.truth = truth;
            this.initially = initially;
            this.applied = applied;
        }

        /** True if such a socket has the option at all. */
        public boolean fits(boolean v6, boolean datagrams) {
            if (datagrams ? STREAMS.contains(this) : DATAGRAMS.contains(this)) {
                return false;
            }
            return !(v6 ? V4_ONLY : V6_ONLY).contains(this);
        }

        /**
         * False for a value that the system would refuse once there is a descriptor, or that could
         * not be read back: it is refused from the first, on every engine.
         */
        public boolean allows(int value) {
            return switch (this) {
                case RCVBUF, SNDBUF -> value >= 0;
                case KEEPIDLE, KEEPINTERVAL -> value >= 1 && value <= Short.MAX_VALUE;
                // Linux takes any number, and keeps how many retransmissions that is, at most 255
                case DEFER_ACCEPT -> value >= 0 && value <= Short.MAX_VALUE;
                case KEEPCOUNT -> value >= 1 && value <= Byte.MAX_VALUE;
                case MAXRT -> value >= -1 && value <= Integer.MAX_VALUE / 1000;
                case MAXRTMS -> value >= -1;
                case TTL -> value >= 1 && value <= MOST_HOPS;
                case TOS, MULTICAST_TTL -> value >= 0 && value <= MOST_HOPS;
                case HOPS6, MULTICAST_HOPS6 -> value >= -1 && value <= MOST_HOPS; // -1: the default
                default -> true;
            };
        }
    }

    /** What a connection has of its listener after the context update (S3). */
    public static final Set<Row> INHERITED =
            EnumSet.of(
                    Row.KEEPALIVE,
                    Row.KEEPIDLE,
                    Row.KEEPINTERVAL,
                    Row.KEEPCOUNT,
                    Row.REUSEADDR,
                    Row.OOBINLINE,
                    Row.RCVBUF,
                    Row.SNDBUF,
                    Row.RCVTIMEO,
                    Row.SNDTIMEO,
                    Row.LINGER,
                    Row.NODELAY);

    /** Linux' values for IP_PMTUDISC_NOT_SET, DO, DONT and PROBE. */
    private static final int[] LINUX_DISCOVERY = {1, 2, 0, 3};

    /** A byte of the header. */
    private static final int MOST_HOPS = 255;

    private long given;
    private final int[] values = new int[Row.ALL.length];

    public SocketOptions() {
        for (Row row : Row.ALL) {
            values[row.ordinal()] = row.initially;
        }
    }

    public SocketOptions copy() {
        SocketOptions result = new SocketOptions();
        result.given = given;
        System.arraycopy(values, 0, result.values, 0, values.length);
        return result;
    }

    public int get(Row row) {
        return values[row.ordinal()];
    }

    public boolean isGiven(Row row) {
        return (given & bit(row)) != 0;
    }

    private static long bit(Row row) {
        return 1L << row.ordinal();
    }

    public void set(Row row, int value) {
        given |= bit(row);
        values[row.ordinal()] = value;
        if (row == Row.KEEPALIVE && value != 0) { // with Windows' times, not Linux'
            given |= bit(Row.KEEPIDLE) | bit(Row.KEEPINTERVAL) | bit(Row.KEEPCOUNT);
        } else if (row == Row.MAXRT || row == Row.MAXRTMS) { // one thing in two units
            Row other = row == Row.MAXRT ? Row.MAXRTMS : Row.MAXRT;
            given &= ~bit(other);
            values[other.ordinal()] = 0;
        }
    }

    /**
     * What the descriptor gets to hear. To linger for some seconds would block the close and, with
     * it, whoever closes for us: the close is graceful in the background then.
     */
    public static int applied(Row row, int value) {
        return switch (row) {
            case LINGER -> value > 0 ? -1 : value;
            case MAXRT -> value < 0 ? Integer.MAX_VALUE : value * 1000;
            case MULTICAST_HOPS6 -> value < 0 ? 1 : value;
            case MAXRTMS -> value < 0 ? Integer.MAX_VALUE : value;
            case MULTICAST_IF -> Multicast.index(value);
            case MTU_DISCOVER, MTU_DISCOVER6 -> LINUX_DISCOVERY[value & 3];
            default -> value;
        };
    }

    public int receiveTimeout() {
        return get(Row.RCVTIMEO);
    }

    public int sendTimeout() {
        return get(Row.SNDTIMEO);
    }

    /**
     * Sets on a new descriptor what was given.
     *
     * @param inherited options of the listener it comes from, which the kernel has handed down;
     *     else null
     */
    void applyTo(Endpoint endpoint, @Nullable SocketOptions inherited) {
        if (given == 0
                || (inherited != null
                        && inherited.given == given
                        && Arrays.equals(inherited.values, values))) {
            return;
        }
        for (Row row : Row.ALL) {
            boolean here = isGiven(row);
            boolean there =
                    inherited != null && inherited.isGiven(row) && inherited.get(row) == get(row);
            if (here && row.applied != null && !there) {
                endpoint.set(row.applied, applied(row, get(row)));
            }
        }
    }

    /** Sets the times of keep-alive, which it begins with. */
    public void applyKeepAlive(Endpoint endpoint) {
        for (Row row : new Row[] {Row.KEEPIDLE, Row.KEEPINTERVAL, Row.KEEPCOUNT}) {
            endpoint.set(java.util.Objects.requireNonNull(row.applied), get(row));
        }
    }
}
