package lapwing.random;

import java.util.Objects;
import lapwing.random.ModelSocket.State;
import org.jspecify.annotations.Nullable;

/** What each call may return in each state, and what it then does to the model. */
final class Rules {
    private static final int INVALID_HANDLE = 6;
    private static final int INVALID_PARAMETER = 87;
    private static final int INCOMPLETE = 996;
    private static final int NOT_FOUND = 1168;
    private static final int EINVAL = 10022;
    private static final int NOTSOCK = 10038;
    private static final int OPNOTSUPP = 10045;
    private static final int CONNABORTED = 10053;
    private static final int CONNRESET = 10054;
    private static final int ISCONN = 10056;
    private static final int NOTCONN = 10057;
    private static final int SHUTDOWN = 10058;
    private static final int CONNREFUSED = 10061;

    /** The most connections that wait in a backlog; fewer than the listeners allow. */
    private static final int BACKLOG = 6;

    private final Model model;

    Rules(Model model) {
        this.model = model;
    }

    Forecast of(Step step) {
        Forecast f = new Forecast();
        switch (step.action()) {
            case TCP, UDP -> make(step, f);
            case POST, NEW_PORT, CLOSE_PORT, LEAD -> port(step, f);
            default -> {
                ModelSocket s = model.sockets[step.s()];
                if (s == null) {
                    f.impossible();
                } else {
                    call(step, s, f);
                }
            }
        }
        return f;
    }

    private void make(Step step, Forecast f) {
        ModelSocket there = model.sockets[step.s()];
        if (there != null && there.isOpen()) {
            f.impossible();
            return;
        }
        boolean datagrams = step.action() == Step.Action.UDP;
        f.returns(0, () -> model.sockets[step.s()] = new ModelSocket(step.s(), datagrams));
    }

    private void port(Step step, Forecast f) {
        boolean open = model.ports[step.port()];
        switch (step.action()) {
            case NEW_PORT -> {
                if (open) {
                    f.impossible();
                }
                f.returns(0, () -> model.ports[step.port()] = true);
            }
            case LEAD -> {
                if (!open) {
                    f.impossible();
                }
                f.returns(0, () -> {});
            }
            case CLOSE_PORT -> {
                f.failsIf(!open, INVALID_HANDLE);
                f.returns(0, () -> closePort(step.port()));
            }
            default -> {
                f.failsIf(!open, INVALID_HANDLE);
                f.returns(0, () -> {});
            }
        }
    }

    /** Sockets stay associated with what is gone. */
    private void closePort(int port) {
        model.ports[port] = false;
        for (ModelSocket s : model.sockets) {
            if (s != null && s.port == port) {
                s.port = Step.PORTS;
            }
        }
    }

    private void call(Step step, ModelSocket s, Forecast f) {
        switch (step.action()) {
            case BIND -> bind(s, f);
            case LISTEN -> listen(s, f);
            case CONNECT -> connect(step, s, f);
            case CONNECTEX -> connectEx(step, s, f);
            case ACCEPT -> accept(step, s, f);
            case ACCEPTEX -> acceptEx(step, s, f);
            case SEND -> send(step, s, f);
            case RECV -> recv(step, s, f);
            case WSASEND -> wsaSend(step, s, f);
            case WSARECV -> wsaRecv(step, s, f);
            case SENDTO -> sendTo(step, s, f);
            case FLOOD -> flood(step, s, f);
            case DRAIN -> drain(s, f);
            case SHUTDOWN -> shutdown(step.n() % 3, s, f);
            case DISCONNECTEX -> disconnectEx(step, s, f);
            case ASSOCIATE, SKIP_MODE -> modes(step, s, f);
            case CANCEL, CANCEL_ALL, CANCELIO, RESULT -> cancel(step, s, f);
            case CLOSE, ABORT -> close(step, s, f);
            default -> ask(step, s, f);
        }
    }

