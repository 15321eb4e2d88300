package lapwing.socket;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import lapwing.engine.Address;
import lapwing.engine.Endpoint;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import org.jspecify.annotations.Nullable;

/** bind, listen, connect and ConnectEx. */
public final class Connecting implements Purpose {
    static final Purpose CONNECT = new Connecting();

    /** A connect is under way already; NTSTATUS has no word for that, this is a customer's one. */
    public static final int CONNECTING = 0xE0000001;

    private static final int LEAST_HINT = 200;
    private static final int MOST_WAITING = 65535;

    private Connecting() {}

    /** Gives a socket its address; null for one that could not be read. */
    public static int bind(Socket s, @Nullable Address to) {
        synchronized (s) {
            if (!s.isOpen()) {
                return Status.INVALID_HANDLE;
            }
            if (to == null) {
                return Status.ACCESS_VIOLATION;
            }
            if (s.state != Socket.State.CREATED || s.local != null) {
                return Status.INVALID_PARAMETER;
            }
            int refusal = Addresses.refusalOfLocal(s, to);
            if (refusal != 0) {
                return refusal;
            }
            int result = s.open();
            if (result >= 0) {
                result = bindTo(s, to);
            }
            return result < 0 ? refused(s, to, result) : Status.SUCCESS;
        }
    }

    /**
     * What a bind fails with: who wants to share an address with somebody who does not is denied
     * it; without a free port the system has no resources left, no address is in use.
     */
    private static int refused(Socket s, Address address, int status) {
        if (status != Status.ADDRESS_ALREADY_EXISTS) {
            return status;
        }
        return address.port == 0
                ? Status.INSUFFICIENT_RESOURCES
                : s.options != null && s.options.get(SocketOptions.Row.REUSEADDR) != 0
                        ? Status.ACCESS_DENIED
                        : status;
    }

    /** Binds the descriptor and remembers where. */
    private static int bindTo(Socket s, Address address) {
        Endpoint endpoint = Objects.requireNonNull(s.endpoint);
        int result = endpoint.bind(address);
        if (result == Status.ADDRESS_ALREADY_EXISTS && !s.datagrams) {
            // Windows binds over connections in TIME_WAIT; Linux does with SO_REUSEADDR on both,
            // which listen sets
            endpoint.set(Endpoint.Option.REUSE_ADDRESS, 1);
            result = endpoint.bind(address);
            if (result < 0) {
                endpoint.set(Endpoint.Option.REUSE_ADDRESS, 0);
            }
        }
        if (result >= 0) {
            Address local = new Address();
            endpoint.localAddress(local);
            s.local = local;
            s.portChosen = address.port == 0;
            s.state = Socket.State.BOUND;
        }
        return result;
    }

    /** Binds a datagram socket that sends before it was bound (M12). */
    public static int bindImplicitly(Socket s) {
        Address any = new Address();
        any.v6 = s.v6;
        int result = bindTo(s, any);
        return result < 0 ? refused(s, any, result) : Status.SUCCESS;
    }

    public static int listen(Socket s, int backlog) {
        int length =
                backlog < 0 // SOMAXCONN_HINT
                        ? Math.clamp(-(long) backlog, LEAST_HINT, MOST_WAITING)
                        : Math.clamp(backlog, 1, MOST_WAITING);
        synchronized (s) {
            if (!s.isOpen()) {
                return Status.INVALID_HANDLE;
            }
            if (s.datagrams) {
                return Status.NOT_SUPPORTED;
            }
            return switch (s.state) {
                case BOUND, LISTENING -> listenOn(s, Objects.requireNonNull(s.endpoint), length);
                case CONNECTED -> Status.CONNECTION_ACTIVE;
                default -> Status.INVALID_PARAMETER;
            };
        }
    }

    private static int listenOn(Socket s, Endpoint endpoint, int length) {
        // for the next bind of this port, see bindTo
        endpoint.set(Endpoint.Option.REUSE_ADDRESS, 1);
        int result = endpoint.listen(length);
        if (result < 0) {
            return result;
        }
        s.state = Socket.State.LISTENING;
        if (s.listening == null) {
            s.listening = new AcceptQueue(s);
        }
        if (result > 0) {
            s.listening.backlog(result);
        }
        endpoint.localAddress(Objects.requireNonNull(s.local)); // a late port is chosen now
        return Status.SUCCESS;
    }

    /**
     * connect: gives a datagram socket its peer, and begins with the connection of a stream.
     *
     * @param to null for an address that could not be read
     * @return {@link Status#PENDING}: the caller is to wait for the request. WOULD_BLOCK: the
     *     socket is non-blocking, nobody waits
     */
    public static int connect(Socket s, Request request, @Nullable Address to) {
        synchronized (s) {
            int refusal = refusal(s, to);
            if (refusal != 0 || to == null) {
                boolean due = refusal == Status.CONNECTION_ACTIVE && s.connection.contextDue;
                return due ? Status.INVALID_PARAMETER : refusal; // C13
            }
            int result = s.open();
            if (result < 0) {
                return result;
            }
            if (s.datagrams) {
                return setPeer(s, to);
            }
            s.connectError = 0;
            begin(s, request, to);
            return s.nonBlocking ? Status.WOULD_BLOCK : Status.PENDING;
        }
    }

