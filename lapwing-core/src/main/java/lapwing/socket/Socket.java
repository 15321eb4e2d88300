package lapwing.socket;

import lapwing.engine.Address;
import lapwing.engine.Endpoint;
import lapwing.engine.Engine;
import lapwing.engine.Loop;
import lapwing.engine.Status;
import lapwing.engine.choice.Engines;
import lapwing.port.Port;
import org.jspecify.annotations.Nullable;

/**
 * What a socket is, under whatever face: its state, its descriptor, its connection, and the
 * requests that are under way on it. It is not a descriptor: it gets one when it needs one, and
 * another one when it is used again after a disconnect; options set on it are kept and applied when
 * the descriptor comes.
 *
 * <h2>States</h2>
 *
 * <table border="1">
 * <caption>What each state allows, and where it leads</caption>
 * <tr><th>state</th><th>by</th><th>allowed</th><th>then</th></tr>
 * <tr><td>CREATED</td><td>WSASocket; reuse after AcceptEx</td><td>bind, connect, being AcceptEx's accept
 * socket (A15–A21)</td><td>BOUND, CONNECTING, ACCEPTING</td></tr>
 * <tr><td>BOUND</td><td>bind; reuse after ConnectEx or connect (D21)</td><td>listen, connect, ConnectEx
 * (C2)</td><td>LISTENING, CONNECTING</td></tr>
 * <tr><td>LISTENING</td><td>listen</td><td>accept, AcceptEx</td><td>CLOSED</td></tr>
 * <tr><td>ACCEPTING</td><td>AcceptEx under way on it</td><td>closesocket (A30), SO_CONNECT_TIME
 * (A46)</td><td>CONNECTED, or CREATED after a failure (A50)</td></tr>
 * <tr><td>CONNECTING</td><td>ConnectEx or connect under way</td><td>closesocket, cancel</td><td>CONNECTED,
 * or back after a failure (C26)</td></tr>
 * <tr><td>CONNECTED</td><td>accept, connect; AcceptEx and ConnectEx, which leave the context to be
 * updated: until then no names and no shutdown (A43, A44, C35–C37)</td><td>transfer, shutdown,
 * DisconnectEx</td><td>CREATED or BOUND by a reuse; CLOSED</td></tr>
 * <tr><td>CLOSED</td><td>closesocket</td><td>nothing: WSAENOTSOCK</td><td></td></tr>
 * </table>
 *
 * <p>Datagram sockets are CREATED or BOUND, with or without a default peer. Any thread may use a
 * socket; its fields are guarded by its monitor. Monitors nest in the order listener, accept
 * socket, port, loop.
 */
public final class Socket {
    public enum State {
        CREATED,
        BOUND,
        LISTENING,
        ACCEPTING,
        CONNECTING,
        CONNECTED,
        CLOSED
    }

    public final boolean v6;
    public final boolean datagrams;
    public final boolean overlapped;

    public State state = State.CREATED;
    public @Nullable Endpoint endpoint;

    /**
     * Where it was bound, with the real port; null while it is not. Of a datagram socket with a
     * peer: where it receives from it.
     */
    public @Nullable Address local;

    /** True if the kernel chose the port, so that it has to be bound again after a reuse (F12). */
    boolean portChosen;

    /** The present connection, or what is in its place. */
    public Connection connection = new Connection();

    public boolean nonBlocking;

    /** SIO_UDP_CONNRESET is off: a peer's closed port is no error of a datagram socket. */
    public boolean ignoresUnreachable;

    /** WSA_FLAG_REGISTERED_IO. */
    public boolean doesRegisteredIo;

    /** Its queue of registered I/O; null while it has none. */
    public @Nullable Registered registered;

    public @Nullable Port<?> port;
    public long key;

    /** What packets bring along. Written under the monitor, read by whoever ends an operation. */
    public volatile @Nullable Object attachment;

    /** FILE_SKIP_COMPLETION_PORT_ON_SUCCESS: an immediate end makes no packet. */
    public boolean endsAtOnce;

    /** The options that were set; made at the first. */
    public @Nullable SocketOptions options;

    /** Requests under way or queued, newest first. */
    public @Nullable Request pending;

    /** Its receives; the engine has the first one. */
    public final RequestQueue receives = new RequestQueue();

    /** Its sends and what waits behind them; the engine has the first one. */
    final RequestQueue sends = new RequestQueue();

    /** The AcceptEx under way that will make this socket a connection. */
    public @Nullable Request acceptedBy;

    /** The status with which a non-blocking connect has failed, for SO_ERROR. */
    public int connectError;

    /** What it has as a listener; null before listen. */
    public @Nullable AcceptQueue listening;

