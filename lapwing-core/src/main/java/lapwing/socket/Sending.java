package lapwing.socket;

import lapwing.engine.Address;
import lapwing.engine.Endpoint;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import org.jspecify.annotations.Nullable;

/**
 * Sends: WSASend, WSASendTo, send, sendto and WSASendMsg. One send of a socket is with the engine,
 * the others wait behind it (uring-facts F16); a send ends when all its bytes have been taken
 * (O28).
 *
 * <p>Closing does not take back what a send has been given: on Windows small sends are taken at the
 * call. So a closed socket keeps its descriptor until each send of its queue has had its attempt,
 * in order. What would then have to wait for the peer is given up and says how much went; of a
 * stream so is all behind it, as it would leave a gap. The end of a thread takes nothing back
 * either (O34): its sends that wait their turn keep it, {@code abandoned}.
 */
public final class Sending implements Purpose {
    public static final Purpose SEND = new Sending();

    private Sending() {}

    /** Why this socket cannot send now, 0 if it can. Holding its monitor. */
    public static int refusal(Socket s, @Nullable Address to) {
        if (!s.isOpen()) {
            return Status.INVALID_HANDLE;
        }
        if (s.datagrams) {
            return s.connection.sendShut
                    ? Status.PIPE_DISCONNECTED
                    : to == null && s.connection.peer == null ? Status.INVALID_CONNECTION : 0;
        }
        if (s.state != Socket.State.CONNECTED) {
            return Status.INVALID_CONNECTION;
        }
        return s.connection.sendShut ? Status.PIPE_DISCONNECTED : s.connection.broken;
    }

    /**
     * Starts a prepared send.
     *
     * @param waits the caller is going to wait for it
     * @return {@link Status#PENDING}; 0 for an immediate end, which has been told; else why it has
     *     not begun
     */
    public static int start(Socket s, Request request, @Nullable Address to, boolean waits) {
        synchronized (s) {
            int refusal = refusal(s, to);
            if (refusal == 0 && s.datagrams) {
                refusal = address(s, request, to);
            }
            if (refusal != 0) {
                return request.refused(refusal);
            }
            boolean gives = waits && s.nonBlocking && request.isPlain();
            if (s.sends.isEmpty() && (waits || !Receiving.batches(s) || goesAlone(s))) {
                int result = s.attempt(request);
                boolean whole = result == request.total() || (s.datagrams && result >= 0);
                if (whole
                        || (result < 0 && result != Status.WOULD_BLOCK)
                        || (gives && result >= 0)) {
                    return endAtOnce(s, request, result);
                }
                request.moved = Math.max(result, 0);
                if (s.datagrams) {
                    keepPeer(s, request);
                }
            }
            if (gives) {
                return request.refused(Status.WOULD_BLOCK);
            }
            s.connection.hasSent = true;
            request.begin();
            s.link(request);
            enqueue(s, request);
        }
        return Status.PENDING;
    }

    /**
     * True if a batch would be of this send alone. The first send of a connection goes with the
     * batch all the same: often a close or a shutdown follows, and then both leave in one segment.
     */
    private static boolean goesAlone(Socket s) {
        return s.connection.hasSent && s.loop().lead().isAlone();
    }

    /** A datagram's way; binds the socket if it is not (M12). */
    private static int address(Socket s, Request request, @Nullable Address to) {
        int refused = to == null ? 0 : Addresses.refusal(s, to);
        if (refused != 0) {
            return refused;
        }
        int opened = s.open();
        if (opened < 0) {
            return opened;
        }
        if (to == null && request.control != null && s.connection.peer != null) {
            request.kind = Operation.Kind.SEND_TO; // the only one that carries control data
            request.peer().set(s.connection.peer);
        } else if (to == null) {
            request.kind = Operation.Kind.SEND;
        } else {
            request.kind = Operation.Kind.SEND_TO;
            request.peer().set(to);
        }
        return s.local == null ? Connecting.bindImplicitly(s) : 0;
    }

    /**
     * The descriptor is about to get another peer, or an option: datagrams that were taken before
     * go out as it is now. Those that have to wait keep their peer at least, but for one that the
     * engine has tried in vain before. Holding the monitor.
     */
    public static void sendOut(Socket s) {
        Request first = s.sends.first();
        if (first == null || !s.datagrams) {
            return;
        }
        if (first.isStarted()) {
            first.loop().submit();
            boolean goes = first.purpose == SEND; // a transmission may have more to send
            while (goes && first.behind != first) {
                goes = triesNow(s, first.behind);
            }
        }
        for (Request r = first.behind; r != first && r != null; r = r.behind) {
            keepPeer(s, r);
        }
    }

