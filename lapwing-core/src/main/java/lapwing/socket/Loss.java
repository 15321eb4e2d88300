package lapwing.socket;

import java.util.Objects;
import lapwing.engine.Endpoint;
import lapwing.engine.Status;

/**
 * How a connection that has broken is told from one that has ended in order (O33, P33).
 *
 * <p>The system tells the error that ends a connection once, to whichever operation asks first.
 * From then on there is nothing to read, and that looks like the peer's end. So the first error is
 * kept ({@code broken}), whichever operation gets it and whatever became of that, and told instead
 * of every end from then on. That is not enough: the error may be on its way to a thread that waits
 * for the socket's monitor, or nobody may ever hear of it (a send that had moved a part before
 * reports the part). So an end is believed at once only while nothing else has had a hand in it.
 * Else the system is asked, which knows whether the peer's end has come.
 *
 * <p>All methods are called holding the socket's monitor.
 */
public final class Loss {
    private Loss() {}

    /** Keeps what a failure says about the connection; the first one counts. */
    public static void note(Socket s, Request request, int status) {
        boolean urgent = (request.flags & Endpoint.URGENT) != 0;
        boolean notThere = // there is no urgent byte, or no way to ask
                urgent && (status == Status.INVALID_PARAMETER || status == Status.NOT_SUPPORTED);
        if (s.connection.broken == 0 && !notThere && Status.endsConnection(status)) {
            s.connection.broken = status;
        }
    }

    /** Keeps what the end of a send says about the connection. */
    static void noteSend(Socket s, Request request, int status, int bytes) {
        note(s, request, status);
        s.connection.doubtful |= bytes < request.total();
        s.connection.hasSpoken |= bytes > 0;
    }

    /**
     * Keeps what the end of a receive says about the connection.
     *
     * @return what to tell the program: the status, or why there is nothing
     */
    static int ofReceive(Socket s, Request request, int status, int bytes) {
        note(s, request, status);
        if (status != Status.SUCCESS) {
            return status;
        }
        if (bytes > 0) {
            boolean waitsForAll = (request.flags & Endpoint.WAIT_ALL) != 0;
            s.connection.doubtful |= waitsForAll && bytes < request.total();
            return Status.SUCCESS;
        }
        if (s.connection.doubtful || !s.sends.isEmpty() || s.connection.disconnecting != null) {
            look(s);
        }
        if (s.connection.broken == 0 && request.total() > 0) {
            if (isRefused(s, request)) {
                s.connection.broken = Status.CONNECTION_ABORTED; // O40
            }
            s.connection.endSeen |= s.connection.broken == 0;
        }
        return s.connection.broken;
    }

    /**
     * True if the peer has refused, after its end, what was sent to it. Nothing else tells, the end
     * looks the same. It costs a question at the end of a connection on which something was sent,
     * unless the engine has seen the answer while the receive waited.
     */
    private static boolean isRefused(Socket s, Request receive) {
        return s.connection.hasSpoken
                && !s.connection.sendShut
                && (receive.resultFlags & Endpoint.NOT_OVER) == 0
                && s.endpoint != null
                && s.endpoint.isOver();
    }

    /** Asks the system whether the connection has broken; 0, or the error that has ended it. */
    static int look(Socket s) {
        if (s.connection.broken == 0
                && !s.connection.endSeen
                && Objects.requireNonNull(s.endpoint).isBroken()) {
            s.connection.broken = Status.CONNECTION_RESET; // a guess: the true word went to another
        }
        return s.connection.broken;
    }
}
