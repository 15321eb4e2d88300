package lapwing.engine.uring;

import java.util.Objects;
import lapwing.engine.Endpoint;
import lapwing.engine.Notes;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import org.jspecify.annotations.Nullable;

/**
 * What a completion means for its operation: it ends, and with what, or it goes on. For the leader.
 *
 * <p>A send goes on until all its bytes have been taken, a receive that waits for all until it has
 * them, an accept until there is a connection and a descriptor for it.
 *
 * <p>Transfers never wait by themselves. A send or receive that the kernel arms is woken by
 * whatever happens to the socket, an urgent byte or the end of the other direction, and when that
 * was in vain 128 times a worker thread of the kernel takes it over and stays with it (F39): a peer
 * could pin one for each of its connections. So each is one attempt (MSG_DONTWAIT): of a receive
 * behind a poll, as a linked pair with one completion or, if it is small, by a call of the leader's
 * own; of a send at once, then, if it comes too early, behind a poll as well; and a send for which
 * that is in vain is {@link StuckSends stuck}.
 *
 * <p>A submitter that ends takes its pending requests with it: they complete as cancelled (F20),
 * or, between the two of a pair, with EFAULT (F41). Such a completion, on an operation that nobody
 * wanted to cancel, starts the operation again.
 */
final class Outcomes {
    private final SlotTable slots;
    private final Entries entries;
    private final SubmissionQueue submissionQueue;
    private final StarvedAccepts starved;
    private final StuckSends stuck;

    private int outcome;

    Outcomes(
            SlotTable slots,
            Entries entries,
            SubmissionQueue submissionQueue,
            StarvedAccepts starved,
            StuckSends stuck) {
        this.slots = slots;
        this.entries = entries;
        this.submissionQueue = submissionQueue;
        this.starved = starved;
        this.stuck = stuck;
    }

    /**
     * The operation of a completion, if it ends with it; with what is in {@link #outcome()} then.
     * Never fails: what goes wrong costs this operation. Holding the loop's lock.
     */
    @Nullable Operation ended(long token, int result, int flags) {
        Operation operation = slots.get(token);
        if (operation == null) {
            return null;
        }
        if (result < 0) {
            submissionQueue.withdraw(token);
        }
        try {
            outcome = result;
            return goesOn(operation, token, result, flags) ? null : operation;
        } catch (Throwable t) {
            return broken(operation, token) ? operation : null;
        }
    }

    /** True if an operation that has met a failure of ours ends with it: if it is nowhere else. */
    private boolean broken(Operation operation, long token) {
        if (Notes.token(operation) == token && slots.get(token) == operation) {
            slots.free(token);
        }
        if (slots.get(Notes.token(operation)) == operation) {
            return false; // started again already
        }
        if (operation.kind == Operation.Kind.ACCEPT && operation.accepted != null) {
            operation.accepted.close();
            operation.accepted = null;
        }
        outcome = -Errno.ENOBUFS;
        return true;
    }

    /** What the operation ends with that {@link #ended} has returned: a result of the kernel's. */
    int outcome() {
        return outcome;
    }

    private boolean goesOn(Operation operation, long token, int completed, int flags) {
        int result = completed;
        if (Notes.stage(operation) == Stage.ASKS && completed >= 0) {
            UringEndpoint endpoint = (UringEndpoint) Objects.requireNonNull(operation.endpoint);
            result = endpoint.receive(operation);
            outcome = result;
            if (result == 0 && (completed & RingLayout.POLLHUP) == 0) {
                operation.resultFlags = Endpoint.NOT_OVER;
            }
        }
        if (result >= 0) {
            entries.collect(operation, token, result, flags);
        }
        slots.free(token);
        if (Notes.stage(operation) == Stage.CLOSES) {
            closeBroken(operation, result);
        }
        return goesOn(operation, result);
    }

    /** Closes what a send of less than all has left open: it has broken its chain. */
    private void closeBroken(Operation send, int result) {
        if (result != send.total() - send.moved) {
            submissionQueue.closeBroken((UringEndpoint) Objects.requireNonNull(send.endpoint));
        }
    }

