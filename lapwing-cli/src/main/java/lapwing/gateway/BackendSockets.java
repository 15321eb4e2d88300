package lapwing.gateway;

import java.util.ArrayDeque;
import lapwing.winsock.CompletionPort;
import lapwing.winsock.Constants;
import lapwing.winsock.Sockaddr;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.Winsock;
import org.jspecify.annotations.Nullable;

/**
 * The disconnected backend sockets of one worker, last in first out for each address family.
 *
 * <p>Each holds a descriptor, so only {@link #MOST} of them are kept after a burst.
 */
final class BackendSockets {
    /** Sockets kept for reuse in each family. */
    static final int MOST = 256;

    private final CompletionPort port;
    private final ArrayDeque<BackendSocket> v4 = new ArrayDeque<>();
    private final ArrayDeque<BackendSocket> v6 = new ArrayDeque<>();
    private final Sockaddr anyV4 = Sockaddr.any(Constants.AF_INET, 0);
    private final Sockaddr anyV6 = Sockaddr.any(Constants.AF_INET6, 0);

    BackendSockets(CompletionPort port) {
        this.port = port;
    }

    /** A bound socket, used before if there is one; null with the reason in WSAGetLastError. */
    @Nullable BackendSocket take(int family) {
        BackendSocket used = of(family).pollFirst();
        return used != null ? used : fresh(family);
    }

    /** A new bound socket; null with the reason in WSAGetLastError. */
    @Nullable BackendSocket fresh(int family) {
        SocketHandle s = Sockets.prepare(family, port);
        if (s == null) {
            return null;
        }
        Sockets.shareLocalPorts(s);
        Sockaddr any = family == Constants.AF_INET ? anyV4 : anyV6;
        if (Winsock.bind(s, any, any.length()) != 0) {
            int error = Winsock.WSAGetLastError();
            Winsock.closesocket(s);
            Winsock.WSASetLastError(error);
            return null;
        }
        return new BackendSocket(s, family);
    }

    /** Keeps a socket that DisconnectEx has made free. */
    void give(BackendSocket socket) {
        ArrayDeque<BackendSocket> kept = of(socket.family);
        if (kept.size() < MOST) {
            kept.addFirst(socket);
        } else {
            socket.close();
        }
    }

    void closeAll() {
        v4.forEach(BackendSocket::close);
        v6.forEach(BackendSocket::close);
        v4.clear();
        v6.clear();
    }

    private ArrayDeque<BackendSocket> of(int family) {
        return family == Constants.AF_INET ? v4 : v6;
    }
}
