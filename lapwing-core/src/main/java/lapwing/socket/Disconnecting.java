package lapwing.socket;

import java.util.Objects;
import lapwing.engine.Address;
import lapwing.engine.Endpoint;
import lapwing.engine.Operation;
import lapwing.engine.Status;

/**
 * shutdown and DisconnectEx.
 *
 * <p>A DisconnectEx waits its turn behind the sends, then sends FIN. Without reuse that is all.
 * With reuse it then waits for the peer's end (D24) by an operation that takes no data; if that
 * finds unread data it waits for the program to read and looks again. When nothing is left to come,
 * receives that the program has under way have ended too, and the descriptor goes (after an accept)
 * or is made ready to connect again (after a connect).
 *
 * <p>A peer that has closed first may not have taken everything yet: see {@link Delivery}. With a
 * {@link TimedWaitDelay} set, the side that has closed first is held back at that point.
 *
 * <p>One subtlety: a program that reads its last data after calling DisconnectEx expects the end of
 * stream behind it, but by then the disconnect may have completed. The first receive after it
 * reports that end, or the error that came in its place ({@code endOwed}), the next one
 * WSAENOTCONN.
 */
public final class Disconnecting implements Purpose {
    static final Purpose DISCONNECT = new Disconnecting();

    private Disconnecting() {}

    /** Ends one direction, or both. */
    public static int shutdown(Socket s, boolean receives, boolean sends) {
        synchronized (s) {
            if (!s.isOpen()) {
                return Status.INVALID_HANDLE;
            }
            boolean connected = s.state == Socket.State.CONNECTED && !s.connection.contextDue;
            if (!connected && !s.datagrams) { // those need no peer (S22)
                return Status.INVALID_CONNECTION;
            }
            s.connection.sendShutAsked |= sends;
            if (sends && !s.connection.sendShut) {
                s.connection.sendShut = true;
                if (s.sends.isEmpty()) {
                    s.sendEnd(); // otherwise behind the sends, see Sending
                } else {
                    Sending.endFollows(s);
                }
            }
            // the kernel is not told: it would end pending receives, Windows does not
            s.connection.receiveShut |= receives;
            return Status.SUCCESS;
        }
    }

    /**
     * Ends the connection, behind the sends that are under way.
     *
     * @param reuse the socket is to be used again
     * @return {@link Status#PENDING}, or why not
     */
    public static int start(Socket s, Request request, boolean reuse) {
        synchronized (s) {
            int refusal = refusal(s);
            if (refusal != 0) {
                return refusal;
            }
            request.prepare(s, DISCONNECT, Operation.Kind.AWAIT_CLOSE);
            request.details().reuse = reuse;
            request.begin();
            s.link(request);
            boolean shut = s.connection.sendShut;
            s.connection.sendShut = true;
            Sending.endFollows(s);
            if (shut && s.sends.isEmpty()) {
                DISCONNECT.turn(s, request);
            } else {
                Sending.enqueue(s, request);
            }
        }
        return Status.PENDING;
    }

    /** Why the connection cannot be ended, 0 if it can. Holding the socket's monitor. */
    public static int refusal(Socket s) {
        if (!s.isOpen()) {
            return Status.INVALID_HANDLE;
        }
        boolean there = !s.datagrams && s.state == Socket.State.CONNECTED && !isUnderWay(s);
        return there ? 0 : Status.INVALID_CONNECTION;
    }

    /** True if a disconnect is queued, follows a queued file, or waits for the peer. */
    private static boolean isUnderWay(Socket s) {
        for (Request r = s.pending; r != null; r = r.next) {
            if (r.purpose == DISCONNECT || r.disconnectsAfter()) {
                return true;
            }
        }
        return false;
    }

    /** All sends before it are done. */
    @Override
    public void turn(Socket s, Request request) {
        if (!endsByClose(s, request)) {
            s.sendEnd();
        }
        s.sends.remove(request);
        if (!request.details().reuse) {
            s.unlink(request);
            request.completed(s, Status.SUCCESS, request.sentBefore(), false);
            Sending.proceed(s);
            return;
        }
        s.connection.disconnecting = request;
        request.details().peerClosed = s.connection.endSeen || s.connection.broken != 0;
        goOn(s, request);
    }

