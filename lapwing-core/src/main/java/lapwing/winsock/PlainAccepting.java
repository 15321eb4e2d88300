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

    static SocketHandle accept(
            SocketHandle listener,
            @Nullable Sockaddr address,
            @Nullable IntRef length,
            @Nullable ConditionFunction condition,
            long callbackData) {
        BlockedCaller request = new BlockedCaller();
        synchronized (listener) {
            int refusal = refusal(listener);
            if (refusal != 0) {
                return invalid(refusal);
            }
            request.prepare(listener, ACCEPT, Operation.Kind.ACCEPT);
            Listening listening = Objects.requireNonNull(listener.listening);
            boolean overtakes = listening.holdNothing();
            if (!listening.take(request)) {
                int result =
                        overtakes
                                ? Status.WOULD_BLOCK
                                : Objects.requireNonNull(listener.endpoint).attempt(request);
                if (result == Status.WOULD_BLOCK && listener.nonBlocking) {
                    return invalid(WinsockError.WSAEWOULDBLOCK);
                }
                if (result < 0 && result != Status.WOULD_BLOCK) {
                    return invalid(NtStatus.toWinsock(result));
                }
            }
            if (request.accepted == null) {
                request.endpoint = listener.endpoint;
                request.begin();
                listener.link(request);
                request.startOn(listener.loop());
            }
        }
        if (request.accepted == null) {
            int status = Waiting.await(listener, request, Deadline.NONE);
            if (status != Status.SUCCESS) {
                return invalid(
                        status == Status.CANCELLED
                                ? WinsockError.WSAEINTR
                                : NtStatus.toWinsock(status));
            }
        }
        Endpoint connection = Objects.requireNonNull(request.accepted);
        request.accepted = null;
        int decision = Constants.CF_ACCEPT;
        if (condition != null) {
            try {
                decision = ask(request.peer(), connection, condition, callbackData);
            } catch (RuntimeException | Error e) {
                connection.set(Endpoint.Option.LINGER, 0);
                connection.close();
                throw e;
            }
        }
        if (decision == Constants.CF_ACCEPT) {
            if (address != null) {
                address.address.set(request.peer());
            }
            if (length != null) {
                length.value = Sockaddr.length(request.peer());
            }
            return wrap(listener, connection, request.takePeer());
        }
        if (decision == Constants.CF_DEFER) {
            synchronized (listener) {
                Listening listening = Objects.requireNonNull(listener.listening);
                listening.putBack(
                        new Listening.Client(connection, request.takePeer(), System.nanoTime()));
                if (!listener.isOpen()) { // by the condition function, or meanwhile
                    return invalid(WinsockError.WSAENOTSOCK);
                }
                listening.serve();
            }
            return invalid(WinsockError.WSATRY_AGAIN);
        }
        connection.set(Endpoint.Option.LINGER, 0);
        connection.close();
        return invalid(WinsockError.WSAECONNREFUSED);
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

    @Override
    public void abandon(SocketHandle listener, Request request) {
        request.cancel();
    }

    private static void end(SocketHandle listener, Request request) {
        int status = request.status;
        if (status == Status.CANCELLED && listener.isOpen() && !request.abandoned) {
            // by us: a client was put back meanwhile
            if (!Objects.requireNonNull(listener.listening).take(request)) {
                request.startOn(listener.loop());
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
            result.peer = peer;
            result.connected(true, false);
        }
        ThreadState.ok();
        return result;
    }

    private static SocketHandle invalid(int error) {
        ThreadState.error(error);
        return SocketHandle.INVALID_SOCKET;
    }
}
