package lapwing.random;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import lapwing.random.ModelSocket.State;
import org.jspecify.annotations.Nullable;

/**
 * A small Winsock without a network: sockets, connections and operations, and what becomes of them.
 * It is exact because a sequence is run by one thread that waits after each step until everything
 * has come to rest.
 *
 * <p>Who may call what is in {@link Rules}; here is what happens then.
 */
final class Model {
    static final int FLOOD = 16 << 20;

    private static final int CANCELLED = 995;
    private static final int CONNECTION_ABORTED = 1236;
    private static final int RESET = 64;
    private static final int REFUSED = 1225;

    final @Nullable ModelSocket[] sockets = new ModelSocket[Step.SOCKETS];
    final boolean[] ports = new boolean[Step.PORTS];
    final @Nullable Pending[] structures = new Pending[Step.STRUCTURES];

    /** What has ended in this step, in the order in which it must have ended. */
    private final List<Pending.End> ends = new ArrayList<>();

    private int connections;

    Model() {
        Arrays.fill(ports, true);
    }

    List<Pending.End> takeEnds() {
        List<Pending.End> taken = List.copyOf(ends);
        ends.clear();
        return taken;
    }

    ModelSocket socket(int slot) {
        return Objects.requireNonNull(sockets[slot]);
    }

    /** What the side that accepts the next connection will receive, for its content. */
    Wire nextServer() {
        return Wire.connection(connections).other;
    }

    Pending begin(int structure, ModelSocket s, int length, @Nullable ModelSocket accept) {
        Pending operation = new Pending(structure, s, length, accept);
        if (structure != Step.NONE) {
            structures[structure] = operation;
        }
        return operation;
    }

    // ---- ends ----

    private void end(Pending operation, int error, int bytes) {
        end(new Pending.End(operation, error, bytes, 0, null, false));
    }

    private void endLoosely(Pending operation) {
        end(new Pending.End(operation, 0, 0, 0, null, true));
    }

    private void end(Pending.End end) {
        if (end.operation().structure != Step.NONE) { // else the call has waited itself
            structures[end.operation().structure] = null;
            ends.add(end);
        }
    }

    // ---- connections ----

    /** Connects to a listener; the data comes with the connection. */
    void connect(ModelSocket s, ModelSocket listener, boolean byExtension, int data) {
        Wire client = Wire.connection(connections++);
        s.connected(client, false, byExtension);
        Pending waiting = listener.accepts.poll();
        if (waiting == null) {
            listener.backlog.add(client.other);
        } else {
            arrive(listener, waiting, client.other);
        }
        if (data > 0) {
            send(client, data);
        }
    }

    void connectEx(ModelSocket s, @Nullable ModelSocket to, int data, int structure) {
        Pending operation = begin(structure, s, data, null);
        if (to == null) {
            s.state = State.CONNECTING;
            s.connect = operation;
        } else if (to.state == State.LISTENING) {
            connect(s, to, true, data);
            end(operation, 0, data);
        } else {
            s.state = State.BOUND;
            end(operation, REFUSED, 0);
        }
    }

    void acceptEx(ModelSocket listener, ModelSocket accept, int length, int structure) {
        Pending operation = begin(structure, listener, length, accept);
        accept.state = State.ACCEPTING;
        accept.acceptedBy = operation;
        Wire waiting = listener.backlog.poll();
        if (waiting == null) {
            listener.accepts.add(operation);
        } else {
            arrive(listener, operation, waiting);
        }
    }

    private void arrive(ModelSocket listener, Pending operation, Wire wire) {
        ModelSocket accept = Objects.requireNonNull(operation.accept);
        accept.wire = wire;
        wire.owner = accept;
        listener.silentAccepts.add(operation);
        if (operation.length == 0 || wire.hasNews()) {
            heard(operation, wire);
        }
    }

    /** The client of an AcceptEx has said something, or need not. */
    private void heard(Pending operation, Wire wire) {
        ModelSocket accept = Objects.requireNonNull(operation.accept);
        operation.socket.silentAccepts.remove(operation);
        accept.acceptedBy = null;
        if (operation.length > 0 && wire.reset && !wire.endReceived) {
            accept.unconnected(State.CREATED);
            leave(wire);
            end(operation, RESET, 0);
            return;
        }
        accept.connected(wire, true, true);
        take(operation, wire);
    }

