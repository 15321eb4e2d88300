package lapwing.winsock;

import static lapwing.socket.SocketOptions.Row;
import static lapwing.winsock.Constants.*;

import org.jspecify.annotations.Nullable;

/** How setsockopt and getsockopt call an option: by a level and a name. */
record OptionNames(int level, int name, Row row) {
    private static final OptionNames[] ALL = {
        new OptionNames(SOL_SOCKET, SO_KEEPALIVE, Row.KEEPALIVE),
        new OptionNames(SOL_SOCKET, SO_REUSEADDR, Row.REUSEADDR),
        new OptionNames(SOL_SOCKET, SO_EXCLUSIVEADDRUSE, Row.EXCLUSIVEADDRUSE),
        new OptionNames(SOL_SOCKET, SO_BROADCAST, Row.BROADCAST),
        new OptionNames(SOL_SOCKET, SO_OOBINLINE, Row.OOBINLINE),
        new OptionNames(SOL_SOCKET, SO_CONDITIONAL_ACCEPT, Row.CONDITIONAL_ACCEPT),
        new OptionNames(SOL_SOCKET, SO_DEBUG, Row.DEBUG),
        new OptionNames(SOL_SOCKET, SO_DONTROUTE, Row.DONTROUTE),
        new OptionNames(SOL_SOCKET, SO_RANDOMIZE_PORT, Row.RANDOMIZE_PORT),
        new OptionNames(SOL_SOCKET, SO_PORT_SCALABILITY, Row.PORT_SCALABILITY),
        new OptionNames(SOL_SOCKET, SO_RCVBUF, Row.RCVBUF),
        new OptionNames(SOL_SOCKET, SO_SNDBUF, Row.SNDBUF),
        new OptionNames(SOL_SOCKET, SO_RCVTIMEO, Row.RCVTIMEO),
        new OptionNames(SOL_SOCKET, SO_SNDTIMEO, Row.SNDTIMEO),
        new OptionNames(SOL_SOCKET, SO_LINGER, Row.LINGER),
        new OptionNames(SOL_SOCKET, SO_REUSE_UNICASTPORT, Row.REUSE_UNICASTPORT),
        new OptionNames(IPPROTO_TCP, TCP_NODELAY, Row.NODELAY),
        new OptionNames(IPPROTO_TCP, TCP_KEEPIDLE, Row.KEEPIDLE),
        new OptionNames(IPPROTO_TCP, TCP_KEEPINTVL, Row.KEEPINTERVAL),
        new OptionNames(IPPROTO_TCP, TCP_KEEPCNT, Row.KEEPCOUNT),
        new OptionNames(IPPROTO_TCP, TCP_MAXRT, Row.MAXRT),
        new OptionNames(IPPROTO_TCP, TCP_MAXRTMS, Row.MAXRTMS),
        new OptionNames(IPPROTO_TCP, TCP_FAIL_CONNECT_ON_ICMP_ERROR, Row.FAIL_CONNECT),
        new OptionNames(IPPROTO_UDP, UDP_NOCHECKSUM, Row.NOCHECKSUM),
        new OptionNames(IPPROTO_IP, IP_TOS, Row.TOS),
        new OptionNames(IPPROTO_IP, IP_TTL, Row.TTL),
        new OptionNames(IPPROTO_IPV6, IPV6_UNICAST_HOPS, Row.HOPS6),
        new OptionNames(IPPROTO_IP, IP_MULTICAST_IF, Row.MULTICAST_IF),
        new OptionNames(IPPROTO_IPV6, IPV6_MULTICAST_IF, Row.MULTICAST_IF6),
        new OptionNames(IPPROTO_IP, IP_MULTICAST_TTL, Row.MULTICAST_TTL),
        new OptionNames(IPPROTO_IPV6, IPV6_MULTICAST_HOPS, Row.MULTICAST_HOPS6),
        new OptionNames(IPPROTO_IP, IP_MULTICAST_LOOP, Row.MULTICAST_LOOP),
        new OptionNames(IPPROTO_IPV6, IPV6_MULTICAST_LOOP, Row.MULTICAST_LOOP6),
        new OptionNames(IPPROTO_IP, IP_DONTFRAGMENT, Row.DONTFRAGMENT),
        new OptionNames(IPPROTO_IPV6, IPV6_DONTFRAG, Row.DONTFRAG6),
        new OptionNames(IPPROTO_IP, IP_MTU_DISCOVER, Row.MTU_DISCOVER),
        new OptionNames(IPPROTO_IPV6, IPV6_MTU_DISCOVER, Row.MTU_DISCOVER6),
        new OptionNames(IPPROTO_IPV6, IPV6_V6ONLY, Row.V6ONLY),
        new OptionNames(IPPROTO_IP, IP_PKTINFO, Row.PKTINFO),
        new OptionNames(IPPROTO_IPV6, IPV6_PKTINFO, Row.PKTINFO6),
        new OptionNames(SOL_LAPWING, LAPWING_REUSEPORT, Row.REUSEPORT),
        new OptionNames(SOL_LAPWING, LAPWING_DEFER_ACCEPT, Row.DEFER_ACCEPT)
    };

    /** The option of that name, null if there is none. */
    static @Nullable Row row(int level, int name) {
        for (OptionNames option : ALL) {
            if (option.level == level && option.name == name) {
                return option.row;
            }
        }
        return null;
    }

    /** The names of an option. */
    static OptionNames of(Row row) {
        for (OptionNames option : ALL) {
            if (option.row == row) {
                return option;
            }
        }
        throw new IllegalArgumentException(row + " has no name");
    }
}
