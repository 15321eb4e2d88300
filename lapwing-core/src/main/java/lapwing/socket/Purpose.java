package lapwing.socket;

import lapwing.engine.Status;

/**
 * What a request is for: what becomes of it at each step of its life. There is one object without a
 * state for each verb, in the verb's file.
 */
public interface Purpose {
    /** Nothing of it is with the engine: it waits for an event that may never come. */
    Purpose NOTIFY =
            new Purpose() {
                @Override
                public void ended(Socket s, Request request) {
                    throw new IllegalStateException("no engine has had it");
                }

                @Override
                public void abandon(Socket s, Request request) {
                    s.unlink(request);
                    request.completed(s, Status.CANCELLED, 0, false);
                }
            };

    /**
     * The request is the first of the queue that it has waited in, and that it leaves at its end.
     * Holding the socket's monitor.
     */
    default void turn(Socket s, Request request) {
        throw new IllegalStateException("it waits in no queue");
    }

    /** The engine has ended a stage of it. Holding no monitor. */
    void ended(Socket s, Request request);

    /** Cancels it, at once or by asking the engine. Holding the socket's monitor. */
    default void abandon(Socket s, Request request) {
        request.cancel();
    }

    /** True if it sends: closing its socket lets it have its attempt. */
    default boolean sends() {
        return false;
    }
}