    /** A receive takes what is there. */
    private void take(Pending operation, Wire wire) {
        int bytes = Math.min(operation.length, wire.unread);
        end(new Pending.End(operation, 0, bytes, wire.read, wire, wire.doubtful));
        wire.unread -= bytes;
        wire.read += bytes;
    }

    void accept(ModelSocket listener, int slot) {
        ModelSocket accepted = new ModelSocket(slot, false);
        accepted.bound = false;
        sockets[slot] = accepted;
        accepted.connected(Objects.requireNonNull(listener.backlog.poll()), true, false);
    }

    // ---- transfer ----

    void send(Wire wire, int bytes) {
        if (wire.other.gone) {
            wire.reset = true;
            wire.doubtful = true;
        } else if (!wire.reset) {
            wire.other.unread += bytes;
            ModelSocket reader = wire.other.owner;
            if (reader != null) {
                reader.readsBeforeReuse |= bytes > 0; // a receive or the disconnect sees it first
            }
            news(wire.other);
        }
    }

    void wsaSend(ModelSocket s, int bytes, int structure) {
        Pending operation = begin(structure, s, bytes, null);
        Wire wire = wire(s);
        if (!s.sends.isEmpty()) {
            s.sends.add(operation);
        } else {
            if (wire.reset || wire.other.gone) {
                endLoosely(operation);
            } else {
                end(operation, 0, bytes);
            }
            send(wire, bytes);
        }
    }

    void wsaRecv(ModelSocket s, int length, int structure) {
        if (s.endMayBeOwed) {
            s.endMayBeOwed = false;
            end(begin(structure, s, 0, null), 0, 0);
            return;
        }
        Pending operation = begin(structure, s, length, null);
        s.receives.add(operation);
        if (s.datagrams) {
            datagrams(s);
        } else {
            news(wire(s));
        }
    }

    void recv(ModelSocket s, int length) {
        Wire wire = wire(s);
        int bytes = Math.min(length, wire.unread);
        wire.unread -= bytes;
        wire.read += bytes;
        reuseIfDone(s);
    }

    void sendTo(ModelSocket s, ModelSocket to, int bytes, int structure) {
        s.bound = true;
        s.state = State.BOUND;
        end(begin(structure, s, bytes, null), 0, bytes);
        to.datagramsUnread.add(bytes);
        datagrams(to);
    }

    private void datagrams(ModelSocket s) {
        while (!s.receives.isEmpty() && !s.datagramsUnread.isEmpty()) {
            end(s.receives.remove(), 0, s.datagramsUnread.remove());
        }
    }

    /** Something may have come for who is waiting at this end. */
    private void news(Wire wire) {
        ModelSocket s = wire.owner;
        if (s == null) {
            return;
        }
        if (s.acceptedBy != null) {
            if (wire.hasNews()) {
                heard(s.acceptedBy, wire);
            }
            return;
        }
        while (!s.receives.isEmpty() && wire.hasNews()) {
            Pending first = s.receives.remove();
            if (wire.unread == 0 && wire.doubtful) {
                endLoosely(first);
            } else if (wire.unread == 0 && wire.reset) {
                end(first, RESET, 0);
            } else {
                take(first, wire);
            }
        }
        reuseIfDone(s);
    }

    void flood(ModelSocket s, int structure) {
        s.sends.add(begin(structure, s, FLOOD, null));
        wire(s).other.unread = FLOOD;
        wire(s).flooded = true;
    }

    /** The other side of a flood reads everything. */
    void drain(ModelSocket reader) {
        Wire wire = wire(reader);
        ModelSocket s = Objects.requireNonNull(wire.other.owner);
        wire.other.flooded = false;
        wire.read += toDrain(reader);
        wire.unread = 0;
        while (!s.sends.isEmpty()) {
            Pending next = s.sends.remove();
            end(next, 0, next.length);
        }
        if (s.sendShut) {
            sendEnd(wire.other);
        }
    }

    int toDrain(ModelSocket reader) {
        ModelSocket s = Objects.requireNonNull(wire(reader).other.owner);
        int sum = 0;
        for (Pending send : s.sends) {
            sum += send.length;
        }
        return sum;
    }

    // ---- ends of connections ----

    void shutdownSend(ModelSocket s) {
        s.sendShut = true;
        if (s.sends.isEmpty()) {
            sendEnd(wire(s));
        }
    }

    private void sendEnd(Wire wire) {
        if (!wire.endSent) {
            wire.endSent = true;
            Wire other = wire.other;
            if (!other.gone && !other.reset) {
                other.endReceived = true;
                news(other);
            }
        }
    }