    public Socket(boolean v6, boolean datagrams, boolean overlapped) {
        this.v6 = v6;
        this.datagrams = datagrams;
        this.overlapped = overlapped;
    }

    /** One that has never been open. */
    public static Socket closed() {
        Socket result = new Socket(false, false, false);
        result.state = State.CLOSED;
        return result;
    }

    /** True until it is closed. */
    public boolean isOpen() {
        return state != State.CLOSED;
    }

    /**
     * Where operations of this socket run. A stream keeps its loop while anything is under way on
     * it, and takes that of a port or a request queue that has come meanwhile afterwards: two
     * threads would end its operations in another order than the system has (see {@link Loss}).
     */
    public Loop loop() {
        if (!datagrams) {
            Loop present = loopOf(receives.first());
            present = present != null ? present : loopOf(sends.first());
            present = present != null ? present : loopOf(connection.disconnecting);
            if (present != null) {
                return present;
            }
        }
        Loop ours = port != null ? port.loop() : registered != null ? registered.loop() : null;
        return ours == null ? Engines.current().commonLoop() : ours;
    }

    private static @Nullable Loop loopOf(@Nullable Request request) {
        return request != null && request.isStarted() ? request.loop() : null;
    }

    /** Gets a descriptor if there is none. Returns 0 or an error of {@link Status}. */
    public int open() {
        if (endpoint != null) {
            return 0;
        }
        Engine.Opened opened = new Engine.Opened();
        int result = Engines.current().open(v6, datagrams, opened);
        if (result >= 0) {
            endpoint = opened.endpoint;
            if (options != null) {
                options.applyTo(java.util.Objects.requireNonNull(endpoint), null);
            }
        }
        return result;
    }

    /** Attempts an operation at once, on the descriptor that is there. */
    int attempt(Request request) {
        Endpoint there = java.util.Objects.requireNonNull(endpoint);
        int result = there.attempt(request);
        while (passesOver(result)) {
            result = there.attempt(request);
        }
        return result;
    }

    /** True for an error of an earlier datagram that the program does not want to know of. */
    private boolean passesOver(int status) {
        return ignoresUnreachable && status == Status.CONNECTION_REFUSED;
    }

    /** Tries a transfer again that got such an error, unless it is cancelled: then it ends so. */
    boolean triesAgain(Request request) {
        if (!passesOver(request.status)) {
            return false;
        }
        if (request.abandoned) {
            request.status = Status.CANCELLED;
            return false;
        }
        request.purpose.turn(this, request);
        return true;
    }

    /** Puts a request on the list of those under way. */
    public void link(Request request) {
        request.previous = null;
        request.next = pending;
        if (pending != null) {
            pending.previous = request;
        }
        pending = request;
        request.linked(this);
    }

    /** Takes a request off the list, if it is on it. */
    public void unlink(Request request) {
        if (request.previous == null && pending != request) {
            return;
        }
        if (request.previous != null) {
            request.previous.next = request.next;
        } else {
            pending = request.next;
        }
        if (request.next != null) {
            request.next.previous = request.previous;
        }
        request.previous = null;
        request.next = null;
    }

    /** The connection that was prepared is there. */
    void connected(boolean contextDue) {
        state = State.CONNECTED;
        connection.contextDue = contextDue;
        if (!connection.isThere) {
            connection.isThere = true;
            connection.since = System.nanoTime();
        }
    }

    /** The connection is over: everything of it is forgotten. */
    public void disconnected(State next) {
        state = next;
        connection = new Connection();
    }

    /**
     * Sends FIN behind what was sent, once. On Windows a port can be bound to and listened on while
     * its former connection is in TIME_WAIT. On Linux that takes SO_REUSEADDR on what is in
     * TIME_WAIT as well, so it has to be set before the end, and is taken back after a reuse.
     */
    void sendEnd() {
        Connection c = connection;
        if (!c.endSent && endpoint != null) {
            c.endSent = true;
            c.addressLent = !c.accepted && !datagrams && !c.endSeen && c.broken == 0;
            if (c.addressLent) {
                endpoint.set(Endpoint.Option.REUSE_ADDRESS, 1);
            }
            c.closedFirst =
                    !datagrams && TimedWaitDelay.seconds() > 0 && HeldBack.closesFirst(this);
            endpoint.shutdown(false, true);
        }
    }

    /** A close of the descriptor need not be orderly: a linger time, its own or inherited. */
    boolean mayLinger() {
        return connection.listenerLingers || lingers();
    }

    /** It was given a linger time. */
    boolean lingers() {
        return options != null && options.get(SocketOptions.Row.LINGER) >= 0;
    }

    @Override
    public String toString() {
        return (datagrams ? "UDP" : "TCP") + (v6 ? "/IPv6" : "/IPv4") + " socket, " + state;
    }
}
