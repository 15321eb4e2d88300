package lapwing.winsock;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;
import lapwing.engine.Address;
import lapwing.engine.Endpoint;
import lapwing.winsock.Request.AcceptArguments;

/**
 * What a listening socket has beside other sockets: connections that WSAAccept has put off, and
 * AcceptEx that are not with the engine yet.
 *
 * <p>Most clients send right after they have connected. If every AcceptEx whose client is there
 * were made good by the next one at once, each client would be accepted before its data has come,
 * and waited for once more. So only a few are <em>out</em>: with the engine, or with a client whose
 * first data is awaited; an eighth of them all, as who posts hundreds expects that many clients at
 * once. Meanwhile clients wait in the backlog, and when their turn comes a moment later their data
 * is there as well. That saves a tenth of a short connection.
 *
 * <p>A client that sends nothing must not keep others waiting. One whose data has not come after 2
 * ms is silent and not counted any more, and as many may be out as there are silent ones: a
 * thousand of them are let in within some 16 ms. Nobody looks while an accept is with the engine,
 * as there is nobody to wait then. All fields are guarded by the listener's monitor.
 */
final class Listening implements BooleanSupplier {
    /** So many are out at least; 4 to 16 do equally well. */
    private static final int FEW = 8;

    private static final long PATIENCE_NANOS = 2_000_000;

    /** A connection taken from the backlog and its client. */
    record Deferred(Endpoint endpoint, Address peer) {}

    private final SocketHandle listener;

    /** Connections that WSAAccept has put off (A39). */
    final Deque<Deferred> deferred = new ArrayDeque<>();

    /** AcceptEx that are not out, first in first out. */
    private final Deque<Request> held = new ArrayDeque<>();

    /** How many may be held: those clients wait in the backlog, which must not become full. */
    private int mostHeld;

    /** With the engine, without a client. */
    private int accepting;

    /** With a client whose data is awaited, and who is not silent. */
    private int awaiting;

    /** With a client that was there at {@link #silentSince} and has sent nothing. */
    private int silent;

    private long silentSince = System.nanoTime() - PATIENCE_NANOS;
    private boolean watched;

    Listening(SocketHandle listener) {
        this.listener = listener;
    }

    /** listen was called, perhaps once more; so many clients can wait now. */
    void backlog(int length) {
        mostHeld = length / 4;
        proceed();
    }

    /**
     * accept is called as well: it must not be served before an AcceptEx that came earlier. True if
     * some of these go to the engine only now.
     */
    boolean holdNothing() {
        boolean any = !held.isEmpty();
        mostHeld = 0;
        proceed();
        return any;
    }

    /** Takes an AcceptEx that waits for a client. */
    void add(Request request) {
        held.add(request);
        proceed();
    }

    /** Takes one back that is not out; false if it is. */
    boolean remove(Request request) {
        return held.removeLastOccurrence(request); // the last first: so they are all cancelled
    }

    /** How many are not out; for tests. */
    int held() {
        return held.size();
    }

    /** The engine has ended an accept. */
    void accepted() {
        accepting--;
    }

    /** A client's first data is awaited. */
    void awaits() {
        awaiting++;
    }

    /** That wait is over. */
    void awaited(SocketHandle accept) {
        if (accept.connectedAt - silentSince > 0) {
            awaiting--;
        } else {
            silent--;
        }
    }

    /** The listener is closed. */
    void closeDeferred() {
        for (Deferred put = deferred.poll(); put != null; put = deferred.poll()) {
            put.endpoint().close();
        }
    }

    /** Gives to the engine what may be out. */
    void proceed() {
        while (!held.isEmpty() && accepting + awaiting < most()) {
            Request next = held.remove();
            accepting++;
            next.endpoint = listener.endpoint;
            next.startOn(listener.loop());
        }
        if (!watched && isStuck()) {
            watched = true;
            Watch.add(this);
        }
    }

    /** How many may be out, those with silent clients not counted. */
    private int most() {
        int all = held.size() + accepting + awaiting + silent;
        int usual = Math.max(FEW, all / 8);
        return Math.max(Math.max(usual, silent), all - mostHeld);
    }

    private boolean isStuck() {
        return !held.isEmpty() && accepting == 0;
    }

    /** A look of the {@link Watch}: finds those that are silent. */
    @Override
    public boolean getAsBoolean() {
        synchronized (listener) {
            if (isStuck()) {
                count();
                proceed();
            }
            watched = isStuck();
            return watched;
        }
    }

    private void count() {
        silentSince = System.nanoTime() - PATIENCE_NANOS;
        int found = 0;
        for (Request r = listener.pending; r != null; r = r.next) {
            AcceptArguments arguments = r.accepting;
            if (arguments != null
                    && r.awaitsData
                    && arguments.socket().connectedAt - silentSince <= 0) {
                found++;
            }
        }
        awaiting -= found - silent;
        silent = found;
    }
}
