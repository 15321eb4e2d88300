package lapwing.random;

import org.jspecify.annotations.Nullable;

/** One side of a TCP connection: what the other side has said that is not read yet. */
final class Wire {
    /** Where it came from, to make the two directions of each connection differ. */
    final int salt;

    Wire other = this;

    /** The socket at this end; null while the connection waits in a backlog, and after its end. */
    @Nullable ModelSocket owner;

    int unread;

    /** Offset in the stream of the next byte to read. */
    long read;

    boolean endSent;
    boolean endReceived;
    boolean reset;

    /** This side has closed. */
    boolean gone;

    /** What a transfer reports is open: it was sent to somebody who has gone, or too much was. */
    boolean doubtful;

    /** This side has sent more than anybody takes, until the other one drains it. */
    boolean flooded;

    /** After a flood that was cut short: nothing can be said but that all operations end. */
    boolean spoilt;

    private Wire(int salt) {
        this.salt = salt;
    }

    /** Makes a connection; the result is the side that connects. */
    static Wire connection(int number) {
        Wire client = new Wire(2 * number);
        Wire server = new Wire(2 * number + 1);
        client.other = server;
        server.other = client;
        return client;
    }

    /** The byte at an offset of what this side receives. */
    byte at(long offset) {
        return (byte) (salt * 31 + (int) (offset % 251));
    }

    /** True if a receive would not wait. */
    boolean hasNews() {
        return unread > 0 || endReceived || reset;
    }
}
