package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import lapwing.engine.Address;
import lapwing.engine.Endpoint;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import org.jspecify.annotations.Nullable;

/** bind, listen, connect and ConnectEx. */
final class Connecting implements Purpose {
    static final Purpose CONNECT = new Connecting();

    private static final int LEAST_HINT = 200;
    private static final int MOST_WAITING = 65535;

    private Connecting() {}

    static int bind(SocketHandle s, @Nullable Sockaddr name, int length) {
        synchronized (s) {
            if (!s.isOpen()) {
                return WinsockError.WSAENOTSOCK;
            }
            int refusal = Addresses.refusalOfLocal(s, name, length);
            if (refusal == WinsockError.WSAEFAULT || name == null) {
                return refusal;
            }
            if (s.state != SocketHandle.State.CREATED || s.local != null) {
                return WinsockError.WSAEINVAL;
            }
            if (refusal != 0) {
                return refusal;
            }
            int result = s.open();
            if (result >= 0) {
                result = bindTo(s, name.address);
            }
            return result < 0 ? NtStatus.toWinsock(refused(s, name.address, result)) : 0;
        }
    }

    /**
     * What a bind fails with: who wants to share an address with somebody who does not is denied
     * it; without a free port the system has no resources left, no address is in use.
     */
    private static int refused(SocketHandle s, Address address, int status) {
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
    private static int bindTo(SocketHandle s, Address address) {
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
            s.state = SocketHandle.State.BOUND;
        }
        return result;
    }

    /** Binds a datagram socket that sends before it was bound (M12); 0 or a Winsock error. */
    static int bindImplicitly(SocketHandle s) {
        Address any = new Address();
        any.v6 = s.v6;
        int result = bindTo(s, any);
        return result < 0 ? NtStatus.toWinsock(refused(s, any, result)) : 0;
    }

    static int listen(SocketHandle s, int backlog) {
        int length =
                backlog < 0 // SOMAXCONN_HINT
                        ? Math.clamp(-(long) backlog, LEAST_HINT, MOST_WAITING)
                        : Math.clamp(backlog, 1, MOST_WAITING);
        synchronized (s) {
            if (!s.isOpen()) {
                return WinsockError.WSAENOTSOCK;
            }
            if (s.datagrams) {
                return WinsockError.WSAEOPNOTSUPP;
            }
            switch (s.state) {
                case BOUND, LISTENING -> {
                    Endpoint endpoint = Objects.requireNonNull(s.endpoint);
                    endpoint.set(
                            Endpoint.Option.REUSE_ADDRESS,
                            1); // for the next bind of this port, see bindTo
                    int result = endpoint.listen(length);
                    if (result >= 0) {
                        s.state = SocketHandle.State.LISTENING;
                        if (s.listening == null) {
                            s.listening = new Listening(s);
                        }
                        if (result > 0) {
                            s.listening.backlog(result);
                        }
                        endpoint.localAddress(
                                Objects.requireNonNull(s.local)); // a late port is chosen now
                    }
                    return result < 0 ? NtStatus.toWinsock(result) : 0;
                }
                case CONNECTED -> {
                    return WinsockError.WSAEISCONN;
                }
                default -> {
                    return WinsockError.WSAEINVAL;
                }
            }
        }
    }

    static int connect(SocketHandle s, @Nullable Sockaddr name, int length) {
        BlockedCaller request = new BlockedCaller();
        synchronized (s) {
            int refusal = refusal(s, name, length);
            if (refusal != 0) {
                boolean due = refusal == WinsockError.WSAEISCONN && s.connection.contextDue;
                return due ? WinsockError.WSAEINVAL : refusal; // C13
            }
            Address to = Objects.requireNonNull(name).address;
            int result = s.open();
            if (result < 0) {
                return NtStatus.toWinsock(result);
            }
            if (s.datagrams) {
                return setPeer(s, to);
            }
            s.connectError = 0;
            begin(s, request, to);
            if (s.nonBlocking) {
                return WinsockError.WSAEWOULDBLOCK;
            }
        }
        int status = Waiting.await(s, request, Deadline.NONE);
        return status == Status.CANCELLED ? WinsockError.WSAEINTR : NtStatus.toWinsock(status);
    }

