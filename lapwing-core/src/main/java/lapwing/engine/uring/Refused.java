package lapwing.engine.uring;

import lapwing.engine.Notes;
import lapwing.engine.Operation;
import lapwing.engine.OperationQueue;
import org.jspecify.annotations.Nullable;

/**
 * Operations that the kernel will not hear of, with the status they end with: there was no memory
 * for a slot, or the loop has failed. The leader ends them with its next round, as it does all
 * others: who starts an operation holds monitors that its end may want. Guarded by the loop's lock.
 */
final class Refused {
    private final OperationQueue operations = new OperationQueue();

    boolean isEmpty() {
        return operations.isEmpty();
    }

    void add(Operation operation, int status) {
        operation.status = status;
        operations.add(operation);
    }

    /** Starts an operation; takes it if that fails. */
    void start(SubmissionQueue submissionQueue, Operation operation) {
        try {
            submissionQueue.start(operation);
        } catch (Throwable t) {
            add(operation, t);
        }
    }

    void add(Operation operation, Throwable cause) {
        Notes.setToken(operation, 0); // nobody's: it may have one of another loop, or of an entry
        add(operation, Operation.statusOf(cause));
    }

    @Nullable Operation poll() {
        return operations.poll();
    }
}
