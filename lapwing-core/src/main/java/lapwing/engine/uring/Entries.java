package lapwing.engine.uring;

import static lapwing.engine.uring.RingLayout.*;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import lapwing.engine.Endpoint;
import lapwing.engine.Notes;
import lapwing.engine.Operation;

/**
 * The entries of each kind of operation (uring-facts §2, mapping table), and what they bring back.
 */
final class Entries {
    /** Where bytes go that are only looked at. */
    private final MemorySegment sink = Arena.ofAuto().allocate(8);

    /** Fewer bytes that fill a block are a message of that size rather than part of a stream. */
    private static final int MUCH = 1024;

    /** So much is received by a call at most, as the loop is locked meanwhile. */
    private static final int FEW_BYTES = 8192;

    /** So many completions at a time are more than a loop finds that was asleep. */
    private static final int MANY = 8;

    private final Ring ring;
    private final SlotTable slots;

    /** The batch that is being filled in. */
    private byte batch;

    /** The leader has not slept for what it reaps. */
    private boolean awake;

    Entries(Ring ring, SlotTable slots) {
        this.ring = ring;
        this.slots = slots;
    }

    /**
     * How an operation begins. A receive waits as a rule, unless the one before has found its data
     * at once or has left something behind: a poll costs what a twelfth of an echo does, a try in
     * vain costs more. A send need not wait, unless it is the rest of one that was attempted.
     * Urgent data is not waited for, such a receive has to try.
     */
    static void begin(Operation operation) {
        boolean waits =
                switch (Objects.requireNonNull(operation.kind)) {
                    case RECEIVE -> (operation.flags & Endpoint.URGENT) == 0 && !isThere(operation);
                    case RECEIVE_FROM, AWAIT_CLOSE -> true;
                    case SEND -> operation.moved > 0;
                    default -> false;
                };
        byte waiting = isSmallReceive(operation) ? Stage.ASKS : Stage.POLLS;
        Notes.setStage(operation, waits ? waiting : Stage.TRIES);
    }

    /** A receive of nothing is none: recv would not wait, whatever has ended the poll. */
    private static boolean isSmallReceive(Operation operation) {
        return operation.kind == Operation.Kind.RECEIVE
                && operation.flags == 0
                && operation.blocks == 1
                && operation.length(0) > 0
                && operation.length(0) <= FEW_BYTES;
    }

    private static boolean isThere(Operation receive) {
        UringEndpoint endpoint = (UringEndpoint) Objects.requireNonNull(receive.endpoint);
        return endpoint.hasMore || endpoint.isPrompt;
    }

    /** The leader is going to reap so many completions: of the last batch, and of earlier ones. */
    void reaping(int count) {
        batch++;
        awake = count >= MANY;
    }

    /** A receive that was tried has come too early. */
    static void early(Operation operation) {
        if (operation.kind == Operation.Kind.RECEIVE) {
            ((UringEndpoint) Objects.requireNonNull(operation.endpoint)).isPrompt = false;
        }
    }

    /** Places an operation needs in the submission queue. */
    static int places(Operation operation) {
        boolean two =
                Stage.connects(operation)
                        ? operation.blocks > 0
                        : Notes.stage(operation) == Stage.POLLS;
        return two ? 2 : 1;
    }

    /** Fills in the entries of an operation that has a slot. */
    void fill(Operation operation, long token) {
        UringEndpoint endpoint = (UringEndpoint) Objects.requireNonNull(operation.endpoint);
        int fd = endpoint.fd;
        if (Notes.stage(operation) == Stage.ASKS) {
            endpoint.batch = batch;
            ring.add(OP_POLL_ADD, 0, 0, fd, 0, 0, 0, POLLIN, token);
            return;
        }
        if (Notes.stage(operation) == Stage.POLLS) {
            int link = IO_LINK | CQE_SKIP_SUCCESS; // F9: one completion a chain
            ring.add(OP_POLL_ADD, link, 0, fd, 0, 0, 0, events(operation), token);
        }
        switch (Objects.requireNonNull(operation.kind)) {
            case ACCEPT -> accept(endpoint, token);
            case CONNECT -> connect(operation, fd, token);
            case SEND -> data(OP_SEND, OP_SENDMSG, operation, fd, token);
            case RECEIVE -> {
                endpoint.batch = batch;
                data(OP_RECV, OP_RECVMSG, operation, fd, token);
            }
            case RECEIVE_FROM -> receiveFrom(operation, fd, token);
            case SEND_TO -> sendTo(operation, fd, token);
            case AWAIT_CLOSE -> awaitClose(fd, token);
        }
    }

