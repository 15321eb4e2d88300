package lapwing.engine.uring;

import java.util.Objects;
import lapwing.engine.Endpoint;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import org.jspecify.annotations.Nullable;

/**
 * What a completion means for its operation: it ends, and with what, or it goes on. For the leader.
 *
 * <p>A send goes on until all its bytes have been taken, an accept until there is a connection and
 * a descriptor for it. A submitter that ends takes its pending requests with it: they complete as
 * cancelled (F20). Such a completion, on an operation that nobody wanted to cancel, starts the
 * operation again.
 */
final class Completions {
    private final SlotTable slots;
    private final Submissions submissions;
    private final SubmissionSide submissionSide;
    private final StarvedAccepts starved;

    private int outcome;

    Completions(
            SlotTable slots,
            Submissions submissions,
            SubmissionSide submissionSide,
            StarvedAccepts starved) {
        this.slots = slots;
        this.submissions = submissions;
        this.submissionSide = submissionSide;
        this.starved = starved;
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
        try {
            boolean goesOn = goesOn(operation, token, result, flags);
            outcome = goesOn ? 0 : outcome(operation, result);
            return goesOn ? null : operation;
        } catch (Throwable t) {
            return broken(operation, token) ? operation : null;
        }
    }

    /** True if an operation that has met a failure of ours ends with it: if it is nowhere else. */
    private boolean broken(Operation operation, long token) {
        if (operation.token == token && slots.get(token) == operation) {
            slots.free(token);
        }
        if (slots.get(operation.token) == operation) {
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

    private boolean goesOn(Operation operation, long token, int result, int flags) {
        if (result >= 0) {
            submissions.collect(operation, token, result, flags);
        }
        slots.free(token);
        if (operation.linked && operation.kind == Operation.Kind.SEND) {
            closeBroken(operation, result);
        }
        return goesOn(operation, result);
    }

    /** Closes what a send of less than all has left open: it has broken its chain. */
    private void closeBroken(Operation send, int result) {
        if (result != send.total() - send.moved) {
            submissionSide.close((UringEndpoint) Objects.requireNonNull(send.endpoint));
        }
    }

    /** Decides whether a completion ends its operation; starts it again if not. */
    private boolean goesOn(Operation operation, int result) {
        if (result >= 0) {
            if (!sends(operation) || operation.blocks == 0) {
                return false;
            }
            if (isUnsent(operation)) {
                if (operation.cancelRequested) {
                    return false;
                }
                operation.connected = true; // now the data
                submissionSide.start(operation);
                return true;
            }
            operation.moved += result;
            if (operation.moved >= operation.total() || operation.cancelRequested) {
                return false;
            }
        } else if (operation.cancelRequested) {
            return false;
        } else if (operation.kind == Operation.Kind.ACCEPT && isShortage(-result)) {
            starved.add(operation);
            return true;
        } else if (result == -Errno.ECANCELED) { // its submitter has ended (F20)
            boolean connecting =
                    operation.kind == Operation.Kind.CONNECT
                            && operation.moved == 0
                            && !operation.connected;
            if (connecting) {
                Objects.requireNonNull(operation.endpoint)
                        .dissolve(); // it would go on connecting (F10)
            }
        } else if (!(operation.kind == Operation.Kind.ACCEPT && result == -Errno.ECONNABORTED)) {
            return false;
        }
        submissionSide.start(operation);
        return true;
    }

    private static boolean sends(Operation operation) {
        return operation.kind == Operation.Kind.SEND || operation.kind == Operation.Kind.CONNECT;
    }

    /** True for connect and send, not made as one chain, of which the send is still to come. */
    private static boolean isUnsent(Operation operation) {
        return operation.kind == Operation.Kind.CONNECT
                && operation.blocks > 0
                && !operation.linked
                && !operation.connected;
    }

    private static boolean isShortage(int errno) {
        return errno == Errno.EMFILE
                || errno == Errno.ENFILE
                || errno == Errno.ENOMEM
                || errno == Errno.ENOBUFS;
    }

    /**
     * What an operation ends with: a connect whose data will not be sent any more was cancelled.
     */
    private static int outcome(Operation operation, int result) {
        return result >= 0 && isUnsent(operation) ? -Errno.ECANCELED : result;
    }

    /** Ends an operation that has given its slot back. Without the lock. */
    static void end(Operation operation, int result) {
        boolean partly = result == -Errno.ECANCELED && operation.moved > 0; // say what was sent
        if (result < 0 && !partly) {
            operation.end(Errno.status(-result), 0);
            return;
        }
        // no switch: its table would be one more class to load at the start
        if (sends(operation)) {
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
