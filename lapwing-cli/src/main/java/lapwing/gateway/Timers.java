package lapwing.gateway;

import org.jspecify.annotations.Nullable;

/**
 * The deadlines of one worker: a wheel of slots of 34 ms, looked at once per loop pass.
 *
 * <p>A timer is linked at most once. Moving a deadline into the future only writes the field: the
 * slot it is linked in comes first, finds it not due and links it again. A connection that moves
 * data therefore costs nothing here, and a short connection links its timer about once per life.
 */
final class Timers {
    static final long NEVER = Long.MAX_VALUE;

    private static final int TICK_SHIFT = 25; // 2^25 ns = 33.6 ms
    private static final int SLOTS = 512; // 17 s; longer deadlines are linked again on the way
    private static final int MASK = SLOTS - 1;
    private static final int UNLINKED = -1;

    /** Something with one deadline at a time. */
    abstract static class Timer {
        private @Nullable Timer previous;
        private @Nullable Timer next;
        private long deadline = NEVER;
        private long place = UNLINKED;

        /** The deadline has passed; it is no longer set. */
        abstract void expired();
    }

    private final @Nullable Timer[] heads = new @Nullable Timer[SLOTS];
    private final long[] occupied = new long[SLOTS / Long.SIZE];
    private final long start;
    private long current; // the last tick whose slot has been emptied
    private int linked;

    /** An empty wheel that begins at {@code now}, in nanoseconds of any clock. */
    Timers(long now) {
        start = now;
    }

    /** Sets the deadline of {@code timer}, replacing the one it had. */
    void arm(Timer timer, long deadline) {
        timer.deadline = deadline;
        long due = ((deadline - start) >> TICK_SHIFT) + 1;
        if (timer.place == UNLINKED) {
            link(timer, due);
        } else if (timer.place > due) {
            unlink(timer);
            link(timer, due);
        }
    }

    /** Takes the deadline away. The timer stays linked until its slot comes, harmlessly. */
    void disarm(Timer timer) {
        timer.deadline = NEVER;
    }

    /** Runs everything due at {@code now}. */
    void advance(long now) {
        long target = (now - start) >> TICK_SHIFT;
        if (linked == 0) {
            current = Math.max(current, target);
        }
        while (current < target) {
            current++;
            empty((int) current & MASK, now);
        }
    }

    /** Milliseconds until {@link #advance} may have work, or -1 if there is none at all. */
    int millisToNext(long now) {
        if (linked == 0) {
            return -1;
        }
        long at = start + ((current + ticksToNext()) << TICK_SHIFT);
        return (int) Math.max(0, (at - now + 999_999) / 1_000_000);
    }

    private int ticksToNext() {
        int from = (int) (current + 1) & MASK;
        int word = from >> 6;
        long bits = occupied[word] >>> from; // the shift counts modulo 64
        if (bits != 0) {
            return 1 + Long.numberOfTrailingZeros(bits);
        }
        int distance = 1 + Long.SIZE - (from & 63);
        for (int i = 1; i <= occupied.length; i++) {
            bits = occupied[(word + i) % occupied.length];
            if (bits != 0) {
                return distance + Long.numberOfTrailingZeros(bits);
            }
            distance += Long.SIZE;
        }
        throw new IllegalStateException("timers: " + linked + " linked, but no slot is occupied");
    }

    private void empty(int slot, long now) {
        // One at a time: expired() may arm and unlink any timer. Nothing is linked into this very
        // slot
        // meanwhile, because link() chooses one of the other 511.
        for (Timer timer = heads[slot]; timer != null; timer = heads[slot]) {
            unlink(timer);
            if (timer.deadline == NEVER) {
                continue;
            }
            if (timer.deadline - now <= 0) {
                timer.deadline = NEVER;
                timer.expired();
            } else {
                link(timer, ((timer.deadline - start) >> TICK_SHIFT) + 1);
            }
        }
    }

    private void link(Timer timer, long due) {
        timer.place = Math.clamp(due, current + 1, current + MASK);
        int slot = (int) timer.place & MASK;
        Timer head = heads[slot];
        timer.next = head;
        if (head != null) {
            head.previous = timer;
        }
        heads[slot] = timer;
        occupied[slot >> 6] |= 1L << slot;
        linked++;
    }

    private void unlink(Timer timer) {
        int slot = (int) timer.place & MASK;
        Timer next = timer.next;
        if (next != null) {
            next.previous = timer.previous;
        }
        if (timer.previous != null) {
            timer.previous.next = next;
        } else {
            heads[slot] = next;
            if (next == null) {
                occupied[slot >> 6] &= ~(1L << slot);
            }
        }
        timer.previous = null;
        timer.next = null;
        timer.place = UNLINKED;
        linked--;
    }
}
