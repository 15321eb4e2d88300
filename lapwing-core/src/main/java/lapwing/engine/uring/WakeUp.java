package lapwing.engine.uring;

import java.util.concurrent.locks.LockSupport;

/**
 * The sleep of a leader in the kernel, and what ends it: a signal.
 *
 * <p>{@code asleep} is set under the loop's lock before the leader waits, so a starter that fills
 * in an entry afterwards sees it and signals. {@link #wake} (for a port's packets) takes no lock:
 * it sets {@code token}, then reads {@code asleep}; the leader sets {@code asleep}, then reads
 * {@code token}; both volatile, so one of them sees the other.
 */
abstract class WakeUp {
    private volatile boolean asleep;
    private volatile boolean token;
    private volatile boolean signalled;

    /** Keeps signals and the close apart. No other is taken behind it. */
    private final Object lock = new Object();

    /** Guarded by lock. */
    private boolean closed;

    // ---- the leader ----

    /** From now on the leader may wait. Holding the loop's lock. */
    final void fallAsleep() {
        asleep = true;
    }

    /** After {@link #fallAsleep}: takes the token; true if it was there and nobody may wait. */
    final boolean takeToken() {
        boolean there = token;
        if (there) {
            token = false;
        }
        return there;
    }

    final void riseUp() {
        asleep = false;
    }

    /** The signal has come: the next one counts again. */
    final void hasCome() {
        signalled = false;
    }

    // ---- everybody ----

    /** For a starter, under the loop's lock and behind what it has filled in. */
    final boolean isAsleep() {
        return asleep;
    }

    /** Makes the leader look before it waits; ends its wait if it does already. */
    final void wake() {
        token = true;
        if (asleep) {
            signal();
        }
    }

    /** Makes the next leader look before it waits; nobody waits now. */
    final void leaveToken() {
        token = true;
    }

    /** Ends the wait of the leader. */
    final void signal() {
        synchronized (lock) {
            if (!signalled && !closed) {
                signalled = true; // before: it may come at once
                if (!isSent()) {
                    signalled = false;
                }
            }
        }
    }

    /**
     * Sends the signal. Whoever wakes the leader has left something for it, so this does not fail
     * for want of memory; only a call that was never made wants any. False if it was in vain for a
     * second.
     */
    private boolean isSent() {
        for (int i = 0; i < 1000; i++) {
            try {
                send();
                return true;
            } catch (OutOfMemoryError e) {
                LockSupport.parkNanos(1_000_000);
            }
        }
        return false;
    }

    /** Sends a signal that ends the present wait in the kernel, or the next one. */
    protected abstract void send();

    /** No signal is sent any more. */
    void close() {
        synchronized (lock) {
            closed = true;
        }
    }
}