    /**
     * Gives a datagram socket a default peer, another one, or by an address of zeros none. It is
     * bound first if it is not, and stays so if the peer cannot be reached; then it has none.
     */
    private static int setPeer(SocketHandle s, Address to) {
        int error = s.local == null ? bindImplicitly(s) : 0;
        if (error != 0) {
            return error;
        }
        Endpoint endpoint = Objects.requireNonNull(s.endpoint);
        Address peer = Addresses.meansNobody(s, to) ? null : new Address().set(to);
        int result = endpoint.setPeer(peer);
        s.connection.peer = result < 0 ? null : peer;
        endpoint.localAddress(Objects.requireNonNull(s.local)); // the peer decides about it
        return NtStatus.toWinsock(Math.min(result, 0));
    }

    /** Why the socket cannot connect, 0 if it can. Holding its monitor. */
    private static int refusal(SocketHandle s, @Nullable Sockaddr name, int length) {
        if (!s.isOpen()) {
            return WinsockError.WSAENOTSOCK;
        }
        switch (s.state) {
            case CONNECTED -> {
                return WinsockError.WSAEISCONN;
            }
            case LISTENING, ACCEPTING -> {
                return WinsockError.WSAEINVAL;
            }
            case CONNECTING -> {
                boolean plain = s.pending != null && !s.pending.isExtended() && s.nonBlocking;
                return plain ? WinsockError.WSAEALREADY : WinsockError.WSAEINVAL; // C15
            }
            default -> {}
        }
        return Addresses.refusalOfPeer(s, name, length);
    }

    static int connectEx(
            SocketHandle s,
            @Nullable Sockaddr name,
            int length,
            @Nullable MemorySegment data,
            int dataLength,
            @Nullable Overlapped overlapped) {
        Request request = overlapped == null ? null : overlapped.take();
        synchronized (s) {
            if (!s.isOpen()) {
                return WinsockError.WSAENOTSOCK;
            }
            if (overlapped == null || request == null) {
                return WinsockError.ERROR_INVALID_PARAMETER;
            }
            overlapped.begin(); // also before a failure: O3
            if (s.datagrams) {
                return WinsockError.WSAEINVAL;
            }
            int refusal = refusal(s, name, length);
            if (refusal == 0 && s.state != SocketHandle.State.BOUND) {
                refusal = WinsockError.WSAEINVAL; // C2; Linux would bind
            }
            if (refusal == 0 && data != null && (dataLength < 0 || dataLength > data.byteSize())) {
                refusal = WinsockError.WSAEFAULT;
            }
            if (refusal != 0) {
                return refusal;
            }
            request.prepare(s, CONNECT, Operation.Kind.CONNECT);
            if (data != null && dataLength > 0 && !request.capture(data, dataLength)) {
                return WinsockError.WSAENOBUFS;
            }
            begin(s, request, Objects.requireNonNull(name).address);
        }
        return WinsockError.WSA_IO_PENDING;
    }

    private static void begin(SocketHandle s, Request request, Address to) {
        if (request.isPlain()) {
            request.prepare(s, CONNECT, Operation.Kind.CONNECT);
            request.begin();
        }
        request.peer().set(to);
        request.endpoint = s.endpoint;
        s.connection = new Connection(false, new Address().set(to));
        s.state = SocketHandle.State.CONNECTING;
        s.link(request);
        request.startOn(s.loop());
    }

    @Override
    public void ended(SocketHandle s, Request request) {
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
                s.connectError = NtStatus.toWinsock(status);
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
    private static int refusedPort(SocketHandle s, int status) {
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
    static void free(SocketHandle s) {
        Endpoint endpoint = Objects.requireNonNull(s.endpoint);
        endpoint.dissolve();
        Address local = s.local;
        boolean lent = s.connection.addressLent;
        s.disconnected(local == null ? SocketHandle.State.CREATED : SocketHandle.State.BOUND);
        rebind(s, endpoint, local);
        if (lent) {
            boolean shared = s.options != null && s.options.get(SocketOptions.Row.REUSEADDR) != 0;
            endpoint.set(Endpoint.Option.REUSE_ADDRESS, shared ? 1 : 0);
        }
    }

    private static void rebind(SocketHandle s, Endpoint endpoint, @Nullable Address local) {
        if (local == null || !s.portChosen || local.port == 0) {
            return; // a port bound by number survives (F12), one that connect chooses need not
            // (S11)
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
