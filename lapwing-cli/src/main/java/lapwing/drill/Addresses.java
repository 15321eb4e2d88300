package lapwing.drill;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import lapwing.winsock.Constants;
import lapwing.winsock.IntRef;
import lapwing.winsock.Sockaddr;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.Winsock;
import org.jspecify.annotations.Nullable;

/** Addresses by the sockets bound to them, {@code @s}, so that scripts need no port numbers. */
final class Addresses {
    private static final int STORAGE_SIZE = 128;

    private Addresses() {}

    /** An argument: digits, or {@code @s} with loopback for a wildcard. */
    static Sockaddr parse(Script script, String word) {
        if (!word.startsWith("@")) {
            return Sockaddr.of(HostPort.parse(word));
        }
        Sockaddr bound =
                script.find(word.substring(1)) instanceof NamedSocket s
                        ? boundTo(s.handle())
                        : null;
        if (bound == null) {
            throw new BadLine("not an open socket with an address: " + word);
        }
        return bound.isWildcard() ? loopback(bound) : bound;
    }

    private static Sockaddr loopback(Sockaddr wildcard) {
        boolean six = wildcard.family() == Constants.AF_INET6;
        InetAddress host = InetAddress.ofLiteral(six ? "::1" : "127.0.0.1");
        return Sockaddr.of(new InetSocketAddress(host, wildcard.port()));
    }

    /**
     * As a script prints it: the oldest open socket bound to exactly that address, else the digits.
     */
    static String print(Script script, Sockaddr address) {
        return print(script, address, SocketHandle.INVALID_SOCKET);
    }

    /** The same; {@code except} is passed over. */
    static String print(Script script, Sockaddr address, SocketHandle except) {
        if (address.isWildcard() && address.port() == 0) {
            return "family=0"; // a place in which no call has stored an address
        }
        for (NamedSocket s : script.openSockets()) {
            SocketHandle handle = s.handle();
            if (!handle.equals(except) && address.equals(boundTo(handle))) {
                return "@" + s.name();
            }
        }
        return HostPort.print(address.toInetSocketAddress());
    }

    private static @Nullable Sockaddr boundTo(SocketHandle s) {
        Sockaddr name = new Sockaddr();
        return Winsock.getsockname(s, name, room()) == 0 ? name : null;
    }

    /** The length to pass with an address that a call is to fill. */
    static IntRef room() {
        return new IntRef(STORAGE_SIZE);
    }
}
