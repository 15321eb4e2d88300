package lapwing.winsock;

import lapwing.engine.Loop;
import org.jspecify.annotations.Nullable;

/** What Winsock keeps for each thread: the last error and the completion routines that are due. */
final class ThreadState {
    private static final ThreadLocal<ThreadState> OF_THREAD =
            ThreadLocal.withInitial(ThreadState::new);

    /** The last error, Win32 or Winsock. */
    int lastError;

    /** Completion routines of operations that this thread has started. */
    final RoutineQueue routines = new RoutineQueue();

    /** For single dequeues. */
    final OverlappedEntry[] one = OverlappedEntry.array(1);

    /** The loop this thread has adopted, null if none. */
    @Nullable Loop led;

    private ThreadState() {}

    /** Gives the lead away before this thread waits for something else than that loop's port. */
    static void beforeWaiting() {
        ThreadState state = current();
        if (state.led != null) {
            state.led.release();
            state.led = null;
        }
    }

    static ThreadState current() {
        return OF_THREAD.get();
    }

    /** Sets the error and returns false, as BOOL functions do. */
    static boolean fail(int error) {
        current().lastError = error;
        return false;
    }

    /** Sets the error and returns SOCKET_ERROR, as int functions do. */
    static int error(int error) {
        current().lastError = error;
        return Constants.SOCKET_ERROR;
    }

    /** Clears the error and returns 0. */
    static int ok() {
        current().lastError = 0;
        return 0;
    }
}
