package lapwing.socket;

import java.util.Objects;
import lapwing.engine.Address;
import lapwing.engine.Endpoint;
import lapwing.engine.Operation;
import lapwing.engine.Status;

/** accept: a client without its data, on a socket that is made for it. */
public final class PlainAccepting implements Purpose {
    static final Purpose ACCEPT = new PlainAccepting();

    private PlainAccepting() {}

    /**
     * Takes a client that is there, or begins to wait for one.
     *
     * @return 0, then {@code request.accepted} is the connection and {@code request.peer()} its
     *     client; {@link Status#PENDING}, then the caller is to wait for the request; or why not
     */
    public static int start(Socket listener, Request request) {
        synchronized (listener) {
            int refusal = refusal(listener);
            if (refusal != 0) {
                return refusal;
            }
            request.prepare(listener, ACCEPT, Operation.Kind.ACCEPT);
            AcceptQueue listening = Objects.requireNonNull(listener.listening);
            boolean overtakes = listening.holdNothing();
            if (listening.take(request)) {
                return 0;
            }
            Endpoint endpoint = Objects.requireNonNull(listener.endpoint);
            int result = overtakes ? Status.WOULD_BLOCK : endpoint.attempt(request);
            if (result != Status.WOULD_BLOCK || listener.nonBlocking) {
                return Math.min(result, 0);
            }
            request.begin();
            listener.link(request);
            listening.sendOut(request);
            return Status.PENDING;
        }
    }

    /** Leaves the connection to the next taker (A39). */
    public static int defer(Socket listener, Endpoint connection, Address peer) {
        synchronized (listener) {
            AcceptQueue listening = Objects.requireNonNull(listener.listening);
            listening.putBack(new AcceptQueue.Client(connection, peer, System.nanoTime()));
            if (!listener.isOpen()) { // by the condition function, or meanwhile
                return Status.INVALID_HANDLE;
            }
            listening.serve();
            return Status.SUCCESS;
        }
    }

    private static int refusal(Socket listener) {
        if (!listener.isOpen()) {
            return Status.INVALID_HANDLE;
        }
        if (listener.datagrams) {
            return Status.NOT_SUPPORTED;
        }
        return listener.state == Socket.State.LISTENING ? 0 : Status.INVALID_PARAMETER;
    }

    @Override
    public void ended(Socket listener, Request request) {
        synchronized (listener) {
            end(listener, request);
            if (listener.isOpen()) {
                Objects.requireNonNull(listener.listening).proceed(); // nobody else may
            }
            Closing.closeIfDone(listener);
        }
    }

    private static void end(Socket listener, Request request) {
        int status = request.status;
        request.leaveQueue();
        if (status == Status.CANCELLED && listener.isOpen() && !request.abandoned) {
            // by us: a client was put back meanwhile
            AcceptQueue listening = Objects.requireNonNull(listener.listening);
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

    /** The socket of a connection that was accepted. */
    public static Socket wrap(Socket listener, Endpoint connection, Address peer) {
        Socket result = new Socket(listener.v6, false, listener.overlapped);
        result.doesRegisteredIo = listener.doesRegisteredIo;
        synchronized (listener) {
            result.nonBlocking = listener.nonBlocking;
            result.options = listener.options == null ? null : listener.options.copy();
        }
        synchronized (result) {
            result.endpoint = connection;
            result.connection.begin(true, peer);
            result.connected(false);
        }
        return result;
    }
}
