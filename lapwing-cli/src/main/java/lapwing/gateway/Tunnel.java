package lapwing.gateway;

import java.util.Objects;
import lapwing.winsock.Constants;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.Winsock;
import lapwing.winsock.WinsockError;
import org.jspecify.annotations.Nullable;

/**
 * One connection through the gateway, from the posted AcceptEx to two disconnected sockets; then
 * the same object, with the same client socket, is posted again. Its deadline is that of its state.
 *
 * <p>Every operation is counted in {@link #pending}. A tunnel that is over (states PARTING and
 * CLOSING) becomes IDLE in {@link #settle}, when the last packet has come, and not before: until
 * then the library owns its operations and blocks.
 */
final class Tunnel extends Timers.Timer {
    /**
     * Legal moves: IDLE - POSTED - (AWAITING -) CONNECTING - PUMPING - PARTING - IDLE; from POSTED
     * back to IDLE; from PUMPING to DELIVERING; from every state between POSTED and IDLE to
     * CLOSING, and from there to IDLE.
     */
    private enum State {
        /** Nothing in flight; perhaps a client socket ready for reuse. */
        IDLE,
        /** AcceptEx posted. */
        POSTED,
        /** Accepted; waiting for first data, up to a deadline. */
        AWAITING,
        /** ConnectEx on its way. */
        CONNECTING,
        /** Both directions move data, or one of them after a half-close. */
        PUMPING,
        /** The backend is gone; the client has not acknowledged all that it had said. */
        DELIVERING,
        /** Both sides have ended; DisconnectEx on both sockets. */
        PARTING,
        /** Sockets closed; waiting for the packets still to come. */
        CLOSING
    }

    /** When to look first, and how seldom later, whether a client has been given everything. */
    private static final long FIRST_LOOK = 50_000_000L;

    private static final long LONGEST_PAUSE = 1_000_000_000L;

    final Worker worker;

    /** Operations whose packet has not come. Counted by {@link TunnelOperation}. */
    int pending;

    /** Where {@link AcceptPool} keeps it while it is posted. */
    int place;

    private State state = State.IDLE;
    private @Nullable End end;
    private int endError;
    private @Nullable SocketHandle client;
    private int clientUses;
    private @Nullable BackendSocket backend;
    private @Nullable FirstBlock first;
    private int firstLength;
    private boolean clientEnded;
    private boolean backendGone;
    private long deliveringSince;
    private long undelivered;
    private long acceptedAt;
    private String clientName = "";

    private final Movement movement;
    private final Accept accept;
    private final FirstReceive firstReceive;
    private final Dial dial;
    private final Pump up;
    private final Pump down;
    private final Parting clientParting;
    private final Parting backendParting;

    Tunnel(Worker worker) {
        this.worker = worker;
        movement = new Movement(worker);
        accept = new Accept(this);
        firstReceive = new FirstReceive(this);
        dial = new Dial(this);
        up = new Pump(this);
        down = new Pump(this);
        clientParting = new Parting(this);
        backendParting = new Parting(this);
        worker.tunnels.add(this);
    }

    // ---- accepting ----

    /** Posts the AcceptEx; false if that failed, and then the tunnel is as before. */
    boolean post(Listener listener) {
        SocketHandle socket = client;
        if (socket == null) {
            socket = Sockets.prepare(listener.family, worker.port);
            if (socket == null) {
                return false;
            }
            client = socket;
            clientUses = 0;
        }
        FirstBlock block = worker.firstBlocks.take();
        if (!accept.start(listener, socket, block)) {
            worker.firstBlocks.give(block);
            closeClient();
            return false;
        }
        first = block;
        state = State.POSTED;
        return true;
    }

    @Nullable SocketHandle client() {
        return client;
    }

    void silentSince(long time, long limit) {
        accept.silentSince(time, limit);
    }

    void closeClient() {
        SocketHandle s = client;
        if (s != null) {
            client = null;
            Winsock.closesocket(s);
        }
    }

