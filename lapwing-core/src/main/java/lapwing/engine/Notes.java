package lapwing.engine;

/**
 * What an engine notes on an operation from its start to its end. For engines alone: whoever starts
 * an operation does not see these notes. They lie in the operation itself, as thousands of
 * operations wait and an object more for each would count.
 */
public final class Notes {
    private Notes() {}

    /** Begins a life of the operation: nobody has asked to cancel it, and it has no results. */
    public static void begin(Operation operation) {
        operation.cancelled = false;
        operation.resultFlags = 0;
    }

    /** Notes that somebody has asked to cancel it. Guarded by the loop's lock. */
    public static void cancel(Operation operation) {
        operation.cancelled = true;
    }

    /** The number under which its loop knows it. */
    public static long token(Operation operation) {
        return operation.token;
    }

    public static void setToken(Operation operation, long token) {
        operation.token = token;
    }

    /** How far it is, by numbers of the engine's own. */
    public static byte stage(Operation operation) {
        return operation.stage;
    }

    public static void setStage(Operation operation, byte stage) {
        operation.stage = stage;
    }
}
