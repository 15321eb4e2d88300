package lapwing.engine;

/**
 * One end of a transport: on Linux a descriptor, elsewhere a channel. It has no state table, checks
 * nothing twice and never waits; states, orders and errors of Winsock are the contract's business.
 *
 * <p>Calls return 0 or more on success, an error of {@link Status} otherwise. Threads: calls may
 * come from any thread, the user sees to it that none comes after {@link #close}.
 */
public abstract class Endpoint {
    /** Flag of receives: leave the data in place. */
    public static final byte PEEK = 1;

    /** Flag of receives: wait for all blocks to be full. */
    public static final byte WAIT_ALL = 2;

    /** Flag of sends and receives: out-of-band data. */
    public static final byte URGENT = 4;

    /** Flag of sends: the end of the stream follows, the last bytes may go out with it. */
    public static final byte END_FOLLOWS = 32;

    /** Result flag: the datagram was longer than the blocks. */
    public static final byte TRUNCATED = 8;

    /** Result flag of an accept: other connections are waiting, as far as the system says. */
    public static final byte MORE = 64;

    /** Result flag: the control data was longer than its memory. */
    public static final byte CONTROL_TRUNCATED = 16;

    /**
     * Result flag of a receive that has found the peer's end: while it waited the connection was
     * not {@link #isOver over}. Without this flag nobody has looked.
     */
    public static final byte NOT_OVER = 2;

    /**
     * Options with one integer value; for what they mean see the Linux manual under the name in
     * brackets.
     */
    public enum Option {
        KEEP_ALIVE,
        KEEP_IDLE_SECONDS,
        KEEP_INTERVAL_SECONDS,
        REUSE_ADDRESS,
        REUSE_PORT,
        BROADCAST,
        URGENT_INLINE,
        SEND_BUFFER,
        RECEIVE_BUFFER,
        LINGER,
        NO_DELAY,
        PACKET_INFO,
        /** A bind to port 0 leaves the choice to the connect, which then shares ports by peer. */
        LATE_PORT,
        DEFER_ACCEPT,
        KEEP_COUNT,
        /** Milliseconds until unanswered data ends the connection (TCP_USER_TIMEOUT). */
        USER_TIMEOUT,
        /** To read (TCP_MAXSEG). */
        SEGMENT_SIZE,
        NO_CHECKSUM,
        TYPE_OF_SERVICE,
        /** Time to live, or hops. */
        HOPS,
        MULTICAST_HOPS,
        MULTICAST_LOOP,
        /** An interface's index, 0 for the system's choice. */
        MULTICAST_INTERFACE,
        DONT_FRAGMENT,
        /** By Linux' numbers: 0 never, 1 the system's way, 2 always, 3 probe. */
        PATH_MTU_DISCOVERY,
        /** To read; only with a peer. */
        PATH_MTU,
        /** To read, which clears it (SO_ERROR). */
        ERROR,
        IPV6_ONLY
    }

    /** What the shortest datagram takes of the receive buffer, at the least. */
    private static final int LEAST_OF_DATAGRAM = 256;

    protected Endpoint() {}

    // ---- addresses ----

    /** Binds; port 0 lets the system choose. */
    public abstract int bind(Address address);

    /**
     * Starts listening; {@code backlog} connections may wait.
     *
     * @return how many the system allows, 0 if it does not say so, or an error
     */
    public abstract int listen(int backlog);

    /** Reads the local address into {@code result}. */
    public abstract int localAddress(Address result);

    /** Reads the peer's address into {@code result}. */
    public abstract int peerAddress(Address result);

    /**
     * Gives a datagram endpoint a default peer, or another one; null takes it away. Of a bound
     * endpoint the port stays, and the address unless it is the wildcard: then the system chooses
     * by the peer, each time. What has come from a peer before is discarded, unless it is the same
     * one. After an error there is no peer.
     */
    public abstract int setPeer(@org.jspecify.annotations.Nullable Address peer);

    // ---- options ----

    /** Sets an option; LINGER takes seconds, or -1 for off. */
    public abstract int set(Option option, int value);

    /** Reads an option; 0 or more is the value. */
    public abstract int get(Option option);

    /** More datagrams than this are never queued for receiving. */
    protected final int mostDatagrams() {
        return get(Option.RECEIVE_BUFFER) / LEAST_OF_DATAGRAM + 1;
    }

    /**
     * Joins a multicast group, or leaves it.
     *
     * @param network the interface's index, 0 for the system's choice
     */
    public abstract int member(Address group, int network, boolean join);

    // ---- what the system knows ----

    /** Bytes that can be received now; for a datagram socket the size of the next datagram. */
    public abstract int available();

    /** 1 if the next byte is the out-of-band byte, else 0. */
    public abstract int atMark();

    /** Reads what the system knows of a TCP connection; an engine may not know anything. */
    public int tcpInfo(TcpInfo result) {
        return Status.NOT_SUPPORTED;
    }

    /**
     * True if an error has ended the connection, and nothing is left to read: the peer's end has
     * not come. Whoever reads then may be told of an end all the same, if another operation was
     * told of the error. An engine that keeps the error for the reader says false.
     */
    public boolean isBroken() {
        return false;
    }

    /**
     * True if the connection is over although this side has not ended it: by an error, or since the
     * peer has refused, after its own end, what was sent to it.
     */
    public boolean isOver() {
        return false;
    }

    /**
     * False while {@link #dissolve} would lose something: the peer's system has not taken all that
     * was sent, the end included.
     */
    public boolean isDelivered() {
        return true;
    }

    // ---- transfer ----

    /**
     * Tries to receive (RECEIVE, RECEIVE_FROM), send (SEND, SEND_TO) or accept (ACCEPT) what {@code
     * operation} says, without waiting and without starting it. Fills in {@code peer}, {@code
     * accepted} and {@code resultFlags}.
     *
     * @return bytes moved, or {@link Status#WOULD_BLOCK}, or an error
     */
    public abstract int attempt(Operation operation);

    // ---- ends ----

    /** Ends sending, receiving, or both, at once. */
    public abstract int shutdown(boolean receive, boolean send);

    /**
     * Ends a connection that both sides have closed and makes the endpoint able to connect again,
     * from the same local address. No operation may be under way.
     */
    public abstract int dissolve();

    /** Gives the endpoint back to the system. No operation may be under way. Idempotent. */
    public abstract void close();
}
