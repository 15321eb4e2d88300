package lapwing.socket;

import java.util.function.Predicate;
import lapwing.engine.Status;

/** Cancelling requests, by whoever asks for it. */
public final class Cancelling {
    private Cancelling() {}

    /** Cancels a request, if it is under way on that socket; false if not. */
    public static boolean one(Socket socket, Request request) {
        synchronized (socket) {
            boolean found = request.isBusy() && request.socket == socket && !request.abandoned;
            if (found) {
                abandon(socket, request);
            }
            return found;
        }
    }

    /** Cancels every request of a socket; true if there was one. */
    public static boolean all(Socket socket) {
        synchronized (socket) {
            return those(socket, r -> true, false);
        }
    }

    /** Cancels what that thread has started. */
    public static void startedBy(Socket socket, Thread starter) {
        synchronized (socket) {
            those(socket, r -> starter == r.starter, false);
        }
    }

    private static boolean those(
            Socket socket, Predicate<Request> which, boolean sendsHaveTheirAttempt) {
        boolean any = false;
        Request next;
        for (Request r = socket.pending; r != null; r = next) {
            next = r.next; // a queued one ends here and leaves the list
            if (!r.abandoned && which.test(r)) {
                any = true;
                if (sendsHaveTheirAttempt && r.purpose.sends() && !r.isStarted()) {
                    r.abandoned = true;
                } else {
                    abandon(socket, r);
                }
            }
        }
        return any;
    }

    /**
     * A thread has ended: with it end the requests that are its own affair (O34). Sends have their
     * attempt first, see {@link Sending}.
     */
    public static void ofEndedThread(Socket socket, Thread starter) {
        synchronized (socket) {
            those(socket, r -> starter == r.starter && r.endsWithThread(socket), true);
        }
    }

    /**
     * Something has gone wrong while a request ended, by a defect or for want of memory: it ends
     * all the same, those behind it have their turn, and a closed socket gives its descriptor back.
     *
     * @param life the life of the request that was ending; it may be in another one meanwhile
     */
    static void giveUp(Socket socket, Request request, int life) {
        synchronized (socket) {
            boolean ends = request.isBusy() && request.life() == life && request.socket == socket;
            if (ends) {
                request.leaveQueue();
                if (socket.connection.disconnecting == request) {
                    socket.connection.disconnecting = null;
                }
                socket.unlink(request);
                if (socket.state == Socket.State.CONNECTING) {
                    boolean bound = socket.local != null;
                    socket.disconnected(bound ? Socket.State.BOUND : Socket.State.CREATED);
                }
                int status = Status.INSUFFICIENT_RESOURCES;
                request.completed(socket, status, 0, false);
            }
            Receiving.proceed(socket);
            Request send = socket.sends.first();
            if (send != null && !send.isStarted()) {
                Sending.proceed(socket);
            }
            Closing.closeIfDone(socket);
        }
    }

    /** Cancels one request. Holding the socket's monitor. */
    static void abandon(Socket socket, Request request) {
        request.abandoned = true;
        request.purpose.abandon(socket, request);
    }
}