    /**
     * Gives a datagram socket a default peer, another one, or by an address of zeros none. It is
     * bound first if it is not, and stays so if the peer cannot be reached; then it has none.
     */
    private static int setPeer(Socket s, Address to) {
        int error = s.local == null ? bindImplicitly(s) : 0;
        if (error != 0) {
            return error;
        }
        Endpoint endpoint = Objects.requireNonNull(s.endpoint);
        Sending.sendOut(s);
        Address peer = Addresses.meansNobody(s, to) ? null : new Address().set(to);
        int result = endpoint.setPeer(peer);
        s.connection.peer = result < 0 ? null : peer;
        endpoint.localAddress(Objects.requireNonNull(s.local)); // the peer decides about it
        return Math.min(result, 0);
    }

    /** Why the socket cannot connect, 0 if it can. Holding its monitor. */
    private static int refusal(Socket s, @Nullable Address to) {
        if (!s.isOpen()) {
            return Status.INVALID_HANDLE;
        }
        return switch (s.state) {
            case CONNECTED -> Status.CONNECTION_ACTIVE;
            case LISTENING, ACCEPTING -> Status.INVALID_PARAMETER;
            case CONNECTING -> {
                boolean plain = s.pending != null && !s.pending.isExtended() && s.nonBlocking;
                yield plain ? CONNECTING : Status.INVALID_PARAMETER; // C15
            }
            default -> to == null ? Status.ACCESS_VIOLATION : Addresses.refusalOfPeer(s, to);
        };
    }

    /**
     * Begins to connect, and sends data behind it.
     *
     * @param to null for an address that could not be read
     * @return {@link Status#PENDING}, or why not
     */
    public static int connectEx(
            Socket s,
            Request request,
            @Nullable Address to,
            @Nullable MemorySegment data,
            int dataLength) {
        synchronized (s) {
            int refusal = s.isOpen() && s.datagrams ? Status.INVALID_PARAMETER : refusal(s, to);
            if (refusal == 0 && s.state != Socket.State.BOUND) {
                refusal = Status.INVALID_PARAMETER; // C2; Linux would bind
            }
            if (refusal == 0 && data != null && (dataLength < 0 || dataLength > data.byteSize())) {
                refusal = Status.ACCESS_VIOLATION;
            }
            if (refusal != 0 || to == null) {
                return refusal;
            }
            request.prepare(s, CONNECT, Operation.Kind.CONNECT);
            if (data != null && dataLength > 0 && !request.capture(data, dataLength)) {
                return Status.INSUFFICIENT_RESOURCES;
            }
            begin(s, request, to);
        }
        return Status.PENDING;
    }

    private static void begin(Socket s, Request request, Address to) {
        if (request.isPlain()) {
            request.prepare(s, CONNECT, Operation.Kind.CONNECT);
            request.begin();
        }
        request.peer().set(to);
        request.endpoint = s.endpoint;
        s.connection.begin(false, new Address().set(to));
        s.state = Socket.State.CONNECTING;
        s.link(request);
        request.startOn(s.loop());
    }

    @Override
    public void ended(Socket s, Request request) {
        synchronized (s) {
            int status = request.status;
            int bytes = request.bytes;
            s.unlink(request);
            if (!s.isOpen()) { // what has reached the peer is told all the same
                status = status == Status.SUCCESS ? status : Status.CANCELLED;
            } else if (status == Status.SUCCESS) {
                s.connected(request.isExtended());
                s.connection.doubtful = bytes < request.total();
                s.connectError = 0;
            } else {
                status = refusedPort(s, status);
                s.connectError = status;
                bytes = 0;
                free(s);
                if (s.local == null) {
                    bindImplicitly(s); // connect has; its failure does not undo that (DOC connect)
                }
            }
            request.completed(s, status, bytes, false);
            Closing.closeIfDone(s);
        }
    }

    /**
     * What a connect says of its own port: Linux calls it not available both when none is left to
     * choose and when the one that was bound has a connection to that peer already (C32).
     */
    private static int refusedPort(Socket s, int status) {
        if (status != Status.INVALID_ADDRESS_COMPONENT) {
            return status;
        }
        boolean choosing = s.local == null || s.local.port == 0;
        return choosing ? Status.INSUFFICIENT_RESOURCES : Status.ADDRESS_ALREADY_EXISTS;
    }

    /**
     * Makes the descriptor able to connect again, from where the socket was bound. Holding the
     * monitor.
     */
    static void free(Socket s) {
        Endpoint endpoint = Objects.requireNonNull(s.endpoint);
        endpoint.dissolve();
        Address local = s.local;
        boolean lent = s.connection.addressLent;
        s.disconnected(local == null ? Socket.State.CREATED : Socket.State.BOUND);
        rebind(s, endpoint, local);
        if (lent) {
            boolean shared = s.options != null && s.options.get(SocketOptions.Row.REUSEADDR) != 0;
            endpoint.set(Endpoint.Option.REUSE_ADDRESS, shared ? 1 : 0);
        }
    }

    private static void rebind(Socket s, Endpoint endpoint, @Nullable Address local) {
        // a port bound by number survives (F12), one that connect chooses need not (S11)
        if (local == null || !s.portChosen || local.port == 0) {
            return;
        }
        if (endpoint.bind(local) >= 0) {
            s.portChosen = false; // from now on it is a port bound by number
        } else {
            local.port = 0; // taken meanwhile: another one
            if (endpoint.bind(local) >= 0) {
                endpoint.localAddress(local);
            }
        }
    }
}
