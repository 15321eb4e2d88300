package lapwing.winsock;

import lapwing.engine.Address;
import org.jspecify.annotations.Nullable;

/** What Winsock keeps for each thread: the last error and the completion routines that are due. */
final class ThreadState {
    /** Not by a method reference: linking one costs start-up time. */
    private static final ThreadLocal<ThreadState> OF_THREAD =
            new ThreadLocal<>() {
                @Override
                protected ThreadState initialValue() {
                    return new ThreadState();
                }
            };

    /**
     * Some of them by thread: several calls of each operation ask, and before the optimizing
     * compiler is done a thread-local costs a native call. Whoever sees an outdated element sees
     * another thread's number in it.
     */
    private static final @Nullable ThreadState[] RECENT = new ThreadState[64];

    private final long id = Thread.currentThread().threadId();

    /** The last error, Win32 or Winsock. */
    int lastError;

    /** Completion routines of operations that this thread has started. */
    final RoutineQueue routines = new RoutineQueue();

    /** For single dequeues. */
    final OverlappedEntry[] one = OverlappedEntry.array(1);

    /** For an address that nobody keeps. */
    final Address address = new Address();

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
        long id = Thread.currentThread().threadId();
        ThreadState recent = RECENT[(int) id & RECENT.length - 1];
        return recent != null && recent.id == id ? recent : find(id);
    }

    private static ThreadState find(long id) {
        ThreadState state = OF_THREAD.get();
        RECENT[(int) id & RECENT.length - 1] = state;
        return state;
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
