package lapwing.socket;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import lapwing.engine.Address;
import lapwing.engine.Endpoint;
import lapwing.engine.Operation;
import lapwing.engine.Status;

/**
 * AcceptEx.
 *
 * <p>An AcceptEx is an accept and, if data is wanted, a receive on the new connection; {@link
 * Listening} has it in the queue of its stage.
 */
public final class Accepting implements Purpose {
    static final Purpose ACCEPT_EX = new Accepting();

    /** A client that has sent nothing for so long will not send. */
    private static final long SILENT_NANOS = 1_000_000_000;

    private Accepting() {}

    /** Takes the next client, and its first data. Returns {@link Status#PENDING}, or why not. */
    public static int acceptEx(Socket listener, Request request, Acceptance acceptance) {
        Socket accept = acceptance.socket;
        synchronized (listener) {
            if (!listener.isOpen() || !accept.isOpen()) {
                return Status.INVALID_HANDLE;
            }
            if (listener.state != Socket.State.LISTENING) {
                return Status.INVALID_PARAMETER; // before the second monitor: their order
            }
            synchronized (accept) {
                int refusal = refusal(listener, accept);
                if (refusal != 0) {
                    return refusal;
                }
                request.prepare(listener, ACCEPT_EX, Operation.Kind.ACCEPT);
                MemorySegment data = acceptance.dataLength == 0 ? null : acceptance.data;
                if (data != null && !request.block(data, acceptance.dataLength, true)) {
                    return Status.INSUFFICIENT_RESOURCES; // no client pays for it
                }
                request.accepting = acceptance;
                accept.state = Socket.State.ACCEPTING;
                accept.acceptedBy = request;
                listener.link(request);
                begin(listener, accept, request);
            }
            listening(listener).serve();
        }
        return Status.PENDING;
    }

    private static int refusal(Socket listener, Socket accept) {
        if (!accept.isOpen()) {
            return Status.INVALID_HANDLE;
        }
        boolean fits =
                listener.state == Socket.State.LISTENING
                        && accept.state == Socket.State.CREATED
                        && !accept.datagrams
                        && accept.v6 == listener.v6;
        return fits ? 0 : Status.INVALID_PARAMETER;
    }

    private static void begin(Socket listener, Socket accept, Request request) {
        AcceptQueue listening = listening(listener);
        AcceptQueue.Client next = listening.next();
        if (next == null) {
            listening.add(request);
        } else {
            arrived(listener, accept, request, next.endpoint(), next.peer(), next.since());
        }
    }

    private static AcceptQueue listening(Socket listener) {
        return Objects.requireNonNull(listener.listening);
    }

    /** The engine has ended an accept, or the receive that follows it. */
    @Override
    public void ended(Socket listener, Request request) {
        synchronized (listener) {
            try {
                stageEnded(listener, Objects.requireNonNull(request.accepting).socket, request);
            } finally {
                AcceptQueue listening = listening(listener); // others must not wait for it
                listening.serve();
                listening.proceed();
            }
            Closing.closeIfDone(listener);
        }
    }

    private static void stageEnded(Socket listener, Socket accept, Request request) {
        synchronized (accept) {
            try {
                if (listening(listener).heard(request)) {
                    heard(listener, accept, request);
                } else {
                    long now = System.nanoTime();
                    boolean more = (request.resultFlags & Endpoint.MORE) != 0;
                    long since = Objects.requireNonNull(request.accepting).outSince;
                    listening(listener).accepted(request, more ? now - since : 0);
                    accepted(listener, accept, request, now);
                }
            } catch (RuntimeException | Error e) {
                if (accept.acceptedBy == request) {
                    goWrong(listener, accept, request);
                }
                throw e;
            }
        }
    }

    /** A defect, or want of memory, costs a request and not its client. */
    private static void goWrong(Socket listener, Socket accept, Request request) {
        try {
            if (accept.endpoint != null && accept.connection.isThere) {
                putBack(listener, accept);
            }
        } finally {
            fail(listener, accept, request, Status.INSUFFICIENT_RESOURCES);
        }
    }

    /** The first stage has ended. */
    private static void accepted(Socket listener, Socket accept, Request request, long now) {
        Endpoint connection = request.accepted;
        request.accepted = null;
        if (connection != null) {
            Address peer = request.takePeer();
            arrived(listener, accept, request, connection, peer, now);
        } else if (!listener.isOpen() || !accept.isOpen() || request.abandoned) {
            fail(listener, accept, request, Status.CANCELLED);
        } else if (request.status == Status.CANCELLED) {
            begin(listener, accept, request); // by us: a client was put back meanwhile
        } else {
            fail(listener, accept, request, request.status);
        }
    }

    /** Takes a client that was put back. Holding the listener's monitor and no other. */
    static void meet(Socket listener, Request request, AcceptQueue.Client client) {
        Socket accept = Objects.requireNonNull(request.accepting).socket;
        synchronized (accept) {
            arrived(listener, accept, request, client.endpoint(), client.peer(), client.since());
        }
    }