    /** Tries a datagram before its turn; false if it has to wait. */
    private static boolean triesNow(Socket s, @Nullable Request next) {
        if (next == null || next.purpose != SEND) {
            return false;
        }
        int result = s.attempt(next);
        if (result != Status.WOULD_BLOCK) {
            int status = note(s, next, Math.min(result, 0), result);
            end(s, next, status, Math.max(result, 0));
        }
        return result != Status.WOULD_BLOCK;
    }

    /** Has a datagram go to the present peer, also if there is another one when it goes. */
    static void keepPeer(Socket s, Request datagram) {
        if (datagram.kind == Operation.Kind.SEND && s.connection.peer != null) {
            datagram.kind = Operation.Kind.SEND_TO;
            datagram.peer().set(s.connection.peer);
        }
    }

    private static int endAtOnce(Socket s, Request request, int result) {
        int status = note(s, request, Math.min(result, 0), request.total());
        if (result < 0) {
            return request.refused(status);
        }
        request.begin();
        request.completed(s, status, result, true);
        return 0;
    }

    /** Queues a send, a transmission or a disconnect behind those that are there. */
    static void enqueue(Socket s, Request request) {
        if (s.sends.add(request)) {
            give(s, request);
        }
    }

    /**
     * The stream ends behind the sends that are there. Not said of datagrams: what is told of more
     * to come would wait for it, and the end of a datagram socket sends nothing. Holding the
     * monitor.
     */
    static void endFollows(Socket s) {
        Request last = s.datagrams ? null : s.sends.last();
        if (last != null && last.purpose == SEND) {
            if (last.isStarted()) {
                last.loop().endFollows(last);
            } else {
                last.flags |= Endpoint.END_FOLLOWS;
            }
        }
    }

    private static void give(Socket s, Request request) {
        request.endpoint = s.endpoint;
        request.purpose.turn(s, request);
    }

    @Override
    public void turn(Socket s, Request request) {
        handOver(s, request);
    }

    /**
     * Hands a send, or a stage of a transmission, to the engine; on a closed socket, or of a thread
     * that has ended, for one attempt, as an engine tries what was started before it cancels it.
     */
    static void handOver(Socket s, Request request) {
        request.startOn(s.loop());
        if (!s.isOpen() || request.abandoned) {
            request.cancel();
        }
    }

    @Override
    public void ended(Socket s, Request request) {
        synchronized (s) {
            if (s.triesAgain(request)) {
                return;
            }
            int status = note(s, request, request.status, request.bytes);
            finish(s, request, status, request.bytes);
            Closing.closeIfDone(s);
        }
    }

    /** Ends the head of the queue; the next one has its turn. Holding the monitor. */
    static void finish(Socket s, Request request, int status, int bytes) {
        boolean gap = !s.datagrams && (status != Status.SUCCESS || bytes < request.total());
        end(s, request, status, bytes);
        for (Request next = s.sends.first();
                gap && next != null && (!s.isOpen() || next.abandoned);
                next = s.sends.first()) {
            drop(s, next);
        }
        proceed(s);
    }

    private static void end(Socket s, Request request, int status, int bytes) {
        s.sends.remove(request);
        s.unlink(request);
        request.completed(s, status, bytes, false);
    }

    /** Gives the head of the queue to the engine. Holding the monitor. */
    static void proceed(Socket s) {
        Request next = s.sends.first();
        if (next != null) {
            give(s, next);
        } else if (s.connection.sendShut && s.isOpen() && s.endpoint != null) {
            s.sendEnd(); // a shutdown that has waited for the sends before it
        }
    }

    @Override
    public void abandon(Socket s, Request request) {
        if (request.isStarted()) {
            request.cancel();
        } else {
            drop(s, request);
        }
    }

    @Override
    public boolean sends() {
        return true;
    }

    /** Takes a queued request out of the queue and ends it as cancelled. Holding the monitor. */
    static void drop(Socket s, Request request) {
        s.sends.remove(request);
        s.unlink(request);
        Transmitting.undo(s, request);
        request.completed(s, Status.CANCELLED, 0, false);
    }

    /** Keeps what a result says about the socket, and tells the rest of it to the program. */
    static int note(Socket s, Request request, int status, int bytes) {
        if (!s.datagrams) {
            Loss.noteSend(s, request, status, bytes);
        }
        if (status != Status.SUCCESS && !s.isOpen()) {
            return Status.CANCELLED;
        }
        return s.datagrams && status == Status.CONNECTION_REFUSED
                ? Status.PORT_UNREACHABLE
                : status;
    }
}
