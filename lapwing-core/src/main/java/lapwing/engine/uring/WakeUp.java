package lapwing.engine.uring;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static lapwing.engine.uring.RingLayout.OP_READ;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;

/**
 * The sleep of a leader in the kernel, and what ends it: an eventfd, on which the ring always has a
 * read pending.
 *
 * <p>{@code asleep} is set under the loop's lock before the leader waits, so a starter that fills
 * in an entry afterwards sees it and writes. {@link #wake} (for a port's packets) takes no lock: it
 * sets {@code token}, then reads {@code asleep}; the leader sets {@code asleep}, then reads {@code
 * token}; both volatile, so one of them sees the other.
 */
final class WakeUp {
    /** User data of the read. */
    static final long READ = -2;

    private final MemorySegment memory = Arena.ofAuto().allocate(16, 8);
    private final int fd;
    private final long buffer;
    private final long one;

    private volatile boolean asleep;
    private volatile boolean token;
    private volatile boolean written;

    /** Keeps writes and the close apart. No other is taken behind it. */
    private final Object lock = new Object();

    /** Guarded by lock. */
    private boolean closed;

    WakeUp() throws RingException {
        long result =
                CallMemory.ofThread()
                        .quick(SyscallNumbers.EVENTFD2, 0, UringEndpoint.SOCK_CLOEXEC, 0, 0, 0, 0);
        if (result < 0) {
            throw new RingException("eventfd2", "for a loop", (int) -result);
        }
        fd = (int) result;
        buffer = memory.address();
        one = buffer + 8;
        memory.set(JAVA_LONG, 8, 1L);
    }

    // ---- the leader ----

    /** From now on the leader may wait. Holding the loop's lock. */
    void fallAsleep() {
        asleep = true;
    }

    /** After {@link #fallAsleep}: takes the token; true if it was there and nobody may wait. */
    boolean takeToken() {
        boolean there = token;
        if (there) {
            token = false;
        }
        return there;
    }

    void riseUp() {
        asleep = false;
    }

    /** The read has completed: the next write counts again. */
    void hasBeenRead() {
        written = false;
    }

    /** Asks for the next read. Holding the loop's lock, with room for an entry. */
    void arm(Ring ring) {
        ring.add(OP_READ, 0, 0, fd, 0, buffer, 8, 0, READ);
    }

    // ---- everybody ----

    /** For a starter, under the loop's lock and behind what it has filled in. */
    boolean isAsleep() {
        return asleep;
    }

    /** Makes the leader look before it waits; ends its wait if it does already. */
    void wake() {
        token = true;
        if (asleep) {
            write();
        }
    }

    /** Makes the next leader look before it waits; nobody waits now. */
    void leaveToken() {
        token = true;
    }

    /** Ends the wait of the leader. */
    void write() {
        synchronized (lock) {
            if (!written && !closed) {
                written = true; // before: the leader may read it at once
                if (!isWritten()) {
                    written = false;
                }
            }
        }
    }

    /**
     * Writes. Whoever wakes the leader has left something for it, so this does not fail for want of
     * memory; only a call that was never made wants any. False if it was in vain for a second.
     */
    private boolean isWritten() {
        for (int i = 0; i < 1000; i++) {
            try {
                CallMemory.ofThread().quick(SyscallNumbers.WRITE, fd, one, 8, 0, 0, 0);
                return true;
            } catch (OutOfMemoryError e) {
                LockSupport.parkNanos(1_000_000);
            }
        }
        return false;
    }

    /** Closes the eventfd; the ring must be closed already. */
    void close() {
        synchronized (lock) {
            closed = true; // the number may soon be somebody else's
        }
        CallMemory.ofThread().quick(SyscallNumbers.CLOSE, fd, 0, 0, 0, 0, 0);
    }
}