    /** The posted AcceptEx has ended without a connection to serve. */
    void notAccepted(int status, boolean shed, boolean clientSeen) {
        state = State.IDLE;
        releaseFirst();
        closeClient();
        if (shed) {
            worker.counters.ended(End.CLIENT_SILENT).add(1);
            worker.notices.silent();
        } else if (clientSeen && !worker.accepts.isOpen()) {
            worker.counters.accepted.add(1);
            worker.counters.ended(End.STOPPED).add(1);
        }
        worker.accepts.ended(this, shed || worker.notices.isClientsFault(status));
    }

    /** A client is here, with {@code bytes} of first data. */
    void accepted(int bytes) {
        state = State.AWAITING;
        end = null;
        endError = 0;
        firstLength = bytes;
        clientEnded = false;
        acceptedAt = worker.now;
        worker.counters.accepted.add(1);
        if (clientUses++ > 0) {
            worker.counters.acceptedOnUsedSocket.add(1);
        }
        SocketHandle s = Objects.requireNonNull(client);
        boolean updated = Sockets.updateAcceptContext(s, worker.listener.value);
        int error = updated ? 0 : Winsock.WSAGetLastError();
        boolean admitted = worker.accepts.accepted(this);
        if (worker.needsAddresses) {
            first().parseAddresses();
            clientName = worker.notices.name(first().remote.value);
        }
        if (error != 0) {
            end(End.CLIENT_RESET, error);
        } else if (admitted) {
            admitted();
        }
    }

    /** A client that has waited for a slot has one now; it may be over at once. */
    void letIn() {
        guarded(this::admitted);
    }

    /** There is room for the connection. */
    private void admitted() {
        SocketHandle s = Objects.requireNonNull(client);
        switch (worker.config.firstData().mode()) {
            case REQUIRED -> {
                if (firstLength == 0) {
                    end(End.CLIENT_WITHOUT_DATA, 0);
                } else {
                    connect();
                }
            }
            case WAIT -> {
                worker.timers.arm(this, worker.now + worker.firstDataNanos);
                if (!firstReceive.start(s, first())) {
                    end(End.CLIENT_RESET, Winsock.WSAGetLastError());
                } else if (!worker.accepts.isOpen()) {
                    firstReceive.giveUp(); // accepted just before the listener was closed
                }
            }
            case NONE -> takeWhatIsThere(s);
        }
    }

    /** What the client has sent by now goes with the connect; nothing is waited for. */
    private void takeWhatIsThere(SocketHandle s) {
        int bytes = firstReceive.takeNow(s, first());
        int error = bytes < 0 ? Winsock.WSAGetLastError() : 0;
        if (error != 0 && error != WinsockError.WSAEWOULDBLOCK) {
            end(End.CLIENT_RESET, error);
            return;
        }
        firstLength = Math.max(bytes, 0);
        clientEnded = bytes == 0;
        connect();
    }

    /** No connection is made for a client that has nothing to say yet: the gateway is stopping. */
    void stopAwaiting() {
        if (state == State.AWAITING) {
            firstReceive.giveUp();
        }
    }

    /** The wait for first data is over, with or without it. */
    void firstReceived(int bytes, boolean ended) {
        if (state != State.AWAITING) {
            return;
        }
        if (bytes == 0 && !ended && !worker.accepts.isOpen()) {
            end(End.STOPPED, 0);
        } else {
            firstLength = bytes;
            clientEnded = ended;
            connect();
        }
    }

    void clientFailed(int error) {
        end(End.CLIENT_RESET, error);
    }

    // ---- connecting ----

    private void connect() {
        state = State.CONNECTING;
        armConnect();
        dial.begin();
    }

    void armConnect() {
        worker.timers.arm(this, worker.now + worker.connectNanos);
    }

    FirstBlock first() {
        return Objects.requireNonNull(first);
    }

    int firstLength() {
        return firstLength;
    }

    int clientUses() {
        return clientUses;
    }

    boolean isConnecting() {
        return state == State.CONNECTING;
    }