    /**
     * True if the descriptor goes right away, and FIN with it: the client has ended before, and the
     * handle gets another descriptor anyway. With a linger time a close would not be orderly.
     */
    private static boolean endsByClose(Socket s, Request request) {
        return request.details().reuse
                && s.connection.accepted
                && s.connection.endSeen
                && s.connection.broken == 0
                && s.receives.isEmpty()
                && !s.mayLinger();
    }

    /**
     * Ends the disconnect, or looks for the peer's end, or waits for the program. Holding the
     * monitor.
     */
    static void goOn(Socket s, Request request) {
        if (request.details().peerClosed) {
            if (s.receives.isEmpty() && s.sends.isEmpty()) {
                finish(s, request);
            }
        } else if (!request.isStarted()) {
            request.details().readMeanwhile = false;
            request.endpoint = s.endpoint;
            request.startOn(s.loop());
        }
    }

    /** A receive has ended: perhaps a disconnect has waited for it. Holding the monitor. */
    static void received(Socket s) {
        Request request = s.connection.disconnecting;
        if (request == null || !s.isOpen()) {
            return;
        }
        if (request.isStarted()) {
            request.details().readMeanwhile = true; // what the engine finds may be gone already
        } else {
            request.details().peerClosed |= s.connection.endSeen || s.connection.broken != 0;
            goOn(s, request);
        }
    }

    /** The engine has looked for the peer's end. */
    @Override
    public void ended(Socket s, Request request) {
        synchronized (s) {
            request.stopped();
            Loss.note(s, request, request.status); // also for a receive that is under way (P33)
            if (request.abandoned) {
                s.connection.disconnecting = null;
                s.unlink(request);
                request.completed(s, Status.CANCELLED, request.sentBefore(), false);
                Closing.closeIfDone(s);
                return;
            }
            if (request.status == Status.SUCCESS && request.bytes > 0) {
                request.details().hadUnread = true; // wait for received(), unless it has come
                if (request.details().readMeanwhile) {
                    goOn(s, request);
                }
            } else {
                request.details().peerClosed = true; // by FIN or by reset
                goOn(s, request);
            }
        }
    }

    /** The time for which the disconnect was held back is over. Holding the monitor. */
    static void released(Socket s, Request request) {
        s.connection.closedFirst = false;
        goOn(s, request);
    }

    private static void finish(Socket s, Request request) {
        if (!s.connection.accepted && !Delivery.isOver(s, request)) {
            return; // the descriptor stays, see free; that of an accept is closed, and may go on
        }
        if (s.connection.closedFirst && s.connection.broken == 0) {
            HeldBack.hold(s, request, TimedWaitDelay.seconds()); // D25
            return;
        }
        boolean owed = request.details().hadUnread && !s.connection.endSeen;
        int lost = owed ? Loss.look(s) : 0;
        s.connection.disconnecting = null;
        s.unlink(request);
        Endpoint endpoint = Objects.requireNonNull(s.endpoint);
        if (s.connection.accepted) {
            if (s.mayLinger()) {
                endpoint.set(Endpoint.Option.LINGER, -1); // D33: whatever is still queued
            }
            s.loop().close(endpoint);
            s.endpoint = null;
            s.local = null;
            s.disconnected(Socket.State.CREATED);
        } else {
            if (s.local == null) {
                s.local = new Address();
                endpoint.localAddress(s.local);
                s.portChosen = true;
            }
            Connecting.free(s);
        }
        s.connection.endOwed = owed;
        s.connection.broken = lost;
        request.completed(s, Status.SUCCESS, request.sentBefore(), false);
    }

    /** Out of the queue, out of the engine, or at once. */
    @Override
    public void abandon(Socket s, Request request) {
        if (request.isStarted()) {
            request.cancel();
        } else if (s.connection.disconnecting == request) {
            s.connection.disconnecting = null;
            s.unlink(request);
            request.completed(s, Status.CANCELLED, request.sentBefore(), false);
        } else {
            Sending.drop(s, request);
        }
    }
}
