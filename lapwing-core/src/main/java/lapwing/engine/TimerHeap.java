package lapwing.engine;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The timers of a loop, a binary heap with the earliest on top. A timer knows its place, so arming
 * and cancelling take a logarithm of the number of timers and, but for growth, no memory. Time is
 * {@link Clock#nanoTime}, and the times in a heap are within 292 years of each other.
 *
 * <p>For any thread. The lock, which guards all fields, is held for single steps only, never while
 * a timer rings, and no other is taken behind it. Who waits for the loop reads {@link #next}
 * without it, after having said that it is about to wait; who arms a timer writes that field first
 * and looks afterwards whether somebody waits. So one of them sees the other.
 */
public final class TimerHeap {
    /** No timer is armed. */
    private static final long NEVER = Long.MAX_VALUE;

    private final Clock clock;
    private @Nullable Timer[] timers = new Timer[4];
    private int size;

    /** When the first is due; written under the lock, read by anybody. */
    private volatile long next = NEVER;

    TimerHeap(Clock clock) {
        this.clock = clock;
    }

    // ---- for those who lead a loop ----

    public boolean isEmpty() {
        return next == NEVER;
    }

    /** True if none is due before that time, by nanoTime. */
    public boolean isFirstBehind(long time) {
        long first = next;
        return first == NEVER || first - time >= 0;
    }

    /** How long a thread may wait that would else wait for so many nanoseconds. */
    public long limit(long nanos) {
        long first = next;
        return first == NEVER ? nanos : Math.clamp(first - clock.nanoTime(), 0, nanos);
    }

    /** Lets those ring that are due. Holding no lock. */
    public void ring() {
        if (next != NEVER) {
            ring(clock.nanoTime());
        }
    }

    void ring(long now) {
        for (Timer timer = due(now); timer != null; timer = due(now)) {
            timer.ringIfDue(this, now);
        }
    }

    /** One that is due, and stays armed; null if there is none. */
    private synchronized @Nullable Timer due(long now) {
        return size > 0 && at(0).due - now <= 0 ? at(0) : null;
    }

    // ---- for the timers ----

    /**
     * Arms a timer, or arms it anew.
     *
     * @return true if it is the first that is due
     */
    synchronized boolean put(Timer timer, long due) {
        if (timer.place < 0) {
            if (size == timers.length) {
                timers = Arrays.copyOf(timers, 2 * size);
            }
            timer.place = size++;
        }
        timer.due = due;
        settle(timer);
        return timer.place == 0;
    }

    /** False if it is not here. */
    synchronized boolean remove(Timer timer) {
        int place = timer.place;
        if (place < 0) {
            return false;
        }
        Timer last = at(--size);
        timers[size] = null;
        timer.place = -1;
        if (last != timer) {
            last.place = place;
            settle(last);
        } else {
            publish();
        }
        return true;
    }

    /** False if it has been cancelled, or armed anew. */
    synchronized boolean removeIfDue(Timer timer, long now) {
        return timer.place >= 0 && timer.due - now <= 0 && remove(timer);
    }

    // ---- the heap ----

    /** Moves a timer from its place, which is its own, to where it belongs. */
    private void settle(Timer timer) {
        int place = timer.place;
        while (place > 0 && timer.due - at(place - 1 >> 1).due < 0) {
            set(place, at(place - 1 >> 1));
            place = place - 1 >> 1;
        }
        for (int child = earlierChild(place);
                child < size && at(child).due - timer.due < 0;
                child = earlierChild(place)) {
            set(place, at(child));
            place = child;
        }
        set(place, timer);
        publish();
    }

    /** The child that is due first; a place behind the last if there is none. */
    private int earlierChild(int place) {
        int child = 2 * place + 1;
        return child + 1 < size && at(child + 1).due - at(child).due < 0 ? child + 1 : child;
    }

    private Timer at(int place) {
        return Objects.requireNonNull(timers[place]);
    }

    private void set(int place, Timer timer) {
        timers[place] = timer;
        timer.place = place;
    }

    private void publish() {
        long first = size == 0 ? NEVER : at(0).due;
        if (first != next) {
            next = first;
        }
    }
}