    void disconnect(ModelSocket s, boolean reuse, int structure) {
        Pending operation = begin(structure, s, 0, null);
        if (!s.sends.isEmpty()) { // plain only: its turn comes
            s.sendShut = true;
            s.sends.add(operation);
            return;
        }
        if (!reuse) {
            end(operation, 0, 0);
        }
        shutdownSend(s);
        if (reuse) {
            s.disconnect = operation;
            s.readsBeforeReuse = false;
            reuseIfDone(s);
        }
    }

    private void reuseIfDone(ModelSocket s) {
        Pending operation = s.disconnect;
        Wire wire = s.wire;
        if (operation == null || wire == null) {
            return;
        }
        if (wire.unread > 0) {
            s.readsBeforeReuse = true;
        } else if ((wire.endReceived || wire.reset) && s.receives.isEmpty()) {
            s.disconnect = null;
            leave(wire);
            if (s.accepted) {
                s.bound = false;
                s.unconnected(State.CREATED);
            } else {
                s.bound = true;
                s.unconnected(State.BOUND);
            }
            s.endMayBeOwed = s.readsBeforeReuse;
            end(operation, 0, 0);
        }
    }

    /** This side is no longer there; what it had to say has been said. */
    private void leave(Wire wire) {
        wire.gone = true;
        wire.owner = null;
    }

    private void reset(Wire other) {
        if (other.gone) {
            return;
        }
        other.doubtful |= other.endReceived || other.unread > 0;
        other.reset = true;
        news(other);
    }

    /** This side closes its end of a connection. */
    private void hangUp(Wire wire, boolean abortive) {
        boolean flood = wire.flooded || wire.other.flooded;
        leave(wire);
        if (flood) {
            wire.flooded = false;
            wire.other.flooded = false;
            spoil(wire.other);
        } else if (abortive || wire.unread > 0) {
            reset(wire.other);
        } else {
            sendEnd(wire);
        }
    }

    /** Nothing certain can be said any more about what this side receives. */
    private void spoil(Wire wire) {
        wire.spoilt = true;
        ModelSocket s = wire.owner;
        while (s != null && !s.sends.isEmpty()) {
            endLoosely(s.sends.remove());
        }
    }

    // ---- cancel and close ----

    void cancel(Pending operation) {
        cancel(operation, true); // an orderly end would pass for an empty answer
    }

    private void cancel(Pending operation, boolean abortive) {
        ModelSocket s = operation.socket;
        if (s.sends.remove(operation)) {
            endLoosely(operation);
            return;
        }
        int error = CANCELLED;
        ModelSocket accept = operation.accept;
        Wire abandoned = accept == null ? null : accept.wire;
        if (s.connect == operation) {
            s.connect = null;
            if (s.isOpen()) {
                s.state = State.BOUND;
            }
        } else if (s.disconnect == operation) {
            s.disconnect = null;
        } else if (accept != null) {
            s.accepts.remove(operation);
            s.silentAccepts.remove(operation);
            accept.acceptedBy = null;
            if (accept.isOpen()) {
                accept.unconnected(State.CREATED);
            }
        } else if (s.receives.remove(operation) && !s.isOpen() && !s.datagrams) {
            error = CONNECTION_ABORTED; // P35
        }
        end(operation, error, 0);
        if (abandoned != null) {
            hangUp(abandoned, abortive);
        }
    }

    void cancelAll(ModelSocket s) {
        Wire wire = s.wire;
        if (wire != null && wire.flooded) {
            wire.flooded = false;
            wire.spoilt = true;
            wire.other.spoilt = true;
        }
        s.operations().forEach(this::cancel);
    }

    void close(ModelSocket s, boolean abortive) {
        Wire wire = s.wire;
        boolean connection = s.isConnected();
        boolean flooded = wire != null && wire.flooded;
        s.state = State.CLOSED;
        if (s.acceptedBy != null) {
            cancel(s.acceptedBy, abortive);
        }
        s.operations().forEach(this::cancel);
        if (wire != null && connection) {
            wire.flooded = flooded;
            hangUp(wire, abortive);
        }
        Deque<Wire> unserved = new ArrayDeque<>(s.backlog);
        s.backlog.clear();
        for (Wire each : unserved) {
            leave(each);
            reset(each.other);
        }
    }

    static Wire wire(ModelSocket s) {
        return Objects.requireNonNull(s.wire);
    }
}