    private void bind(ModelSocket s, Forecast f) {
        f.failsIf(!s.isOpen(), NOTSOCK);
        f.failsIf(s.isOpen() && s.state != State.CREATED, EINVAL);
        f.returns(
                0,
                () -> {
                    s.bound = true;
                    s.state = State.BOUND;
                });
    }

    private void listen(ModelSocket s, Forecast f) {
        f.failsIf(!s.isOpen(), NOTSOCK);
        f.failsIf(s.isOpen() && s.datagrams, OPNOTSUPP);
        if (s.isOpen() && !s.datagrams) {
            f.failsIf(s.isConnected(), ISCONN);
            f.failsIf(
                    !s.isConnected() && s.state != State.BOUND && s.state != State.LISTENING,
                    EINVAL);
        }
        if (f.isLegal() && s.hasBeenConnected) {
            f.impossible(); // Linux does not listen where a connection is in TIME_WAIT
        }
        f.returns(0, () -> s.state = State.LISTENING);
    }

    // ---- connections ----

    /** False if the target is nothing that a connect certainly reaches or certainly does not. */
    private boolean isTarget(Step step, ModelSocket s) {
        if (step.t() == Step.NOWHERE) {
            return true;
        }
        ModelSocket to = model.sockets[step.t()];
        return to != null
                && to != s
                && !to.datagrams
                && (to.state == State.BOUND
                        || to.state == State.LISTENING && to.backlog.size() < BACKLOG);
    }

    private @Nullable ModelSocket target(Step step) {
        return step.t() == Step.NOWHERE ? null : model.sockets[step.t()];
    }

    private static void mayConnect(ModelSocket s, Forecast f, int whenConnected) {
        f.failsIf(!s.isOpen(), NOTSOCK);
        f.failsIf(s.isConnected(), whenConnected);
        f.failsIf(
                s.state == State.LISTENING
                        || s.state == State.ACCEPTING
                        || s.state == State.CONNECTING,
                EINVAL);
    }

    private void connect(Step step, ModelSocket s, Forecast f) {
        mayConnect(s, f, s.contextDue ? EINVAL : ISCONN); // C13
        ModelSocket to = target(step);
        if (!isTarget(step, s) || s.datagrams || (f.isLegal() && to == null)) {
            f.impossible();
        } else if (to != null && to.state == State.LISTENING) {
            f.returns(0, () -> model.connect(s, to, false, 0));
        } else {
            f.returns(
                    CONNREFUSED,
                    () -> { // connect has bound it all the same
                        s.bound = true;
                        s.state = State.BOUND;
                    });
        }
    }

    private void connectEx(Step step, ModelSocket s, Forecast f) {
        if (!isTarget(step, s)) {
            f.impossible();
            return;
        }
        structure(step, f);
        mayConnect(s, f, ISCONN); // C12
        f.failsIf(s.isOpen() && (s.datagrams || s.state == State.CREATED), EINVAL);
        f.pends(() -> model.connectEx(s, target(step), step.data(), step.o()));
    }

    private void accept(Step step, ModelSocket s, Forecast f) {
        ModelSocket there = step.t() == Step.NOWHERE ? s : model.sockets[step.t()];
        f.failsIf(!s.isOpen(), NOTSOCK);
        f.failsIf(s.isOpen() && s.datagrams, OPNOTSUPP);
        f.failsIf(s.isOpen() && !s.datagrams && s.state != State.LISTENING, EINVAL);
        if ((there != null && there.isOpen()) || (f.isLegal() && s.backlog.isEmpty())) {
            f.impossible();
        }
        f.returns(0, () -> model.accept(s, step.t()));
    }

    private void acceptEx(Step step, ModelSocket s, Forecast f) {
        ModelSocket accept = step.t() == Step.NOWHERE ? null : model.sockets[step.t()];
        if (accept == null) {
            f.impossible();
            return;
        }
        structure(step, f);
        f.failsIf(!s.isOpen() || !accept.isOpen(), NOTSOCK);
        f.failsIf(
                s.state != State.LISTENING || accept.state != State.CREATED || accept.datagrams,
                EINVAL);
        f.pends(() -> model.acceptEx(s, accept, step.acceptLength(), step.o()));
    }

