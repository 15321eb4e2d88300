package lapwing.engine.uring;

import lapwing.engine.Notes;
import lapwing.engine.Operation;

/** The stages of an operation, and how the kernel has it in each. */
final class Stage {
    /** It is tried at once: a connect with data as one chain of both. */
    static final byte TRIES = 0;

    /** It is tried behind a poll; of a connect with data the connect is done. */
    static final byte POLLS = 1;

    /** The ring does not have it at all, see {@link StuckSends}. */
    static final byte STUCK = 2;

    /** There is a poll alone, and behind it the leader receives by a call of its own. */
    static final byte ASKS = 3;

    /** It is tried at once; of a connect with data the connect is done. */
    static final byte RETRIES = 4;

    /** A send that is tried at once, and behind it, as one chain, the connection is closed. */
    static final byte CLOSES = 5;

    private Stage() {}

    /** True of a connect that is still to be made. */
    static boolean connects(Operation operation) {
        return operation.kind == Operation.Kind.CONNECT && Notes.stage(operation) == TRIES;
    }
}
