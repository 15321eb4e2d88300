package lapwing.engine.uring;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static lapwing.engine.uring.RingLayout.OP_TIMEOUT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lapwing.engine.Clock;
import lapwing.engine.TimerHeap;
import org.jspecify.annotations.Nullable;

/**
 * A timeout that stays in the ring while its leader waits, wakes up, and waits again. A wait with a
 * time limit of its own has the kernel start and stop a clock event each time (F44); this does so
 * once, however many waits there are before it is due. Only the leader.
 */
final class Alarm {
    /** User data of the timeout. */
    static final long RANG = -4;

    /** Waits for timers that are due later are rare, and bring their own limit. */
    private static final long SOON_NANOS = 10_000_000;

    private final MemorySegment duration = Arena.ofAuto().allocate(16, 8);
    private final TimerHeap timers;
    private final Clock clock;

    /** Whose wait it ends: the kernel tells the thread that has submitted it. Null if it is off. */
    private @Nullable Thread sleeper;

    /** When it is due, by nanoTime. */
    private long due;

    Alarm(TimerHeap timers, Clock clock) {
        this.timers = timers;
        this.clock = clock;
    }

    /** Sets it if a timer is due soon. Holding the loop's lock. */
    void set(SubmissionQueue submissionQueue) {
        if (timers.isEmpty() || covers()) {
            return;
        }
        long now = clock.nanoTime();
        long left = timers.limit(SOON_NANOS);
        if (left == 0 || left == SOON_NANOS) {
            return;
        }
        duration.set(JAVA_LONG, 8, left);
        if (submissionQueue.arm(this)) {
            sleeper = Thread.currentThread();
            due = now + left;
        }
    }

    /** How long the leader may wait by itself that would else wait for so many nanoseconds. */
    long limit(long nanos) {
        return nanos == 0 || covers() ? nanos : timers.limit(nanos);
    }

    private boolean covers() {
        return sleeper == Thread.currentThread() && timers.isFirstBehind(due);
    }

    /** Asks for it. With room for an entry. */
    void add(Ring ring) {
        ring.add(OP_TIMEOUT, 0, 0, -1, 0, duration.address(), 1, 0, RANG);
    }

    /** What was filled in was taken, or not all of it: then somebody else may submit the rest. */
    void entered(boolean taken) {
        if (!taken) {
            sleeper = null;
        }
    }

    /** Its time has come, or it was cancelled. */
    void rang() {
        sleeper = null;
    }
}
