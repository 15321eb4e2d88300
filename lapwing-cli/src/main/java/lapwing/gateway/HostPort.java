package lapwing.gateway;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import lapwing.winsock.Constants;

/**
 * A host and a port as a user writes them.
 *
 * @param host name or address without brackets; empty if none was given
 * @param port 0 to 65535
 */
public record HostPort(String host, int port) {
    /**
     * Reads {@code HOST:PORT}, {@code [IPV6]:PORT}, {@code :PORT} or {@code PORT}.
     *
     * @param text what the user wrote
     * @return host and port
     * @throws IllegalArgumentException with a message for the user, if the text is none of these
     */
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0 || host.indexOf('[') >= 0) {
            throw new IllegalArgumentException(
                    "'" + text + "': an IPv6 address stands in brackets, as in [::1]:8080");
        }
        return new HostPort(host, port(text, text.substring(colon + 1)));
    }

    private static int port(String text, String digits) {
        if (digits.isEmpty()
                || digits.length() > 5
                || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not HOST:PORT, [IPV6]:PORT, :PORT or PORT");
        }
        int port = Integer.parseInt(digits);
        if (port > 65535) {
            throw new IllegalArgumentException("'" + text + "': a port is at most 65535");
        }
        return port;
    }

    /**
     * The address to listen on; without a host all IPv4 addresses of this machine.
     *
     * @return the resolved address
     * @throws UnknownHostException if the name has no address
     */
    public InetSocketAddress toListen() throws UnknownHostException {
        return resolve("0.0.0.0");
    }

    /**
     * The address to connect to; without a host this machine.
     *
     * @return the resolved address; if the name has several, the first
     * @throws UnknownHostException if the name has no address
     */
    public InetSocketAddress toConnect() throws UnknownHostException {
        return resolve("127.0.0.1");
    }

    private InetSocketAddress resolve(String otherwise) throws UnknownHostException {
        return new InetSocketAddress(
                InetAddress.getByName(host.isEmpty() ? otherwise : host), port);
    }

    /**
     * Writes an address.
     *
     * @param address a resolved one
     * @return such as {@code 1.2.3.4:80} or {@code [::1]:80}
     */
    public static String text(InetSocketAddress address) {
        InetAddress a = address.getAddress();
        return (a instanceof Inet6Address ? "[" + a.getHostAddress() + "]" : a.getHostAddress())
                + ":"
                + address.getPort();
    }

    /**
     * Whether a connection to {@code to} would come to a listener at {@code listen} of this
     * machine.
     *
     * @param listen a resolved address
     * @param to a resolved address
     * @return true if so
     */
    public static boolean meet(InetSocketAddress listen, InetSocketAddress to) {
        if (listen.getPort() != to.getPort() || family(listen) != family(to)) {
            return false; // [::] takes no IPv4
        }
        InetAddress here = listen.getAddress();
        InetAddress there = to.getAddress();
        if (here.isAnyLocalAddress()) {
            return isOwn(there);
        }
        return here.equals(there) || (there.isAnyLocalAddress() && here.isLoopbackAddress());
    }

    /** Whether it is an address of this machine. */
    static boolean isOwn(InetAddress address) {
        try {
            return address.isAnyLocalAddress()
                    || address.isLoopbackAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false; // the system does not say
        }
    }

    /** The Winsock address family of an address. */
    static int family(InetSocketAddress address) {
        return address.getAddress() instanceof Inet4Address
                ? Constants.AF_INET
                : Constants.AF_INET6;
    }
}
