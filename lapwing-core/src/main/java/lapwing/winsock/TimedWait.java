package lapwing.winsock;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import lapwing.socket.TimedWaitDelay;
import org.jspecify.annotations.Nullable;

/**
 * TIME_WAIT: how long a socket that has closed first is held back, how many sockets of this machine
 * are in that state, and how many ports are left.
 *
 * <p>The side that closes a TCP connection first keeps it in TIME_WAIT, so that late segments find
 * nobody new (RFC 9293). Windows' {@code TcpTimedWaitDelay} sets for how long, and a DisconnectEx
 * with {@code TF_REUSE_SOCKET} may be delayed by it. Linux keeps the state for 60 seconds, outside
 * the socket, and has no setting. So a reused handle is free at once here; a {@linkplain
 * #setTcpTimedWaitDelay delay} brings the old behaviour back: the DisconnectEx then ends that much
 * later. It is the disconnect that waits, not the AcceptEx or ConnectEx behind it, because
 * Microsoft describes it so, and because a program that waits for its completion anyway needs no
 * other code.
 *
 * <p>Safe for any number of threads.
 *
 * @see <a
 *     href="https://learn.microsoft.com/windows/win32/api/mswsock/nc-mswsock-lpfn_disconnectex">MSDN:
 *     DisconnectEx</a>
 */
public final class TimedWait {
    /** The name of the system property with the first delay, in seconds. */
    public static final String PROPERTY = TimedWaitDelay.PROPERTY;

    /** The longest delay, seconds; as on Windows. */
    public static final int MOST_SECONDS = TimedWaitDelay.MOST_SECONDS;

    /** In a class of its own: few programs ask, and none while it starts. */
    private static final class Ports {
        static final PortTable TABLE = new PortTable(Path.of("/proc"));
    }

    private TimedWait() {}

    /**
     * How long a socket that has closed first is held back, seconds; 0 for not at all.
     *
     * @throws IllegalStateException if the system property has no such value; the message says so.
     *     The first WSASocket throws the same
     */
    public static int tcpTimedWaitDelay() {
        return TimedWaitDelay.seconds();
    }

    /**
     * Sets the delay for this process, in place of the system property: a DisconnectEx or
     * TransmitFile with {@code TF_REUSE_SOCKET} of the side that has closed first ends so many
     * seconds after both sides have closed. Not held back are a socket whose peer has closed first,
     * and one whose connection was reset. What is held back can be cancelled, and its socket
     * closed. A change counts for the disconnects that begin after it.
     *
     * @param seconds 0 to {@link #MOST_SECONDS}
     * @throws IllegalArgumentException if it is anything else; nothing has changed then
     */
    public static void setTcpTimedWaitDelay(int seconds) {
        TimedWaitDelay.set(seconds);
    }

    /**
     * Counts the TCP sockets in TIME_WAIT, of all processes in this network namespace.
     *
     * @throws IOException if this system does not tell; only Linux does, in {@code /proc}
     */
    public static int sockets() throws IOException {
        return Ports.TABLE.timeWait();
    }

    /**
     * Counts those that were connected to one address and port. Reads the table of all sockets:
     * some milliseconds for each ten thousand.
     *
     * @param peer a resolved address
     * @throws IOException as {@link #sockets()}
     */
    public static int sockets(InetSocketAddress peer) throws IOException {
        return Ports.TABLE.timeWait(peer);
    }

    /**
     * How many local ports the system can still choose for connections to one address and port:
     * {@code ip_local_port_range} without the reserved ports, those of listeners, and those with a
     * connection to that peer, TIME_WAIT included. A port that is bound and nothing else is not in
     * the table: the true number may be smaller. With several local addresses it is larger.
     *
     * @param peer a resolved address
     * @throws IOException as {@link #sockets()}
     */
    public static int portsLeft(InetSocketAddress peer) throws IOException {
        return Ports.TABLE.portsLeft(peer);
    }

    /**
     * The address and port to which this machine has the most connections, TIME_WAIT included; null
     * if there are none.
     *
     * @throws IOException as {@link #sockets()}
     */
    public static @Nullable InetSocketAddress busiestPeer() throws IOException {
        return Ports.TABLE.busiestPeer();
    }
}
