package lapwing.engine.uring;

import static lapwing.engine.uring.RingLayout.*;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import lapwing.engine.Endpoint;
import lapwing.engine.Operation;

/**
 * How each kind of operation is put to the kernel (uring-facts §2, mapping table), and what it
 * brings back.
 */
final class Submissions {
    /** Where bytes go that are only looked at. */
    private final MemorySegment sink = Arena.ofAuto().allocate(8);

    /** Of a listener: the last accept has left nobody waiting; so it stays while others wait. */
    private static final int EVER = -1;

    private final Ring ring;
    private final SlotTable slots;

    /** Number of the batch that is being filled, from 1 on. Guarded by the loop's lock. */
    int batch = 1;

    Submissions(Ring ring, SlotTable slots) {
        this.ring = ring;
        this.slots = slots;
    }

    /** Places an operation needs in the submission queue. */
    static int places(Operation operation) {
        return connects(operation) && operation.linked && operation.blocks > 0 ? 2 : 1;
    }

    /** True if a connect has still to be made. */
    private static boolean connects(Operation operation) {
        return operation.kind == Operation.Kind.CONNECT
                && operation.moved == 0
                && !operation.connected;
    }

    /** Fills in the entries of an operation that has a slot. */
    void fill(Operation operation, long token) {
        UringEndpoint endpoint = (UringEndpoint) Objects.requireNonNull(operation.endpoint);
        int fd = endpoint.fd;
        switch (Objects.requireNonNull(operation.kind)) {
            case ACCEPT -> {
                Scratch scratch = slots.scratch(token);
                long length = scratch.expectAddress();
                int flags = UringEndpoint.SOCK_CLOEXEC | UringEndpoint.SOCK_NONBLOCK;
                int patience = endpoint.emptyInBatch == EVER ? ACCEPT_POLL_FIRST : 0;
                ring.add(OP_ACCEPT, 0, patience, fd, length, scratch.address(), 0, flags, token);
            }
            case CONNECT -> {
                boolean chain = operation.linked && operation.blocks > 0;
                boolean connects = connects(operation);
                if (connects) {
                    Scratch scratch = slots.scratch(token);
                    int length = scratch.setAddress(operation.peer());
                    int flags =
                            chain ? IO_LINK | CQE_SKIP_SUCCESS : 0; // F9: one completion a chain
                    ring.add(OP_CONNECT, flags, 0, fd, length, scratch.address(), 0, 0, token);
                }
                if (operation.blocks > 0 && (chain || !connects)) {
                    int flags = UringEndpoint.MSG_WAITALL | UringEndpoint.MSG_NOSIGNAL;
                    data(OP_SEND, OP_SENDMSG, 0, operation, fd, token, flags);
                }
            }
            case SEND ->
                    data(
                            OP_SEND,
                            OP_SENDMSG,
                            0,
                            operation,
                            fd,
                            token,
                            UringEndpoint.messageFlags(operation));
            case RECEIVE ->
                    data(
                            OP_RECV,
                            OP_RECVMSG,
                            patience(operation, endpoint),
                            operation,
                            fd,
                            token,
                            UringEndpoint.messageFlags(operation));
            case RECEIVE_FROM -> {
                Scratch scratch = slots.scratch(token);
                scratch.expectAddress();
                long message = scratch.message(operation, SockaddrLayout.SIZE_V6, 0);
                ring.add(
                        OP_RECVMSG,
                        0,
                        0,
                        fd,
                        0,
                        message,
                        1,
                        UringEndpoint.messageFlags(operation),
                        token);
            }
            case SEND_TO -> {
                Scratch scratch = slots.scratch(token);
                long message = scratch.message(operation, scratch.setAddress(operation.peer()), 0);
                ring.add(
                        OP_SENDMSG,
                        0,
                        0,
                        fd,
                        0,
                        message,
                        1,
                        UringEndpoint.messageFlags(operation),
                        token);
            }
            case AWAIT_CLOSE ->
                    ring.add(
                            OP_RECV,
                            0,
                            patience(operation, endpoint),
                            fd,
                            0,
                            sink.address(),
                            1,
                            UringEndpoint.MSG_PEEK,
                            token);
        }
    }

    /**
     * A receive started in the very batch in which another has emptied the socket will have to
     * wait, so it does not try first. Later there may be something: an answer to what was sent
     * meanwhile. Urgent data is not waited for, such a receive has to try.
     */
    private int patience(Operation operation, UringEndpoint endpoint) {
        return endpoint.emptyInBatch == batch && (operation.flags & Endpoint.URGENT) == 0
                ? RECVSEND_POLL_FIRST
                : 0;
    }

    /**
     * A send or receive of the blocks from byte {@code moved} on; several blocks go through a
     * message header.
     */
    private void data(
            int plain,
            int gathered,
            int priority,
            Operation operation,
            int fd,
            long token,
            int flags) {
        if (operation.blocks <= 1) {
            boolean empty = operation.blocks == 0;
            long address = empty ? 0 : operation.memory(0).address() + operation.moved;
            int length = empty ? 0 : operation.length(0) - operation.moved;
            ring.add(plain, 0, priority, fd, 0, address, length, flags, token);
        } else {
            long message = slots.scratch(token).message(operation, 0, operation.moved);
            ring.add(gathered, 0, priority, fd, 0, message, 1, flags, token);
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
                listener.emptyInBatch = none && ring.has(FEAT_RECVSEND_BUNDLE) ? EVER : 0;
            }
            case RECEIVE_FROM -> slots.scratch(token).received(operation);
            case RECEIVE ->
                    ((UringEndpoint) Objects.requireNonNull(operation.endpoint)).emptyInBatch =
                            result > 0 && (flags & CQE_SOCK_NONEMPTY) == 0 ? batch : 0;
            default -> {}
        }
    }
}
