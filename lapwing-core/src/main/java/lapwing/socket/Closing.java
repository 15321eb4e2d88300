package lapwing.socket;

import java.util.Objects;
import lapwing.engine.Endpoint;

/**
 * closesocket, and the end of a closed socket: its requests are cancelled, and when the last of
 * them has ended it gives back its descriptor and leaves its port and its request queue.
 */
public final class Closing {
    private Closing() {}

    /** Closes a socket; false if it is closed already. */
    public static boolean close(Socket s) {
        Request accepting;
        synchronized (s) {
            if (!s.isOpen()) {
                return false;
            }
            boolean listened = s.state == Socket.State.LISTENING;
            s.state = Socket.State.CLOSED;
            accepting = s.acceptedBy;
            if (listened) {
                // pending accepts would keep it open (F6)
                Objects.requireNonNull(s.endpoint).shutdown(true, true);
                Objects.requireNonNull(s.listening).close();
            }
            if (!closeBehind(s)) {
                cancelAll(s);
            }
            closeIfDone(s);
        }
        if (accepting != null) {
            Accepting.abandonFor(s, accepting);
        }
        return true;
    }

    /**
     * Cancels every request, but lets sends have their attempt first, unless the close is hard
     * (SO_LINGER with 0 seconds).
     */
    private static void cancelAll(Socket socket) {
        boolean hard = socket.options != null && socket.options.get(SocketOptions.Row.LINGER) == 0;
        Request next;
        for (Request r = socket.pending; r != null; r = next) {
            next = r.next;
            boolean sends = r.purpose.sends();
            if (hard || !sends) {
                if (!r.abandoned || (sends && !r.isStarted())) {
                    Cancelling.abandon(socket, r);
                }
            } else if (r.isStarted()) {
                r.cancel(); // those behind it follow, see Sending
            }
        }
    }

    /** Closes the descriptor in one step with a send under way, if that is all there is. */
    private static boolean closeBehind(Socket s) {
        Request only = s.pending;
        if (only == null || only.next != null || only.purpose != Sending.SEND) {
            return false;
        }
        Endpoint endpoint = s.endpoint;
        boolean possible =
                only.isStarted()
                        && !only.abandoned
                        && !s.datagrams // Linux keeps one back that is told of more to come
                        && !s.mayLinger();
        // the loop of the send, which may not be that of the socket
        if (endpoint == null || !possible || !only.loop().closeBehind(only, endpoint)) {
            return false;
        }
        s.endpoint = null;
        return true;
    }

    /**
     * Gives the descriptor back once nothing is under way on a closed socket. Holding its monitor.
     */
    static void closeIfDone(Socket s) {
        if (s.isOpen() || s.pending != null || s.acceptedBy != null) {
            return;
        }
        if (s.endpoint != null) {
            s.loop().close(s.endpoint);
            s.endpoint = null;
        }
        if (s.registered != null) {
            s.registered.close();
            s.registered = null;
        }
        if (s.port != null) {
            s.port.dissociate();
            s.port = null;
        }
    }
}
