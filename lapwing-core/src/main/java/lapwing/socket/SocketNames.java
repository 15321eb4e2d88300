package lapwing.socket;

import java.util.Objects;
import lapwing.engine.Address;
import lapwing.engine.Status;

/** The addresses of a socket's two ends. A status is returned, less than 0 for a refusal. */
public final class SocketNames {
    private SocketNames() {}

    /** Where the socket is bound or connected. */
    public static int local(Socket s, Address to) {
        synchronized (s) {
            if (!s.isOpen()) {
                return Status.INVALID_HANDLE;
            }
            boolean connected =
                    s.state == Socket.State.CONNECTED
                            && !(s.connection.accepted && s.connection.contextDue);
            if (connected) {
                return Math.min(Objects.requireNonNull(s.endpoint).localAddress(to), 0);
            }
            if (s.local == null) {
                return Status.INVALID_PARAMETER;
            }
            to.set(s.local);
            return Status.SUCCESS;
        }
    }

    /** Who is at the other end. */
    public static int peer(Socket s, Address to) {
        synchronized (s) {
            if (!s.isOpen()) {
                return Status.INVALID_HANDLE;
            }
            Address peer = s.connection.peer;
            boolean there =
                    s.datagrams
                            || s.state == Socket.State.CONNECTED && !s.connection.contextDue
                            || s.state == Socket.State.CONNECTING && s.nonBlocking; // C18
            if (peer == null || !there) {
                return Status.INVALID_CONNECTION;
            }
            to.set(peer);
            return Status.SUCCESS;
        }
    }
}
