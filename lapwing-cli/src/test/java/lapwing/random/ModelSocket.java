package lapwing.random;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a socket should be like, by the state table of SocketHandle. */
final class ModelSocket {
    /** The states of the table, under the names that SocketHandle prints. */
    enum State {
        CREATED,
        BOUND,
        LISTENING,
        ACCEPTING,
        CONNECTING,
        CONNECTED,
        CLOSED
    }

    final int slot;
    final boolean datagrams;
    State state = State.CREATED;
    boolean bound;
    boolean accepted;
    boolean contextDue;
    boolean sendShut;
    boolean receiveShut;
    boolean skips;

    /** Its port may be in TIME_WAIT. */
    boolean hasBeenConnected;

    /** One end of stream may still be reported although a reuse has completed. */
    boolean endMayBeOwed;

    /** −1 for none. */
    int port = -1;

    @Nullable Wire wire;

    /** Lengths of datagrams that nobody has received. */
    final Deque<Integer> datagramsUnread = new ArrayDeque<>();

    final Deque<Pending> receives = new ArrayDeque<>();

    /** Sends that do not fit; the first is a flood. */
    final Deque<Pending> sends = new ArrayDeque<>();

    /** AcceptEx without a client, and those whose client has said nothing yet. */
    final Deque<Pending> accepts = new ArrayDeque<>();

    final List<Pending> silentAccepts = new ArrayList<>();
    final Deque<Wire> backlog = new ArrayDeque<>();
    @Nullable Pending connect;

    /** A DisconnectEx for reuse that waits for the peer. */
    @Nullable Pending disconnect;

    /** Data has been there for the program to read since that DisconnectEx. */
    boolean readsBeforeReuse;

    /** Of an accept socket: the request that is to make it a connection. */
    @Nullable Pending acceptedBy;

    ModelSocket(int slot, boolean datagrams) {
        this.slot = slot;
        this.datagrams = datagrams;
    }

    boolean isOpen() {
        return state != State.CLOSED;
    }

    boolean isConnected() {
        return state == State.CONNECTED;
    }

    void connected(Wire end, boolean byAccept, boolean byExtension) {
        state = State.CONNECTED;
        hasBeenConnected = true;
        wire = end;
        end.owner = this;
        accepted = byAccept;
        contextDue = byExtension;
        forget();
    }

    void unconnected(State next) {
        state = next;
        wire = null;
        contextDue = false;
        forget();
    }

    private void forget() {
        sendShut = false;
        receiveShut = false;
        endMayBeOwed = false;
    }

    /** Everything under way that has this socket as its handle. */
    List<Pending> operations() {
        List<Pending> all = new ArrayList<>(receives);
        all.addAll(sends);
        all.addAll(accepts);
        all.addAll(silentAccepts);
        if (connect != null) {
            all.add(connect);
        }
        if (disconnect != null) {
            all.add(disconnect);
        }
        return all;
    }
}