    private void accept(UringEndpoint listener, long token) {
        Scratch scratch = slots.scratch(token);
        long length = scratch.expectAddress();
        int flags = UringEndpoint.SOCK_CLOEXEC | UringEndpoint.SOCK_NONBLOCK;
        int patience = listener.emptied ? ACCEPT_POLL_FIRST : 0;
        ring.add(OP_ACCEPT, 0, patience, listener.fd, length, scratch.address(), 0, flags, token);
    }

    private void connect(Operation operation, int fd, long token) {
        if (Stage.connects(operation)) {
            Scratch scratch = slots.scratch(token);
            int length = scratch.setAddress(operation.peer());
            int flags = operation.blocks > 0 ? IO_LINK | CQE_SKIP_SUCCESS : 0; // F9
            ring.add(OP_CONNECT, flags, 0, fd, length, scratch.address(), 0, 0, token);
        }
        if (operation.blocks > 0) {
            data(OP_SEND, OP_SENDMSG, operation, fd, token);
        }
    }

    private void receiveFrom(Operation operation, int fd, long token) {
        Scratch scratch = slots.scratch(token);
        scratch.expectAddress();
        long message = scratch.message(operation, SockaddrLayout.SIZE_V6, 0);
        ring.add(OP_RECVMSG, 0, 0, fd, 0, message, 1, flags(operation), token);
    }

    private void sendTo(Operation operation, int fd, long token) {
        Scratch scratch = slots.scratch(token);
        long message = scratch.message(operation, scratch.setAddress(operation.peer()), 0);
        ring.add(OP_SENDMSG, 0, 0, fd, 0, message, 1, flags(operation), token);
    }

    private void awaitClose(int fd, long token) {
        int flags = UringEndpoint.MSG_PEEK | UringEndpoint.MSG_DONTWAIT;
        ring.add(OP_RECV, 0, 0, fd, 0, sink.address(), 1, flags, token);
    }

    /** Never to be armed by the kernel: see {@link Outcomes}. */
    private static int flags(Operation operation) {
        return UringEndpoint.messageFlags(operation) | UringEndpoint.MSG_DONTWAIT;
    }

    /** What a transfer waits for. The end of the other direction is always among it (F40). */
    private static int events(Operation operation) {
        return switch (Objects.requireNonNull(operation.kind)) {
            case RECEIVE -> (operation.flags & Endpoint.URGENT) != 0 ? POLLPRI : POLLIN;
            case RECEIVE_FROM, AWAIT_CLOSE -> POLLIN;
            default -> POLLOUT;
        };
    }

    /**
     * A send or receive of the blocks from byte {@code moved} on; several blocks go through a
     * message header.
     */
    private void data(int plain, int gathered, Operation operation, int fd, long token) {
        int flags = flags(operation);
        if (operation.blocks <= 1) {
            boolean empty = operation.blocks == 0;
            long address = empty ? 0 : operation.memory(0).address() + operation.moved;
            int length = empty ? 0 : operation.length(0) - operation.moved;
            ring.add(plain, 0, 0, fd, 0, address, length, flags, token);
        } else {
            long message = slots.scratch(token).message(operation, 0, operation.moved);
            ring.add(gathered, 0, 0, fd, 0, message, 1, flags, token);
        }
    }

    /** Takes over what a successful completion left in the scratch block and in its flags. */
    void collect(Operation operation, long token, int result, int flags) {
        switch (Objects.requireNonNull(operation.kind)) {
            case ACCEPT -> {
                UringEndpoint listener = (UringEndpoint) Objects.requireNonNull(operation.endpoint);
                // first: it looks after the descriptor if there is no memory
                operation.accepted = UringEndpoint.of(result, listener.v6);
                slots.scratch(token).getAddress(operation.peer());
                boolean none = (flags & CQE_SOCK_NONEMPTY) == 0;
                operation.resultFlags = none ? 0 : Endpoint.MORE;
                listener.emptied = none && ring.has(FEAT_RECVSEND_BUNDLE);
            }
            case RECEIVE_FROM -> slots.scratch(token).received(operation);
            case RECEIVE -> {
                UringEndpoint endpoint = (UringEndpoint) Objects.requireNonNull(operation.endpoint);
                endpoint.hasMore =
                        Notes.stage(operation) == Stage.ASKS
                                ? result == operation.length(0) && result >= MUCH
                                : (flags & CQE_SOCK_NONEMPTY) != 0;
                if (Notes.stage(operation) != Stage.TRIES) {
                    endpoint.isPrompt = awake && endpoint.batch == (byte) (batch - 1);
                }
            }
            default -> {}
        }
    }
}
