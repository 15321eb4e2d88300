package lapwing.winsock;

import java.util.Objects;
import lapwing.engine.Address;
import org.jspecify.annotations.Nullable;

/** getsockname and getpeername. */
final class Names {
    private Names() {}

    static int local(SocketHandle s, @Nullable Sockaddr name, @Nullable IntRef length) {
        synchronized (s) {
            if (!s.isOpen()) {
                return WinsockError.WSAENOTSOCK;
            }
            boolean connected =
                    s.state == SocketHandle.State.CONNECTED
                            && !(s.connection.accepted && s.connection.contextDue);
            if (!connected && s.local == null) {
                return WinsockError.WSAEINVAL;
            }
            if (name == null
                    || length == null
                    || length.value < (s.v6 ? Sockaddr.SIZE_V6 : Sockaddr.SIZE_V4)) {
                return WinsockError.WSAEFAULT;
            }
            if (connected) {
                int result = Objects.requireNonNull(s.endpoint).localAddress(name.address);
                if (result < 0) {
                    return NtStatus.toWinsock(result);
                }
            } else {
                name.address.set(Objects.requireNonNull(s.local));
            }
            length.value = name.length();
            return 0;
        }
    }

    static int peer(SocketHandle s, @Nullable Sockaddr name, @Nullable IntRef length) {
        synchronized (s) {
            if (!s.isOpen()) {
                return WinsockError.WSAENOTSOCK;
            }
            Address peer = s.connection.peer;
            boolean there =
                    s.datagrams
                            || s.state == SocketHandle.State.CONNECTED && !s.connection.contextDue
                            || s.state == SocketHandle.State.CONNECTING && s.nonBlocking; // C18
            if (peer == null || !there) {
                return WinsockError.WSAENOTCONN;
            }
            if (name == null || length == null || length.value < Sockaddr.length(peer)) {
                return WinsockError.WSAEFAULT;
            }
            name.address.set(peer);
            length.value = name.length();
            return 0;
        }
    }
}
