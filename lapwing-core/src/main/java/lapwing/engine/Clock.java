package lapwing.engine;

import java.util.concurrent.locks.LockSupport;

/** The time, and how a thread lets some of it pass. A class, so that a test can be the clock. */
public class Clock {
    public static final Clock REAL = new Clock();

    protected Clock() {}

    /** See {@link System#nanoTime}. */
    public long nanoTime() {
        return System.nanoTime();
    }

    /** Parks the calling thread, see {@link LockSupport#parkNanos(Object, long)}. */
    public void park(Object blocker, long nanos) {
        LockSupport.parkNanos(blocker, nanos);
    }
}
