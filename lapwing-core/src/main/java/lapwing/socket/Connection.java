package lapwing.socket;

import lapwing.engine.Address;
import org.jspecify.annotations.Nullable;

/**
 * What dies with a connection: a socket gets a new one when it is made, and at the end of each
 * connection, so nothing of the old one is left. Until the next connection {@link #begin begins} in
 * it, all that is in it is what is kept of that end. A datagram socket has one for life. Guarded by
 * the socket's monitor.
 */
public final class Connection {
    /** It came by accept or AcceptEx. */
    public boolean accepted;

    /** Where it connects or is connected by default; null if nowhere. */
    public @Nullable Address peer;

    /** When it began, by nanoTime. */
    public long since;

    /** The client is there, or the server. */
    public boolean isThere;

    /** AcceptEx or ConnectEx has ended, the context has not been updated. */
    public boolean contextDue;

    /** Sending is over: shutdown or DisconnectEx. */
    public boolean sendShut;

    /** By shutdown: it stays so if a transmission that was to disconnect does not. */
    boolean sendShutAsked;

    /** FIN has been asked for. */
    boolean endSent;

    /** A send has gone through its loop. */
    boolean hasSent;

    /** FIN was sent before the peer's, and {@link TimedWaitDelay} holds such sockets back. */
    boolean closedFirst;

    /** Of a connecting socket: its descriptor has SO_REUSEADDR while it ends, see sendEnd. */
    boolean addressLent;

    /** Of an accepted one: the listener had a linger time, Linux hands that down. */
    boolean listenerLingers;

    boolean receiveShut;

    /** The peer's end has been seen by a receive. */
    public boolean endSeen;

    /**
     * The status of the error that ended the connection; 0 while it lives (O33). The kernel reports
     * such an error once, to whoever asks first; everybody else gets it from here.
     */
    public int broken;

    /** An end that does not show whether it is the peer's may be an error's, see {@link Loss}. */
    boolean doubtful;

    /** Something was sent. */
    boolean hasSpoken;

    /**
     * One end of stream that a reuse has overtaken, see {@link Disconnecting}; an error's if {@link
     * #broken} says so.
     */
    boolean endOwed;

    /** A disconnect that waits for the peer. */
    public @Nullable Request disconnecting;

    /** One that has not begun. */
    public Connection() {}

    /** A connection with that peer is there, or is tried; nobody is owed an end any more. */
    void begin(boolean accepted, Address peer) {
        this.accepted = accepted;
        this.peer = peer;
        endOwed = false;
        broken = 0;
    }
}
