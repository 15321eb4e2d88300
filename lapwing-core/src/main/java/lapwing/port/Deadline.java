package lapwing.port;

/**
 * The end of a wait as one number, made from a DWORD of milliseconds: 0 polls, {@code INFINITE}
 * never ends (P41). A point of {@link System#nanoTime}, {@link Long#MAX_VALUE} for no end.
 */
public final class Deadline {
    public static final long NONE = Long.MAX_VALUE;

    /** So many milliseconds are no end. */
    private static final int INFINITE = -1;

    private Deadline() {}

    public static long of(int milliseconds) {
        return milliseconds == INFINITE
                ? NONE
                : System.nanoTime() + (milliseconds & 0xFFFFFFFFL) * 1_000_000L;
    }

    /** Nanoseconds left: 0 when it has passed, {@link Long#MAX_VALUE} for no end. */
    public static long nanosLeft(long deadline) {
        return deadline == NONE ? Long.MAX_VALUE : Math.max(0, deadline - System.nanoTime());
    }

    public static boolean hasPassed(long deadline) {
        return deadline != NONE && deadline - System.nanoTime() <= 0;
    }

    /** {@code wait} on a monitor that the caller holds, at most until the deadline. */
    @SuppressWarnings("WaitNotInLoop") // the callers loop
    public static void waitOn(Object monitor, long deadline) throws InterruptedException {
        if (deadline == NONE) {
            monitor.wait();
        } else {
            long nanos = nanosLeft(deadline);
            if (nanos > 0) {
                monitor.wait(nanos / 1_000_000, (int) (nanos % 1_000_000));
            }
        }
    }
}
