package lapwing.winsock;

import java.util.Arrays;
import lapwing.engine.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * The options of a socket, as the program has set them. They belong to the handle: they are applied
 * to each descriptor it gets and survive a reuse. Guarded by the socket's monitor.
 */
final class SocketOptions {
    /** An option with one integer. */
    enum Row {
        KEEPALIVE(
                Constants.SOL_SOCKET, Constants.SO_KEEPALIVE, true, 0, Endpoint.Option.KEEP_ALIVE),
        REUSEADDR(
                Constants.SOL_SOCKET,
                Constants.SO_REUSEADDR,
                true,
                0,
                Endpoint.Option.REUSE_ADDRESS),
        EXCLUSIVEADDRUSE(Constants.SOL_SOCKET, Constants.SO_EXCLUSIVEADDRUSE, true, 0, null),
        BROADCAST(Constants.SOL_SOCKET, Constants.SO_BROADCAST, true, 0, Endpoint.Option.BROADCAST),
        OOBINLINE(
                Constants.SOL_SOCKET,
                Constants.SO_OOBINLINE,
                true,
                0,
                Endpoint.Option.URGENT_INLINE),
        CONDITIONAL_ACCEPT(Constants.SOL_SOCKET, Constants.SO_CONDITIONAL_ACCEPT, true, 0, null),
        RCVBUF(
                Constants.SOL_SOCKET,
                Constants.SO_RCVBUF,
                false,
                65536,
                Endpoint.Option.RECEIVE_BUFFER),
        SNDBUF(
                Constants.SOL_SOCKET,
                Constants.SO_SNDBUF,
                false,
                65536,
                Endpoint.Option.SEND_BUFFER),
        RCVTIMEO(Constants.SOL_SOCKET, Constants.SO_RCVTIMEO, false, 0, null),
        SNDTIMEO(Constants.SOL_SOCKET, Constants.SO_SNDTIMEO, false, 0, null),
        LINGER(Constants.SOL_SOCKET, Constants.SO_LINGER, false, -1, Endpoint.Option.LINGER),
        NODELAY(Constants.IPPROTO_TCP, Constants.TCP_NODELAY, true, 0, Endpoint.Option.NO_DELAY),
        PKTINFO(Constants.IPPROTO_IP, Constants.IP_PKTINFO, true, 0, Endpoint.Option.PACKET_INFO),
        PKTINFO6(
                Constants.IPPROTO_IPV6,
                Constants.IPV6_PKTINFO,
                true,
                0,
                Endpoint.Option.PACKET_INFO),
        KEEPIDLE(Constants.SOL_LAPWING, 100, false, 0, Endpoint.Option.KEEP_IDLE_SECONDS),
        KEEPINTERVAL(Constants.SOL_LAPWING, 101, false, 0, Endpoint.Option.KEEP_INTERVAL_SECONDS),
        REUSE_UNICASTPORT(
                Constants.SOL_SOCKET,
                Constants.SO_REUSE_UNICASTPORT,
                true,
                0,
                Endpoint.Option.LATE_PORT),
        REUSEPORT(
                Constants.SOL_LAPWING,
                Constants.LAPWING_REUSEPORT,
                true,
                0,
                Endpoint.Option.REUSE_PORT),
        DEFER_ACCEPT(
                Constants.SOL_LAPWING,
                Constants.LAPWING_DEFER_ACCEPT,
                false,
                0,
                Endpoint.Option.DEFER_ACCEPT);

        private static final Row[] ALL = values();

        final int level;
        final int name;
        final boolean truth;
        final int initially;
        final Endpoint.@Nullable Option applied;

        Row(int level, int name, boolean truth, int initially, Endpoint.@Nullable Option applied) {
            this.level = level;
            this.name = name;
            this.truth = truth;
            this.initially = initially;
            this.applied = applied;
        }

        static @Nullable Row of(int level, int name) {
            for (Row row : ALL) {
                if (row.level == level && row.name == name) {
                    return row;
                }
            }
            return null;
        }
    }

    private int given;
    private final int[] values = new int[Row.ALL.length];

    SocketOptions() {
        for (Row row : Row.ALL) {
            values[row.ordinal()] = row.initially;
        }
    }

    SocketOptions copy() {
        SocketOptions result = new SocketOptions();
        result.given = given;
        System.arraycopy(values, 0, result.values, 0, values.length);
        return result;
    }

    int get(Row row) {
        return values[row.ordinal()];
    }

    void set(Row row, int value) {
        given |= 1 << row.ordinal();
        values[row.ordinal()] = value;
    }

    /**
     * What the descriptor gets to hear. To linger for some seconds would block the close and, with
     * it, whoever closes for us: the close is graceful in the background then.
     */
    static int applied(Row row, int value) {
        return row == Row.LINGER && value > 0 ? -1 : value;
    }

    int receiveTimeout() {
        return get(Row.RCVTIMEO);
    }

    int sendTimeout() {
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
            boolean here = (given & 1 << row.ordinal()) != 0;
            boolean there =
                    inherited != null
                            && (inherited.given & 1 << row.ordinal()) != 0
                            && inherited.get(row) == get(row);
            if (here && row.applied != null && !there) {
                endpoint.set(row.applied, applied(row, get(row)));
            }
        }
    }
}