    /** A null pointer, or a structure that is in use. */
    private void structure(Step step, Forecast f) {
        f.failsIf(step.o() == Step.NONE || isBusy(step), INVALID_PARAMETER);
    }

    private boolean isBusy(Step step) {
        return step.o() != Step.NONE && model.structures[step.o()] != null;
    }

    // ---- transfer ----

    private static void maySend(ModelSocket s, Forecast f) {
        f.failsIf(!s.isOpen(), NOTSOCK);
        f.failsIf(s.isOpen() && !s.isConnected(), NOTCONN);
        f.failsIf(s.isConnected() && s.sendShut, SHUTDOWN);
        Wire wire = s.wire;
        if (f.isLegal() && wire != null) {
            boolean answered = wire.other.gone && wire.unread > 0;
            if (answered || wire.spoilt || wire.other.flooded) {
                f.impossible();
            } else if (wire.reset) {
                f.orFails(CONNRESET, () -> {});
            }
        }
    }

    private void send(Step step, ModelSocket s, Forecast f) {
        maySend(s, f);
        if (s.isOpen() && (s.datagrams || !s.sends.isEmpty())) {
            f.impossible();
        }
        f.bytes = step.n();
        f.returns(0, () -> model.send(Model.wire(s), step.n()));
    }

    private void wsaSend(Step step, ModelSocket s, Forecast f) {
        f.failsIf(isBusy(step), INVALID_PARAMETER);
        maySend(s, f);
        if (step.o() == Step.NONE) {
            f.impossible();
        } else if (!s.sends.isEmpty()) {
            f.pends(() -> model.wsaSend(s, step.n(), step.o()));
        } else {
            f.starts(() -> model.wsaSend(s, step.n(), step.o()));
        }
    }

    private static void mayReceive(ModelSocket s, Forecast f) {
        f.failsIf(!s.isOpen(), NOTSOCK);
        f.failsIf(s.isOpen() && s.datagrams && !s.bound, EINVAL);
        f.failsIf(s.isOpen() && !s.datagrams && !s.isConnected() && !s.endMayBeOwed, NOTCONN);
        f.failsIf(s.isConnected() && s.receiveShut, SHUTDOWN);
        Wire wire = s.wire;
        if (f.isLegal() && wire != null && s.isConnected()) {
            if (wire.spoilt || wire.flooded || wire.other.flooded) {
                f.impossible();
            } else if (wire.reset && wire.unread == 0) {
                f.orFails(CONNRESET, () -> {});
                if (wire.endReceived) { // O40, unless a send was told before
                    f.orFails(CONNABORTED, () -> {});
                }
            }
        } else if (f.isLegal() && s.endMayBeOwed) {
            f.orFails(NOTCONN, () -> s.endMayBeOwed = false);
        }
    }

    private void recv(Step step, ModelSocket s, Forecast f) {
        mayReceive(s, f);
        Wire wire = s.wire;
        boolean waits = wire != null && (!wire.hasNews() || !s.receives.isEmpty());
        if (s.datagrams && s.isOpen() || step.n() == 0 || s.endMayBeOwed || waits && f.isLegal()) {
            f.impossible();
        } else if (wire != null && !wire.doubtful) {
            f.bytes = Math.min(wire.unread, step.n());
        }
        f.returns(0, () -> model.recv(s, step.n()));
    }

    private void wsaRecv(Step step, ModelSocket s, Forecast f) {
        f.failsIf(isBusy(step), INVALID_PARAMETER);
        mayReceive(s, f);
        if (step.o() == Step.NONE) {
            f.impossible();
        }
        int length = step.receiveLength(s.datagrams);
        f.starts(() -> model.wsaRecv(s, length, step.o()));
    }