    /** A client is there. It stays one whatever becomes of the request: who came is served. */
    private static void arrived(
            Socket listener,
            Socket accept,
            Request request,
            Endpoint connection,
            Address peer,
            long since) {
        if (accept.endpoint != null) {
            listener.loop().close(accept.endpoint); // made for an option that had to be tried
        }
        accept.endpoint = connection;
        accept.connection.begin(true, peer);
        accept.connection.since = since;
        int refusal = refusal(accept, request);
        if (refusal != 0) {
            putBack(listener, accept);
            fail(listener, accept, request, refusal);
            return;
        }
        accept.connection.isThere = true;
        Acceptance accepting = Objects.requireNonNull(request.accepting);
        if (accepting.dataLength == 0) {
            succeed(listener, accept, request, 0);
            return;
        }
        request.kind = Operation.Kind.RECEIVE;
        request.endpoint = connection;
        if (listener.isOpen() && !request.abandoned) {
            listening(listener).await(request);
        } else {
            unheard(listener, accept, request);
        }
    }

    /** Why a request cannot take its client; 0 if it can. */
    private static int refusal(Socket accept, Request request) {
        if (!accept.isOpen()) {
            return Status.CANCELLED;
        }
        Address peer = Objects.requireNonNull(accept.connection.peer);
        if (Objects.requireNonNull(request.accepting).fits(peer)) {
            return 0;
        }
        return request.abandoned ? Status.CANCELLED : Status.BUFFER_TOO_SMALL; // A9 A10
    }

    /** The second stage has ended. */
    private static void heard(Socket listener, Socket accept, Request request) {
        int status = request.status;
        if (status == Status.SUCCESS) {
            request.copyOut(request.bytes);
            succeed(listener, accept, request, request.bytes);
        } else if (status == Status.CANCELLED || !listener.isOpen() || !accept.isOpen()) {
            unheard(listener, accept, request);
        } else {
            if (!Status.endsConnection(status)) { // want of memory
                putBack(listener, accept);
            }
            fail(listener, accept, request, status);
        }
    }

    /**
     * Nobody wants the data any more. If it is there the request ends with it, as it came first.
     */
    private static void unheard(Socket listener, Socket accept, Request request) {
        Endpoint connection = Objects.requireNonNull(accept.endpoint);
        int bytes = accept.isOpen() ? connection.attempt(request) : Status.CANCELLED;
        if (bytes >= 0) {
            request.copyOut(bytes);
            succeed(listener, accept, request, bytes);
            return;
        }
        boolean known = Objects.requireNonNull(request.accepting).isClientKnown;
        boolean isNew = !known && System.nanoTime() - accept.connection.since < SILENT_NANOS;
        if (isNew && !Status.endsConnection(bytes)) {
            putBack(listener, accept);
        } else if (accept.isOpen() || !known) {
            reset(listener, accept);
        } else if (accept.options != null) { // closed by who knows of it (A46): as any other
            accept.options.applyTo(connection, listener.options);
        }
        fail(listener, accept, request, Status.CANCELLED);
    }

    /** Leaves the client of a request that fails to the next one. */
    private static void putBack(Socket listener, Socket accept) {
        listening(listener)
                .putBack(
                        new AcceptQueue.Client(
                                Objects.requireNonNull(accept.endpoint),
                                Objects.requireNonNull(accept.connection.peer),
                                accept.connection.since));
        accept.endpoint = null;
    }

    private static void reset(Socket listener, Socket accept) {
        listening(listener).reset(Objects.requireNonNull(accept.endpoint));
        accept.endpoint = null;
    }

    @Override
    public void abandon(Socket listener, Request request) {
        if (!listening(listener).takeBack(request)) {
            request.cancel();
            return;
        }
        Socket accept = Objects.requireNonNull(request.accepting).socket;
        synchronized (accept) {
            fail(listener, accept, request, Status.CANCELLED);
        }
    }

    /** The socket that was to become the connection has been closed (A30). Without any monitor. */
    static void abandonFor(Socket accept, Request request) {
        Socket listener = Objects.requireNonNull(request.socket);
        synchronized (listener) {
            Acceptance accepting = request.accepting;
            if (accepting != null && accepting.socket == accept) { // else it has ended meanwhile
                ACCEPT_EX.abandon(listener, request);
            }
        }
    }

    private static void succeed(Socket listener, Socket accept, Request request, int bytes) {
        if (!accept.isOpen()) { // nobody will answer what the program got
            reset(listener, accept);
            end(listener, accept, request, Status.SUCCESS, bytes);
            return;
        }
        Endpoint connection = Objects.requireNonNull(accept.endpoint);
        Address local = Objects.requireNonNull(listener.local);
        if (local.isWildcard()) {
            local = listening(listener).address;
            connection.localAddress(local);
        }
        Acceptance to = Objects.requireNonNull(request.accepting);
        to.tell(local, Objects.requireNonNull(accept.connection.peer));
        accept.connection.listenerLingers = listener.lingers();
        if (accept.options != null) {
            accept.options.applyTo(connection, listener.options);
        }
        accept.connected(true);
        accept.connection.endSeen = to.dataLength > 0 && bytes == 0;
        end(listener, accept, request, Status.SUCCESS, bytes);
    }

    private static void fail(Socket listener, Socket accept, Request request, int status) {
        if (accept.endpoint != null) {
            listener.loop().close(accept.endpoint);
            accept.endpoint = null;
        }
        if (accept.isOpen()) {
            accept.disconnected(Socket.State.CREATED); // A50
        }
        end(listener, accept, request, status, 0);
    }

    private static void end(
            Socket listener, Socket accept, Request request, int status, int bytes) {
        accept.acceptedBy = null;
        request.leaveQueue();
        listener.unlink(request);
        request.completed(listener, status, bytes, false);
        Closing.closeIfDone(accept);
    }
}
