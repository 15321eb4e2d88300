package lapwing.socket;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import lapwing.engine.Address;
import lapwing.engine.Endpoint;
import lapwing.engine.Timer;
import org.jspecify.annotations.Nullable;

/**
 * What a listening socket has beside other sockets: connections that were taken from the backlog
 * and wait for the next taker, and AcceptEx that are not with the engine yet.
 *
 * <p>Most clients send right after they have connected. If every AcceptEx whose client is there
 * were made good by the next one at once, each client would be accepted before its data has come,
 * and waited for once more. So only a few are <em>out</em>: with the engine, or with a client whose
 * first data is awaited; an eighth of them all, as who posts hundreds expects that many clients at
 * once. Meanwhile clients wait in the backlog, and when their turn comes a moment later their data
 * is there as well. That saves a tenth of a short connection. A round of a busy loop takes
 * milliseconds, so who waits has waited long enough: the longer it is, the more are out.
 *
 * <p>A client that sends nothing must not keep others waiting. One whose data has not come after 2
 * ms is silent and not counted any more, and as many may be out as there are silent ones: a
 * thousand of them are let in within some 16 ms. Nobody looks while an accept is with the engine,
 * as there is nobody to wait then. All fields are guarded by the listener's monitor.
 */
public final class AcceptQueue extends Timer {
    /** So many are out at least; 4 to 16 do equally well. */
    private static final int FEW = 8;

    private static final long PATIENCE_NANOS = 2_000_000;

    /** So fast at least are clients let in that wait, however long a round takes. */
    private static final long PACE_NANOS = 32_000;

    /** A connection taken from the backlog, its client, and when it was taken, by nanoTime. */
    record Client(Endpoint endpoint, Address peer, long since) {}

    private final Socket listener;

    /** For an address that nobody keeps. */
    final Address address = new Address();

    /** Who was taken from the backlog and comes before all that are still there. */
    private final Deque<Client> first = new ArrayDeque<>();

    /** The AcceptEx that are not out. */
    private final RequestQueue held = new RequestQueue();

    /** How many may be held: those clients wait in the backlog, which must not become full. */
    private int mostHeld;

    /** With the engine, without a client, the oldest first; calls of accept, too. */
    private final RequestQueue out = new RequestQueue();

    /** How long the last accept took whose client had been there before it; nanoseconds. */
    private long round;

    /** With a client whose data is awaited, in the order in which they came. */
    private final RequestQueue awaited = new RequestQueue();

    /** The same, of clients that are silent. */
    private final RequestQueue silent = new RequestQueue();

    AcceptQueue(Socket listener) {
        super(listener);
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
    boolean takeBack(Request request) {
        return held.remove(request);
    }

    /** How many are not out; for tests. */
    public int held() {
        return held.size();
    }

    /**
     * The engine has ended an accept.
     *
     * @param took nanoseconds since it went out, if other clients wait behind its own: so that had
     *     been there as well, and the accept took as long as a round of the loop does; 0 otherwise
     */
    void accepted(Request request, long took) {
        out.remove(request);
        round = took;
    }

    /** Has the engine await a client's first data. */
    void await(Request request) {
        awaited.add(request);
        request.startOn(listener.loop());
    }

    /** That wait is over; false if there was none. */
    boolean heard(Request request) {
        return awaited.remove(request) || silent.remove(request);
    }

    /** The next of those that were taken from the backlog; null if there is none. */
    @Nullable Client next() {
        return first.poll();
    }

    /** Gives the next of them to an accept; false if there is none. */
    boolean take(Request accept) {
        Client client = first.poll();
        if (client != null) {
            accept.accepted = client.endpoint();
            accept.peer().set(client.peer());
        }
        return client != null;
    }

    /**
     * A client was taken from the backlog and is not served: WSAAccept has put it off (A39), or its
     * AcceptEx has failed for a reason of its own (A11). It is the next one's; {@link #serve} looks
     * who has been waiting for one.
     */
    void putBack(Client client) {
        if (listener.isOpen()) {
            first.addFirst(client);
        } else {
            reset(client.endpoint());
        }
    }

    /** The listener is closed: it ends for its clients as it does for those in the backlog. */
    void close() {
        cancel();
        for (Client client = first.poll(); client != null; client = first.poll()) {
            reset(client.endpoint());
        }
    }

    /** Closes a connection that nobody has served: its end must not pass for an orderly one. */
    void reset(Endpoint connection) {
        connection.set(Endpoint.Option.LINGER, 0);
        listener.loop().close(connection);
    }

    /**
     * Has those that were put back met by who is waiting for a client. Holding no monitor of an
     * accept socket.
     */
    void serve() {
        for (Request next = held.first(); next != null && !first.isEmpty(); next = held.first()) {
            held.remove(next);
            Accepting.meet(listener, next, first.remove());
        }
        if (!first.isEmpty()) {
            recall();
        }
    }

    /** Gives to the engine what may be out. */
    void proceed() {
        for (Request next = held.first();
                next != null && out.size() + awaited.size() < most();
                next = held.first()) {
            held.remove(next);
            Objects.requireNonNull(next.accepting).outSince = System.nanoTime();
            sendOut(next);
        }
        if (isStuck() != isArmed()) {
            if (isArmed()) {
                cancel(); // a leader that sleeps with a timer pays for it at each wait
            } else {
                listener.loop().arm(this, PATIENCE_NANOS);
            }
        }
    }

    /** Gives an accept to the engine. */
    void sendOut(Request request) {
        out.add(request);
        request.endpoint = listener.endpoint;
        request.startOn(listener.loop());
    }

    /**
     * Asks the engine for accepts that wait for a client while there are some here, the oldest
     * first.
     */
    private void recall() {
        int wanted = first.size();
        Request next = out.first();
        for (int left = out.size(); next != null && left > 0 && wanted > 0; left--) {
            if (!next.abandoned) {
                if (!next.isCancelled()) { // else it was asked before
                    next.cancel();
                }
                wanted--;
            }
            next = next.behind;
        }
    }

    /** How many may be out, those with silent clients not counted. */
    private int most() {
        int all = held.size() + out.size() + awaited.size() + silent.size();
        int usual = Math.max(FEW, all / 8);
        int inRound = (int) Math.min(round / PACE_NANOS, all);
        return Math.max(Math.max(usual, inRound), Math.max(silent.size(), all - mostHeld));
    }

    private boolean isStuck() {
        return !held.isEmpty() && out.isEmpty();
    }

    /** Finds those that are silent. */
    @Override
    protected void ring() {
        if (isStuck()) {
            passOverSilent();
            proceed();
        }
    }

    private void passOverSilent() {
        long since = System.nanoTime() - PATIENCE_NANOS;
        for (Request r = awaited.first(); r != null && cameBefore(r, since); r = awaited.first()) {
            awaited.remove(r);
            silent.add(r);
        }
    }

    private static boolean cameBefore(Request request, long time) {
        Acceptance acceptance = Objects.requireNonNull(request.accepting);
        return acceptance.socket.connection.since - time <= 0;
    }
}