    /** Decides whether a completion ends its operation; starts it again if not. */
    private boolean goesOn(Operation operation, int result) {
        if (result >= 0 && !isShort(operation, result)) {
            return false;
        }
        boolean early = result == -Errno.EAGAIN;
        if (operation.isCancelled()) {
            if (early || result == -Errno.EINTR) {
                outcome = -Errno.ECANCELED;
            }
            if (operation.kind == Operation.Kind.ACCEPT) {
                if (isPassing(operation, result)) {
                    outcome = -Errno.ECANCELED; // else it would have begun again
                }
                takeCaller(operation);
            }
            return false;
        }
        if (early && Notes.stage(operation) == Stage.POLLS && sends(operation)) {
            outcome = stuck.add(operation);
            return outcome == 0;
        }
        if (result >= 0 || (early && operation.kind != Operation.Kind.ACCEPT)) {
            boolean connects = Stage.connects(operation) && operation.blocks == 0;
            if (!connects && Notes.stage(operation) != Stage.ASKS) {
                Notes.setStage(operation, Stage.POLLS);
            }
            Entries.early(operation);
        } else if (!early && !isPassing(operation, result)) {
            return false;
        }
        if (operation.kind == Operation.Kind.ACCEPT && isShortage(-result)) {
            starved.add(operation);
        } else {
            submissionQueue.start(operation);
        }
        return true;
    }

    /**
     * A cancelled accept takes the client that may have woken it: it has woken no other, and would
     * be left until the next one comes (F43).
     */
    private void takeCaller(Operation accept) {
        int taken = Objects.requireNonNull(accept.endpoint).attempt(accept);
        if (taken >= 0) {
            accept.resultFlags = 0;
            outcome = 0;
        } else if (taken == Status.TOO_MANY_OPENED_FILES
                || taken == Status.INSUFFICIENT_RESOURCES) {
            submissionQueue.leaveToAnother(accept);
        }
    }

    /** Counts what was moved of an operation that is moved in parts; true if there is more. */
    private static boolean isShort(Operation operation, int result) {
        if (!inParts(operation)) {
            return false;
        }
        operation.moved += result;
        boolean over = result == 0 && operation.kind == Operation.Kind.RECEIVE;
        return !over && operation.moved < operation.total();
    }

    /** True for a failure that is not the operation's. */
    private static boolean isPassing(Operation operation, int result) {
        boolean connecting = Stage.connects(operation);
        switch (-result) {
            case Errno.ECANCELED, Errno.EINTR -> { // its submitter has ended (F20)
                if (connecting) {
                    Objects.requireNonNull(operation.endpoint)
                            .dissolve(); // it would go on connecting (F10)
                }
                return true;
            }
            case Errno.EFAULT -> { // or has just now, and the memory is all right (F41)
                boolean second = connecting || Notes.stage(operation) == Stage.POLLS;
                Notes.setStage(operation, Stage.RETRIES);
                return second;
            }
            default -> {
                return operation.kind == Operation.Kind.ACCEPT
                        && (result == -Errno.ECONNABORTED || isShortage(-result));
            }
        }
    }

    private static boolean sends(Operation operation) {
        return operation.kind == Operation.Kind.SEND
                || operation.kind == Operation.Kind.CONNECT
                || operation.kind == Operation.Kind.SEND_TO;
    }

    private static boolean inParts(Operation operation) {
        return operation.kind == Operation.Kind.SEND
                || operation.kind == Operation.Kind.CONNECT
                || (operation.flags & (Endpoint.WAIT_ALL | Endpoint.PEEK)) == Endpoint.WAIT_ALL
                        && operation.kind == Operation.Kind.RECEIVE;
    }

    private static boolean isShortage(int errno) {
        return errno == Errno.EMFILE
                || errno == Errno.ENFILE
                || errno == Errno.ENOMEM
                || errno == Errno.ENOBUFS;
    }

    /** Ends an operation that has given its slot back. Without the lock. */
    static void end(Operation operation, int result) {
        boolean partly = // say what was moved: of a receive it will not come again
                operation.moved > 0
                        && (result == -Errno.ECANCELED || operation.kind == Operation.Kind.RECEIVE);
        if (result < 0 && !partly) {
            operation.end(Errno.status(-result), 0);
            return;
        }
        // no switch: its table would be one more class to load at the start
        if (inParts(operation)) {
            operation.end(Status.SUCCESS, operation.moved);
        } else if (operation.kind == Operation.Kind.ACCEPT) {
            operation.end(Status.SUCCESS, 0);
        } else {
            boolean truncated =
                    operation.kind == Operation.Kind.RECEIVE_FROM
                            && (operation.resultFlags & Endpoint.TRUNCATED) != 0;
            operation.end(truncated ? Status.BUFFER_OVERFLOW : Status.SUCCESS, result);
        }
    }
}
