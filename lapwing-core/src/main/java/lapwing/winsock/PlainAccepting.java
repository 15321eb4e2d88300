package lapwing.winsock;

import java.util.Objects;
import lapwing.engine.Address;
import lapwing.engine.Endpoint;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import org.jspecify.annotations.Nullable;

/** accept and WSAAccept, with the condition function. */
final class PlainAccepting implements Purpose {
    static final Purpose ACCEPT = new PlainAccepting();

    private PlainAccepting() {}

    /**
     * Waits for a client, and asks the condition function if there is one.
     *
     * @param made gets the connection
     * @return a Winsock error code, 0 for a connection
     */
    static int accept(
            SocketHandle listener,
            @Nullable Sockaddr address,
            @Nullable IntRef length,
            @Nullable ConditionFunction condition,
            long callbackData,
            Ref<SocketHandle> made) {
        BlockedCaller request = new BlockedCaller();
        int error = start(listener, request);
        if (error == WinsockError.WSA_IO_PENDING) {
            int status = Waiting.await(listener, request, Deadline.NONE);
            boolean cancelled = status == Status.CANCELLED;
            error = cancelled ? WinsockError.WSAEINTR : NtStatus.toWinsock(status);
        }
        if (error != 0) {
            return error;
        }
        Endpoint connection = Objects.requireNonNull(request.accepted);
        request.accepted = null;
        int decision = decision(request.peer(), connection, condition, callbackData);
        if (decision == Constants.CF_DEFER) {
            return defer(listener, connection, request.takePeer());
        }
        if (decision != Constants.CF_ACCEPT) {
            reset(connection);
            return WinsockError.WSAECONNREFUSED;
        }
        if (address != null) {
            address.address.set(request.peer());
        }
        if (length != null) {
            length.value = Sockaddr.length(request.peer());
        }
        made.value = wrap(listener, connection, request.takePeer());
        return 0;
    }

    /** Takes a client that is there, or waits for one. */
    private static int start(SocketHandle listener, Request request) {
        synchronized (listener) {
            int refusal = refusal(listener);
            if (refusal != 0) {
                return refusal;
            }
            request.prepare(listener, ACCEPT, Operation.Kind.ACCEPT);
            Listening listening = Objects.requireNonNull(listener.listening);
            boolean overtakes = listening.holdNothing();
            if (listening.take(request)) {
                return 0;
            }
            Endpoint endpoint = Objects.requireNonNull(listener.endpoint);
            int result = overtakes ? Status.WOULD_BLOCK : endpoint.attempt(request);
            if (result != Status.WOULD_BLOCK || listener.nonBlocking) {
                return NtStatus.toWinsock(Math.min(result, 0));
            }
            request.begin();
            listener.link(request);
            listening.sendOut(request);
            return WinsockError.WSA_IO_PENDING;
        }
    }

    private static int decision(
            Address peer,
            Endpoint connection,
            @Nullable ConditionFunction condition,
            long callbackData) {
        if (condition == null) {
            return Constants.CF_ACCEPT;
        }
        try {
            return ask(peer, connection, condition, callbackData);
        } catch (RuntimeException | Error e) {
            reset(connection);
            throw e;
        }
    }

    /** Leaves the connection to the next taker (A39). */
    private static int defer(SocketHandle listener, Endpoint connection, Address peer) {
        synchronized (listener) {
            Listening listening = Objects.requireNonNull(listener.listening);
            listening.putBack(new Listening.Client(connection, peer, System.nanoTime()));
            if (!listener.isOpen()) { // by the condition function, or meanwhile
                return WinsockError.WSAENOTSOCK;
            }
            listening.serve();
            return WinsockError.WSATRY_AGAIN;
        }
    }

    private static void reset(Endpoint connection) {
        connection.set(Endpoint.Option.LINGER, 0);
        connection.close();
    }

    private static int refusal(SocketHandle listener) {
        if (!listener.isOpen()) {
            return WinsockError.WSAENOTSOCK;
        }
        if (listener.datagrams) {
            return WinsockError.WSAEOPNOTSUPP;
        }
        return listener.state == SocketHandle.State.LISTENING ? 0 : WinsockError.WSAEINVAL;
    }

    @Override
    public void ended(SocketHandle listener, Request request) {
        synchronized (listener) {
            end(listener, request);
            Closing.closeIfDone(listener);
        }
    }

    private static void end(SocketHandle listener, Request request) {
        int status = request.status;
        request.leaveQueue();
        if (status == Status.CANCELLED && listener.isOpen() && !request.abandoned) {
            // by us: a client was put back meanwhile
            Listening listening = Objects.requireNonNull(listener.listening);
            if (!listening.take(request)) {
                listening.sendOut(request);
                return;
            }
            status = Status.SUCCESS;
        }
        listener.unlink(request);
        if (!listener.isOpen() && status != Status.SUCCESS) {
            status = Status.CANCELLED;
        }
        request.completed(listener, status, 0, false);
    }

    private static int ask(
            Address peer, Endpoint connection, ConditionFunction condition, long callbackData) {
        Sockaddr caller = new Sockaddr();
        caller.address.set(peer);
        Sockaddr callee = new Sockaddr();
        connection.localAddress(callee.address);
        return condition.decide(caller, callee, callbackData);
    }

    private static SocketHandle wrap(SocketHandle listener, Endpoint connection, Address peer) {
        SocketHandle result = new SocketHandle(listener.v6, false, listener.overlapped);
        result.doesRegisteredIo = listener.doesRegisteredIo;
        synchronized (listener) {
            result.nonBlocking = listener.nonBlocking;
            result.options = listener.options == null ? null : listener.options.copy();
        }
        synchronized (result) {
            result.endpoint = connection;
            result.connection = new Connection(true, peer);
            result.connected(false);
        }
        return result;
    }
}