    /** A backend has taken the connection and the first data. */
    void connected(BackendSocket to) {
        worker.counters.connected.add(1);
        if (to.uses > 1) {
            worker.counters.connectedOnUsedSocket.add(1);
        }
        backend = to;
        dial.forget();
        releaseFirst();
        if (!Sockets.updateConnectContext(to.handle)) {
            end(End.BACKEND_RESET, Winsock.WSAGetLastError());
            return;
        }
        state = State.PUMPING;
        backendGone = false;
        movement.seen();
        armIdle();
        SocketHandle s = Objects.requireNonNull(client);
        down.start(to.handle, s, 0);
        if (clientEnded) {
            up.startEnded(s, to.handle, firstLength);
        } else {
            up.start(s, to.handle, firstLength);
        }
    }

    // ---- pumping ----

    boolean isMoving() {
        return state == State.PUMPING || state == State.DELIVERING;
    }

    /** Data has moved. */
    void touch() {
        movement.seen();
    }

    private void armIdle() {
        if (worker.idleNanos > 0) {
            worker.timers.arm(this, movement.nextLook());
        } else {
            worker.timers.disarm(this);
        }
    }

    private void endIfIdle() {
        movement.look(Objects.requireNonNull(client), Objects.requireNonNull(backend).handle);
        if (movement.isOver()) {
            end(End.IDLE, 0);
        } else {
            armIdle();
        }
    }

    /** One direction has sent on all there will be. */
    void directionEnded(Pump pump) {
        if (state != State.PUMPING) {
            return;
        }
        if (pump == down && (backendGone || up.isBroken())) {
            deliver();
            return;
        }
        if (end == null) {
            end = pump == up ? End.CLIENT_CLOSED : End.BACKEND_CLOSED;
        }
        if (pump == up && down.isBroken()) {
            end(End.CLIENT_RESET, endError);
        } else if (up.isEnded() && down.isEnded()) {
            part();
        } else if (Winsock.shutdown(Objects.requireNonNull(pump.destination()), Constants.SD_SEND)
                != 0) {
            pump.broke(Winsock.WSAGetLastError());
        }
    }

    /** One direction's last data is being sent: the end goes with it. */
    void endsBehindSend(Pump pump) {
        if (state == State.PUMPING) {
            Winsock.shutdown(Objects.requireNonNull(pump.destination()), Constants.SD_SEND);
        }
    }

    /** A source has broken the connection: a client takes its request back with that. */
    void receiveFailed(Pump pump, int error) {
        if (pump == up || down.isBroken()) {
            end(pump == up ? End.CLIENT_RESET : End.BACKEND_RESET, error);
        } else {
            backendGone = true;
            endError = error;
        }
    }

    /**
     * A destination takes nothing any more. What that side said before, an answer sent ahead of the
     * reset for example, is on its way through the other direction or waits for a slow reader
     * there: let it go out.
     */
    void sendFailed(Pump pump, int error) {
        if (state != State.PUMPING) {
            return;
        }
        endError = error;
        if (pump == down) {
            if (!up.isReceiving() || up.isBroken()) {
                end(End.CLIENT_RESET, error);
            }
        } else if (down.isBroken()) {
            end(End.BACKEND_RESET, error);
        } else if (!down.isAtWork()) {
            deliver();
        }
    }

    // ---- delivering ----

    /**
     * The backend has broken the connection, and all that it said before has been sent on. The
     * client is told the same way, by a reset, lest half an answer pass for a whole one. But a
     * reset throws away what the kernel keeps for a slow client, and with some systems what the
     * client's own kernel keeps, so it comes last, and a little later.
     */
    private void deliver() {
        state = State.DELIVERING;
        deliveringSince = System.nanoTime();
        undelivered = Long.MAX_VALUE;
        BackendSocket b = backend;
        if (b != null) {
            backend = null;
            b.reset();
        }
        worker.timers.arm(this, worker.now + FIRST_LOOK);
    }

    private void endIfDelivered() {
        SocketHandle s = Objects.requireNonNull(client);
        long missing = worker.taken.missing(s, down.bytes(), deliveringSince);
        if (missing < undelivered) {
            undelivered = missing;
            movement.seen();
        }
        if (missing == 0) {
            end(End.BACKEND_RESET, endError);
        } else if (worker.idleNanos > 0 && movement.isOver()) {
            end(End.IDLE, 0);
        } else {
            long pause = Math.clamp(worker.now - deliveringSince, FIRST_LOOK, LONGEST_PAUSE);
            worker.timers.arm(this, worker.now + pause);
        }
    }