    private void sendTo(Step step, ModelSocket s, Forecast f) {
        ModelSocket to = step.t() == Step.NOWHERE ? null : model.sockets[step.t()];
        boolean reaches = to != null && to.datagrams && to.bound && to.isOpen();
        if (!s.datagrams || !reaches || step.o() == Step.NONE) {
            f.impossible();
            return;
        }
        f.failsIf(isBusy(step), INVALID_PARAMETER);
        f.failsIf(!s.isOpen(), NOTSOCK);
        f.starts(() -> model.sendTo(s, to, step.n(), step.o()));
    }

    /** Only in a quiet connection, so that all that follows is about the flood. */
    private void flood(Step step, ModelSocket s, Forecast f) {
        Wire wire = s.wire;
        boolean quiet =
                wire != null
                        && s.isConnected()
                        && isQuiet(wire)
                        && isQuiet(wire.other)
                        && wire.other.owner != null
                        && wire.other.owner.isConnected();
        if (!quiet || s.sendShut || step.o() == Step.NONE || isBusy(step)) {
            f.impossible();
        }
        f.pends(() -> model.flood(s, step.o()));
    }

    private static boolean isQuiet(Wire wire) {
        ModelSocket s = wire.owner;
        return !wire.hasNews()
                && !wire.gone
                && !wire.doubtful
                && !wire.spoilt
                && !wire.flooded
                && s != null
                && s.receives.isEmpty()
                && s.disconnect == null
                && !s.receiveShut;
    }

    private void drain(ModelSocket s, Forecast f) {
        Wire wire = s.wire;
        if (wire == null || !s.isConnected() || !wire.other.flooded || s.receiveShut) {
            f.impossible();
        }
        f.returns(0, () -> model.drain(s));
    }

    // ---- ends ----

    private void shutdown(int how, ModelSocket s, Forecast f) {
        f.failsIf(!s.isOpen(), NOTSOCK);
        f.failsIf(s.isOpen() && (!s.isConnected() || s.contextDue), NOTCONN);
        if (s.datagrams && s.isOpen() || isUncertain(s)) {
            f.impossible();
        }
        f.returns(
                0,
                () -> {
                    s.receiveShut |= how != 1;
                    if (how != 0) {
                        model.shutdownSend(s);
                    }
                });
    }

    private static boolean isUncertain(ModelSocket s) {
        return s.wire != null && (s.wire.spoilt || s.wire.other.flooded);
    }

    private void disconnectEx(Step step, ModelSocket s, Forecast f) {
        boolean queued = s.sends.stream().anyMatch(p -> p.length == 0);
        boolean connected = s.isConnected() && s.disconnect == null && !queued;
        boolean reuse = step.flags() == 2;
        f.failsIf(isBusy(step), INVALID_PARAMETER);
        f.failsIf(!s.isOpen(), NOTSOCK);
        f.failsIf(s.isOpen() && !connected, NOTCONN);
        f.failsIf(step.flags() == 1, EINVAL);
        Wire wire = s.wire;
        if (f.isLegal() && wire != null) {
            boolean ends =
                    !reuse
                            || (wire.hasNews() && wire.unread == 0 && s.receives.isEmpty())
                                    && !wire.doubtful;
            boolean uncertain = wire.doubtful && wire.unread > 0;
            if (isUncertain(s)
                    || (reuse && (uncertain || !s.sends.isEmpty()))
                    || (step.o() == Step.NONE && (!ends || !s.sends.isEmpty()))) {
                f.impossible();
            }
        }
        Runnable then = () -> model.disconnect(s, reuse, step.o());
        if (step.o() == Step.NONE) {
            f.returns(0, then);
        } else {
            f.pends(then);
        }
    }

