package lapwing.winsock;

import lapwing.engine.PerThread;
import lapwing.port.PortThread;

/** What Winsock keeps for each thread: the last error and the completion routines that are due. */
final class ThreadState extends PerThread.Owned {
    private static final PerThread<ThreadState> OF_THREAD =
            new PerThread<>() {
                @Override
                protected ThreadState make() {
                    return new ThreadState();
                }
            };

    /** The last error, Win32 or Winsock. */
    int lastError;

    /** Completion routines of operations that this thread has started. */
    final RoutineQueue routines = new RoutineQueue();

    /** What ends with this thread. */
    final ThreadEnd end = new ThreadEnd();

    /** For single dequeues. */
    final OverlappedEntry[] one = OverlappedEntry.array(1);

    /** What completion ports know of this thread. */
    final PortThread portThread = new PortThread();

    private ThreadState() {}

    /**
     * Before this thread waits for something else than a completion port: the lead of a loop goes
     * back, and the port whose packet it works on may release another waiter. To be followed by
     * {@link #afterWaiting}, in a finally block.
     */
    static void beforeWaiting() {
        current().portThread.beforeWaiting();
    }

    /** After such a wait: the thread counts again. */
    static void afterWaiting() {
        current().portThread.afterWaiting();
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

    /** What a BOOL function returns: sets the error, which is 0 for a success. */
    static boolean succeeded(int error) {
        current().lastError = error;
        return error == 0;
    }

    /** What an int function returns: sets the error, which is 0 for a success. */
    static int result(int error) {
        return succeeded(error) ? 0 : Constants.SOCKET_ERROR;
    }

    /** Clears the error and returns 0. */
    static int ok() {
        current().lastError = 0;
        return 0;
    }
}
