package lapwing.socket;

import lapwing.engine.Endpoint;
import lapwing.engine.Operation;
import lapwing.engine.Status;

/**
 * Receives: WSARecv, WSARecvFrom, recv, recvfrom and WSARecvMsg. One receive of a socket is with
 * the engine, the others wait behind it: the kernel keeps no order between two (uring-facts F16),
 * Windows does (O26).
 */
public final class Receiving implements Purpose {
    public static final Purpose RECEIVE = new Receiving();

    private Receiving() {}

    /** Why this socket cannot receive now, 0 if it can. Holding its monitor. */
    public static int refusal(Socket s) {
        if (!s.isOpen()) {
            return Status.INVALID_HANDLE;
        }
        if (s.datagrams) {
            return s.local == null
                    ? Status.INVALID_PARAMETER
                    : s.connection.receiveShut ? Status.PIPE_DISCONNECTED : 0;
        }
        if (s.state != Socket.State.CONNECTED) {
            return Status.INVALID_CONNECTION;
        }
        return s.connection.receiveShut ? Status.PIPE_DISCONNECTED : s.connection.broken;
    }

    /**
     * True if nothing but the broken connection stands against a receive. What the peer had sent
     * before may be there: the system gives it out after a reset, too, and a send may have been the
     * one that was told of that.
     */
    private static boolean mayHaveMore(Socket s) {
        return s.connection.broken != 0
                && s.state == Socket.State.CONNECTED
                && !s.connection.receiveShut
                && s.receives.isEmpty();
    }

    /**
     * Starts a prepared receive.
     *
     * @param waits the caller is going to wait for it
     * @return {@link Status#PENDING}; 0 or BUFFER_OVERFLOW for an immediate end, which has been
     *     told; else why it has not begun
     */
    public static int start(Socket s, Request request, boolean waits) {
        synchronized (s) {
            int refusal = refusal(s);
            if (refusal != 0) {
                if (refusal == Status.INVALID_CONNECTION && s.connection.endOwed) {
                    s.connection.endOwed = false;
                    if (s.connection.broken != 0) {
                        return request.refused(s.connection.broken);
                    }
                    request.begin();
                    request.completed(s, Status.SUCCESS, 0, true);
                    return 0;
                }
                int left = mayHaveMore(s) ? s.attempt(request) : 0;
                return left > 0 ? endAtOnce(s, request, left) : request.refused(refusal);
            }
            boolean direct = s.receives.isEmpty() && (waits || !batches(s));
            if (direct && (request.flags & Endpoint.WAIT_ALL) == 0) {
                int result = s.attempt(request);
                if (result != Status.WOULD_BLOCK) {
                    return endAtOnce(s, request, result);
                }
            }
            if (waits && s.nonBlocking && request.isPlain()) {
                return request.refused(Status.WOULD_BLOCK);
            }
            request.begin();
            s.link(request);
            enqueue(s, request);
        }
        return Status.PENDING;
    }

    /**
     * On the fast path everything goes out in one batch, unless the program wants immediate ends.
     */
    static boolean batches(Socket s) {
        return !s.endsAtOnce && s.loop().lead().isCallers();
    }

    private static int endAtOnce(Socket s, Request request, int result) {
        int status = note(s, request, Math.min(result, 0), result);
        int bytes = Math.max(result, 0);
        if (result < 0 || (status != Status.SUCCESS && !s.datagrams)) {
            Disconnecting.received(s);
            return request.refused(status);
        }
        request.copyOut(bytes);
        request.begin();
        request.completed(s, status, bytes, true);
        Disconnecting.received(s);
        return status;
    }

    private static void enqueue(Socket s, Request request) {
        if (s.receives.add(request)) {
            RECEIVE.turn(s, request);
        }
    }

    @Override
    public void turn(Socket s, Request request) {
        request.endpoint = s.endpoint;
        request.startOn(s.loop());
    }

    @Override
    public void ended(Socket s, Request request) {
        synchronized (s) {
            if (s.triesAgain(request)) {
                return;
            }
            s.receives.remove(request);
            int status = note(s, request, request.status, request.bytes);
            int bytes = request.bytes;
            request.copyOut(bytes);
            s.unlink(request);
            request.completed(s, status, bytes, false);
            proceed(s);
            Disconnecting.received(s);
            Closing.closeIfDone(s);
        }
    }

    /** Gives the head of the queue to the engine, unless it has it. Holding the monitor. */
    static void proceed(Socket s) {
        Request next = s.receives.first();
        if (next != null && !next.isStarted() && s.isOpen()) {
            RECEIVE.turn(s, next);
        }
    }

    @Override
    public void abandon(Socket s, Request request) {
        if (request.isStarted()) {
            request.cancel();
            return;
        }
        s.receives.remove(request);
        s.unlink(request);
        request.completed(s, abandoned(s, request), 0, false);
    }

    /** How a receive ends that nobody wants any more: with a closed socket goes its connection. */
    private static int abandoned(Socket s, Request request) {
        return s.isOpen() || s.datagrams ? Status.CANCELLED : request.statusOfClosed();
    }

    /** Keeps what a result says about the socket, and tells the rest of it to the program. */
    private static int note(Socket s, Request request, int status, int bytes) {
        int told = s.datagrams ? status : Loss.ofReceive(s, request, status, bytes);
        if (request.abandoned && status != Status.SUCCESS && !s.isOpen()) {
            return abandoned(s, request);
        }
        return s.datagrams ? noteDatagram(request, status) : told;
    }

    private static int noteDatagram(Request request, int status) {
        if (status < 0 && status != Status.BUFFER_OVERFLOW) {
            return status == Status.CONNECTION_REFUSED ? Status.PORT_UNREACHABLE : status;
        }
        boolean cut = (request.resultFlags & Endpoint.TRUNCATED) != 0;
        return request.datagramCame(cut ? Status.BUFFER_OVERFLOW : status);
    }

    /** The kind of a receive on that socket. */
    public static Operation.Kind kind(Socket s) {
        return s.datagrams ? Operation.Kind.RECEIVE_FROM : Operation.Kind.RECEIVE;
    }
}
