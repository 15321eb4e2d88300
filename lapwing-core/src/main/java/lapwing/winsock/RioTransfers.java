package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import lapwing.engine.Endpoint;
import lapwing.engine.Operation;
import lapwing.socket.Purpose;
import lapwing.socket.Receiving;
import lapwing.socket.Sending;
import lapwing.socket.Socket;
import org.jspecify.annotations.Nullable;

/**
 * RIOReceive, RIOReceiveEx, RIOSend and RIOSendEx.
 *
 * <p>What is known to be wrong at the call is refused there; whatever comes after is told by the
 * result. A deferred request waits beside the socket's queues, as one that can only be cancelled,
 * and joins them with the next request of its direction that is not deferred (R7).
 */
final class RioTransfers {
    private static final int SEND_FLAGS = Constants.RIO_MSG_DONT_NOTIFY | Constants.RIO_MSG_DEFER;
    private static final int RECEIVE_FLAGS = SEND_FLAGS | Constants.RIO_MSG_WAITALL;

    private RioTransfers() {}

    static boolean receive(
            @Nullable RioRequestQueue queue,
            @Nullable RioBuf data,
            int count,
            @Nullable RioBuf local,
            @Nullable RioBuf remote,
            @Nullable RioBuf control,
            @Nullable RioBuf flagsPart,
            int flags,
            long context) {
        if (queue == null) {
            return ThreadState.fail(WinsockError.WSAEINVAL);
        }
        Socket s = queue.socket;
        boolean extended = local != null || remote != null || control != null || flagsPart != null;
        if (flags == Constants.RIO_MSG_COMMIT_ONLY) {
            return commit(s, queue.receives, data == null && count == 0 && !extended, context);
        }
        int error = refusal(s, data, count, flags, s.datagrams ? SEND_FLAGS : RECEIVE_FLAGS);
        error = error != 0 ? error : RioExtras.refusal(local, remote, control, flagsPart);
        synchronized (s) {
            error = error != 0 ? error : state(queue, queue.receives);
            error = error != 0 ? error : Results.code(Receiving.refusal(s));
            error = error != 0 || local == null ? error : RioExtras.askForDestination(s, queue);
            RioRequest operation = error != 0 ? null : queue.receives.take();
            if (operation == null) {
                return ThreadState.fail(error != 0 ? error : WinsockError.WSAENOBUFS);
            }
            prepare(s, operation, data, flags, context);
            if (extended) {
                operation.extend().receive(s, operation, local, remote, control, flagsPart);
            }
            go(s, operation, flags);
        }
        return ThreadState.ok() == 0;
    }

    static boolean send(
            @Nullable RioRequestQueue queue,
            @Nullable RioBuf data,
            int count,
            @Nullable RioBuf local,
            @Nullable RioBuf remote,
            @Nullable RioBuf control,
            @Nullable RioBuf flagsPart,
            int flags,
            long context) {
        if (queue == null) {
            return ThreadState.fail(WinsockError.WSAEINVAL);
        }
        Socket s = queue.socket;
        boolean extended = local != null || remote != null || control != null || flagsPart != null;
        if (flags == Constants.RIO_MSG_COMMIT_ONLY) {
            return commit(s, queue.sends, data == null && count == 0 && !extended, context);
        }
        int error = refusal(s, data, count, flags, SEND_FLAGS);
        error = error != 0 || local == null ? error : WinsockError.WSAEINVAL; // reserved
        error = error != 0 ? error : RioExtras.refusal(s, remote);
        error = error != 0 ? error : RioExtras.refusal(flagsPart, RioExtras.NUMBER);
        synchronized (s) {
            error = error != 0 ? error : state(queue, queue.sends);
            boolean named = s.datagrams && remote != null;
            error = error != 0 || named ? error : Results.code(Sending.refusal(s, null));
            RioRequest operation = error != 0 ? null : queue.sends.take();
            if (operation == null) {
                return ThreadState.fail(error != 0 ? error : WinsockError.WSAENOBUFS);
            }
            prepare(s, operation, data, flags, context);
            if (extended) {
                operation.extend().send(s, remote, flagsPart);
            }
            go(s, operation, flags);
        }
        return ThreadState.ok() == 0;
    }

    /** Why a request is refused whatever state its socket is in, 0 if it is not. */
    private static int refusal(Socket s, @Nullable RioBuf data, int count, int flags, int known) {
        if ((flags & ~known) != 0 || count != (data == null ? 0 : 1)) {
            return WinsockError.WSAEINVAL;
        }
        return data != null ? data.refusal() : s.datagrams ? 0 : WinsockError.WSAEINVAL;
    }

    /** The queues are there. Holding the socket's monitor. */
    private static int state(RioRequestQueue queue, RioSide side) {
        return queue.socket.isOpen() && side.results.isOpen() ? 0 : WinsockError.WSAEINVAL;
    }

    private static void prepare(
            Socket s, RioRequest operation, @Nullable RioBuf data, int flags, long context) {
        boolean receives = operation.side.receives;
        operation.prepare(s, Purpose.NOTIFY, receives ? Receiving.kind(s) : Operation.Kind.SEND);
        operation.flags = (flags & Constants.RIO_MSG_WAITALL) != 0 ? Endpoint.WAIT_ALL : 0;
        if (data == null) {
            operation.addBlock(MemorySegment.NULL, 0);
        } else {
            operation.addBlock(data.memory(), data.Length);
        }
        operation.take(flags, context, receives && data == null);
    }

    /** Starts a request and those deferred before it, or defers it. Holding the monitor. */
    private static void go(Socket s, RioRequest operation, int flags) {
        if ((flags & Constants.RIO_MSG_DEFER) != 0) {
            s.link(operation);
            operation.side.defer(operation);
        } else {
            startDeferred(s, operation.side);
            start(s, operation);
        }
    }

    private static boolean commit(Socket s, RioSide side, boolean empty, long context) {
        synchronized (s) {
            if (!empty || context != 0 || state(side.queue, side) != 0) {
                return ThreadState.fail(WinsockError.WSAEINVAL);
            }
            startDeferred(s, side);
        }
        return ThreadState.ok() == 0;
    }

    private static void startDeferred(Socket s, RioSide side) {
        for (RioRequest o = side.nextDeferred(); o != null; o = side.nextDeferred()) {
            s.unlink(o);
            start(s, o);
        }
    }

    /** Gives a request to the socket's queues; an error ends it. Holding the monitor. */
    private static void start(Socket s, RioRequest operation) {
        int status;
        if (operation.side.receives) {
            operation.purpose = Receiving.RECEIVE;
            status = Receiving.refusal(s);
            status = status != 0 ? status : Receiving.start(s, operation, false);
        } else {
            operation.purpose = Sending.SEND;
            Sockaddr to = operation.to();
            status = Sending.start(s, operation, to == null ? null : to.address, false);
        }
        if (status < 0 && operation.isUnderWay()) {
            operation.vacate();
            operation.conclude(Results.code(status), 0);
        }
    }
}
