package lapwing.winsock;

import lapwing.engine.Endpoint;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import org.jspecify.annotations.Nullable;

/**
 * Receives: WSARecv, WSARecvFrom, recv, recvfrom and WSARecvMsg. One receive of a socket is with
 * the engine, the others wait behind it: the kernel keeps no order between two (uring-facts F16),
 * Windows does (O26).
 */
final class Receiving implements Purpose {
    static final Purpose RECEIVE = new Receiving();

    private Receiving() {}

    /** Why this socket cannot receive now, 0 if it can. Holding its monitor. */
    static int refusal(SocketHandle s) {
        if (!s.isOpen()) {
            return WinsockError.WSAENOTSOCK;
        }
        if (s.datagrams) {
            return s.local == null
                    ? WinsockError.WSAEINVAL
                    : s.connection.receiveShut ? WinsockError.WSAESHUTDOWN : 0;
        }
        if (s.state != SocketHandle.State.CONNECTED) {
            return WinsockError.WSAENOTCONN;
        }
        return s.connection.receiveShut
                ? WinsockError.WSAESHUTDOWN
                : NtStatus.toWinsock(s.connection.broken);
    }

    /**
     * True if nothing but the broken connection stands against a receive. What the peer had sent
     * before may be there: the system gives it out after a reset, too, and a send may have been the
     * one that was told of that.
     */
    private static boolean mayHaveMore(SocketHandle s) {
        return s.connection.broken != 0
                && s.state == SocketHandle.State.CONNECTED
                && !s.connection.receiveShut
                && s.receives.isEmpty();
    }

    /**
     * The flags of a receive, as the engine's; −1 if one is unknown, or does not go with another or
     * with this socket (DOC WSARecv: MSG_WAITALL is for streams, and alone; MSG_OOB for streams;
     * MSG_PEEK for calls that wait, O37).
     */
    static int flags(SocketHandle s, int flags, boolean waits) {
        int known =
                Constants.MSG_OOB
                        | Constants.MSG_PEEK
                        | Constants.MSG_WAITALL
                        | Constants.MSG_PUSH_IMMEDIATE
                        | Constants.MSG_PARTIAL;
        boolean all = (flags & Constants.MSG_WAITALL) != 0;
        int notWithAll = Constants.MSG_OOB | Constants.MSG_PEEK | Constants.MSG_PARTIAL;
        int notHere =
                (s.datagrams ? Constants.MSG_OOB | Constants.MSG_WAITALL : 0)
                        | (waits ? 0 : Constants.MSG_PEEK)
                        | (all ? notWithAll : 0);
        if ((flags & (~known | notHere)) != 0) {
            return -1;
        }
        return ((flags & Constants.MSG_OOB) != 0 ? Endpoint.URGENT : 0)
                | ((flags & Constants.MSG_PEEK) != 0 ? Endpoint.PEEK : 0)
                | ((flags & Constants.MSG_WAITALL) != 0 ? Endpoint.WAIT_ALL : 0);
    }

    /**
     * Starts a prepared receive.
     *
     * @param waits the caller is going to wait for it
     * @return a Winsock error code, 0 for an immediate end; bytes are in the structure then
     */
    static int start(SocketHandle s, Request request, boolean waits) {
        synchronized (s) {
            int refusal = refusal(s);
            if (refusal != 0) {
                if (refusal == WinsockError.WSAENOTCONN && s.connection.endOwed) {
                    s.connection.endOwed = false;
                    if (s.connection.broken != 0) {
                        return request.refused(NtStatus.toWinsock(s.connection.broken));
                    }
                    request.begin();
                    request.completed(s, NtStatus.STATUS_SUCCESS, 0, true);
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
                return request.refused(WinsockError.WSAEWOULDBLOCK);
            }
            request.begin();
            s.link(request);
            enqueue(s, request);
        }
        return WinsockError.WSA_IO_PENDING;
    }

    /**
     * On the fast path everything goes out in one batch, unless the program wants immediate ends.
     */
    static boolean batches(SocketHandle s) {
        return (s.modes & Constants.FILE_SKIP_COMPLETION_PORT_ON_SUCCESS) == 0
                && s.loop().lead().isCallers();
    }

    private static int endAtOnce(SocketHandle s, Request request, int result) {
        int status = note(s, request, Math.min(result, 0), result);
        int bytes = Math.max(result, 0);
        if (result < 0 || (status != Status.SUCCESS && !s.datagrams)) {
            Disconnecting.received(s);
            return request.refused(NtStatus.toWinsock(status));
        }
        request.copyOut(bytes);
        request.begin();
        request.completed(s, status, bytes, true);
        Disconnecting.received(s);
        return NtStatus.toWinsock(status);
    }

    private static void enqueue(SocketHandle s, Request request) {
        if (s.receives.add(request)) {
            RECEIVE.turn(s, request);
        }
    }

    @Override
    public void turn(SocketHandle s, Request request) {
        request.endpoint = s.endpoint;
        request.startOn(s.loop());
    }

    @Override
    public void ended(SocketHandle s, Request request) {
        synchronized (s) {
            if (s.passesOver(request.status)) {
                if (!request.abandoned) {
                    turn(s, request);
                    return;
                }
                request.status = Status.CANCELLED;
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
    static void proceed(SocketHandle s) {
        Request next = s.receives.first();
        if (next != null && !next.isStarted() && s.isOpen()) {
            RECEIVE.turn(s, next);
        }
    }

    @Override
    public void abandon(SocketHandle s, Request request) {
        if (request.isStarted()) {
            request.cancel();
            return;
        }
        s.receives.remove(request);
        s.unlink(request);
        request.completed(s, abandoned(s, request), 0, false);
    }

    /** How a receive ends that nobody wants any more: with a closed socket goes its connection. */
    private static int abandoned(SocketHandle s, Request request) {
        return s.isOpen() || s.datagrams ? Status.CANCELLED : request.statusOfClosed();
    }

    /** Keeps what a result says about the socket, and tells the rest of it to the program. */
    private static int note(SocketHandle s, Request request, int status, int bytes) {
        int told = s.datagrams ? status : Loss.ofReceive(s, request, status, bytes);
        if (request.abandoned && status != Status.SUCCESS && !s.isOpen()) {
            return abandoned(s, request);
        }
        return s.datagrams ? noteDatagram(request, status) : told;
    }

    private static int noteDatagram(Request request, int status) {
        @Nullable Sockaddr from = request.from();
        @Nullable WsaMsg message = request.message();
        int result = status;
        if (status >= 0 || status == Status.BUFFER_OVERFLOW) {
            if (from != null) {
                from.address.set(request.peer());
                IntRef length = request.details().fromLength;
                if (length != null) {
                    length.value = from.length();
                }
            }
            if ((request.resultFlags & Endpoint.TRUNCATED) != 0) {
                result = Status.BUFFER_OVERFLOW;
            }
            if (message != null) {
                result = Messages.received(request, message, result);
            }
        } else if (status == Status.CONNECTION_REFUSED) {
            result = Status.PORT_UNREACHABLE;
        }
        return result;
    }

    /** The kind of a receive on that socket. */
    static Operation.Kind kind(SocketHandle s) {
        return s.datagrams ? Operation.Kind.RECEIVE_FROM : Operation.Kind.RECEIVE;
    }
}