    private void cancel(Step step, ModelSocket s, Forecast f) {
        Pending given = step.o() == Step.NONE ? null : model.structures[step.o()];
        boolean under = given != null && given.socket == s;
        switch (step.action()) {
            case CANCEL -> {
                boolean one = under && s.sends.contains(given);
                if (step.o() == Step.NONE || one) {
                    f.impossible();
                }
                f.failsIf(!s.isOpen(), INVALID_HANDLE);
                f.failsIf(s.isOpen() && !under, NOT_FOUND);
                f.returns(0, () -> model.cancel(Objects.requireNonNull(given)));
            }
            case CANCEL_ALL -> {
                f.failsIf(!s.isOpen(), INVALID_HANDLE);
                f.failsIf(s.isOpen() && s.operations().isEmpty(), NOT_FOUND);
                f.returns(0, () -> model.cancelAll(s));
            }
            case CANCELIO -> {
                f.failsIf(!s.isOpen(), INVALID_HANDLE);
                f.returns(0, () -> model.cancelAll(s));
            }
            default -> {
                if (!under) {
                    f.impossible();
                }
                f.returns(INCOMPLETE, () -> {});
            }
        }
    }

    private void close(Step step, ModelSocket s, Forecast f) {
        Wire wire = s.wire;
        boolean abortive = step.action() == Step.Action.ABORT;
        if (wire != null && s.isConnected()) {
            boolean resets = abortive || wire.unread > 0;
            ModelSocket peer = wire.other.owner;
            boolean unfinished =
                    wire.other.unread > 0 || wire.other.doubtful || wire.doubtful || wire.spoilt;
            if (resets && unfinished && !wire.other.gone && !wire.flooded && !wire.other.flooded) {
                f.impossible(); // what the peer still gets of its data is open
            }
            if (peer != null && peer.disconnect != null && resets && wire.other.endReceived) {
                f.impossible();
            }
        }
        if (abortive && s.datagrams) {
            f.impossible();
        }
        f.failsIf(!s.isOpen(), NOTSOCK);
        f.returns(0, () -> model.close(s, abortive));
    }

    // ---- the rest ----

    private void modes(Step step, ModelSocket s, Forecast f) {
        f.failsIf(!s.isOpen(), INVALID_HANDLE);
        if (step.action() == Step.Action.SKIP_MODE) {
            f.returns(0, () -> s.skips = true);
            return;
        }
        f.failsIf(!model.ports[step.otherPort()], INVALID_HANDLE);
        f.failsIf(s.isOpen() && s.port >= 0, INVALID_PARAMETER);
        f.returns(0, () -> s.port = step.otherPort());
    }

    private void ask(Step step, ModelSocket s, Forecast f) {
        f.failsIf(!s.isOpen(), NOTSOCK);
        switch (step.action()) {
            case GETSOCKNAME -> {
                boolean connected = s.isConnected() && !(s.accepted && s.contextDue);
                f.failsIf(s.isOpen() && !connected && !s.bound, EINVAL);
            }
            case GETPEERNAME ->
                    f.failsIf(s.isOpen() && (!s.isConnected() || s.contextDue), NOTCONN);
            case UPDATE_CONNECT ->
                    f.failsIf(s.isOpen() && (!s.isConnected() || s.accepted), NOTCONN);
            case UPDATE_ACCEPT -> {
                ModelSocket listener = step.t() == Step.NOWHERE ? null : model.sockets[step.t()];
                f.failsIf(listener == null || !listener.isOpen(), NOTSOCK);
                f.failsIf(s.isOpen() && (!s.isConnected() || !s.accepted), NOTCONN);
            }
            default -> f.bytes = s.wire == null ? 0 : 1; // SO_CONNECT_TIME: is there one?
        }
        boolean update =
                step.action() == Step.Action.UPDATE_ACCEPT
                        || step.action() == Step.Action.UPDATE_CONNECT;
        f.returns(
                0,
                () -> {
                    if (update) {
                        s.contextDue = false;
                    }
                });
    }
}