    // ---- ending ----

    private void part() {
        state = State.PARTING;
        worker.timers.arm(this, worker.now + worker.partingNanos);
        clientParting.start(Objects.requireNonNull(client));
        backendParting.start(Objects.requireNonNull(backend).handle);
    }

    /** Ends the connection without ceremony; does nothing if it is ending already. */
    void end(End reason, int error) {
        if (state == State.IDLE || state == State.POSTED || state == State.CLOSING) {
            return;
        }
        boolean parting = state == State.PARTING;
        if (!parting) {
            end = reason;
            endError = error;
        }
        state = State.CLOSING;
        worker.timers.disarm(this);
        if (parting) {
            clientParting.giveUp();
            backendParting.giveUp();
        } else {
            closeBoth(reason.way == End.Way.RESET);
        }
        worker.notices.ended(reason, error, dial);
    }

    private void closeBoth(boolean reset) {
        SocketHandle c = client;
        if (c != null) {
            client = null;
            if (reset) {
                Sockets.reset(c);
            } else {
                Winsock.closesocket(c);
            }
        }
        BackendSocket b = backend != null ? backend : dial.socket();
        if (b != null) {
            backend = null;
            dial.forget();
            if (reset) {
                b.reset();
            } else {
                b.close();
            }
        }
    }

    /** Closes whatever is open, whatever the state; the worker is over. */
    void dispose() {
        clientParting.giveUp();
        backendParting.giveUp();
        closeBoth(true);
    }

    /** An exception in a handler ends this connection and no other. */
    void fault(Throwable t) {
        try {
            end(End.FAULT, 0);
        } catch (Throwable more) { // it is CLOSING all the same
            t.addSuppressed(more);
        }
        worker.notices.fault(t);
    }

    @Override
    void expired() {
        guarded(this::deadlinePassed);
    }

    private void deadlinePassed() {
        switch (state) {
            case AWAITING -> firstReceive.giveUp();
            case CONNECTING -> dial.timeOut();
            case PUMPING -> endIfIdle();
            case DELIVERING -> endIfDelivered();
            case PARTING -> end(End.CLIENT_CLOSED, 0);
            case IDLE, POSTED, CLOSING -> {} // a deadline set in an earlier state
        }
    }

    /** The stop leaves no more time. */
    void cut() {
        guarded(() -> end(End.DRAIN, 0));
    }

    /** A step that no packet has brought; {@link TunnelOperation} guards those. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (Throwable t) { // the other connections go on, whatever it is
            fault(t);
        }
        settle();
    }

    /**
     * Makes the tunnel free for the next connection, if this one is over and nothing is in flight.
     */
    void settle() {
        if (pending == 0 && (state == State.PARTING || state == State.CLOSING)) {
            recycle();
        }
    }

    private void recycle() {
        state = State.IDLE;
        worker.timers.disarm(this);
        boolean clean = false;
        try {
            clear();
            clean = true;
        } catch (Throwable t) { // the tunnel serves nobody any more, its place does
            worker.notices.fault(t);
        }
        worker.accepts.recycled(this, clean);
    }

    private void clear() {
        if (!clientParting.takeReusable()) {
            closeClient();
        }
        BackendSocket b = backend;
        backend = null;
        if (backendParting.takeReusable() && b != null) {
            worker.backendSockets.give(b);
        }
        report();
        up.clear();
        down.clear();
        releaseFirst();
    }

    private void report() {
        End how = Objects.requireNonNull(end);
        worker.counters.bytesUp.add(up.bytes());
        worker.counters.bytesDown.add(down.bytes());
        worker.counters.ended(how).add(1);
        if (worker.debug) {
            worker.notices.report(
                    clientName,
                    dial.address(),
                    how,
                    endError,
                    up.bytes(),
                    down.bytes(),
                    worker.now - acceptedAt);
        }
    }

    private void releaseFirst() {
        FirstBlock block = first;
        if (block != null) {
            first = null;
            worker.firstBlocks.give(block);
        }
    }
}
