package lapwing.port;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Counts the threads that work on a port's packets, for the port's concurrency value. Guarded by
 * the port's monitor.
 *
 * <p>On Windows the scheduler tells the port when such a thread blocks. Here the library's own
 * waits say so themselves; of all others only the thread's state tells, and one has to look. A
 * thread seen resting is not counted until it is seen running again; one that has ended is
 * forgotten. A thread that is blocked inside a native function looks as if it ran: one that has not
 * come back after {@link #PATIENCE} looks, while packets waited, is taken for such a thread and not
 * counted until it comes back to a port. If it computes after all, there is one too many: better
 * than packets that nobody takes.
 */
final class Runners {
    /** Looks, in periods of {@link Watch}: 100 ms. */
    static final int PATIENCE = 50;

    /** Resting threads that are looked at again before another waiter is released. */
    private static final int MOST_LOOKS = 8;

    /** Threads in no order. */
    static final class Crowd {
        private @Nullable PortThread[] members = new PortThread[4];
        private int size;

        PortThread get(int place) {
            return Objects.requireNonNull(members[place]);
        }

        void add(PortThread thread) {
            if (size == members.length) {
                forgetEnded();
                if (size > members.length / 2) {
                    members = Arrays.copyOf(members, members.length * 2);
                }
            }
            thread.crowd = this;
            thread.place = size;
            members[size++] = thread;
        }

        private void forgetEnded() {
            for (int i = size - 1; i >= 0; i--) {
                if (get(i).thread.getState() == Thread.State.TERMINATED) {
                    remove(get(i));
                }
            }
        }

        void remove(PortThread thread) {
            PortThread last = get(--size);
            members[thread.place] = last;
            last.place = thread.place;
            members[size] = null;
            thread.crowd = null;
        }
    }

    private final int limit;
    private final int patience;
    private final Crowd running = new Crowd();
    private final Crowd resting = new Crowd();
    private int next;

    Runners(int limit, int patience) {
        this.limit = limit;
        this.patience = patience;
    }

    /** Counts a thread that has got a packet, or comes back from a wait for something else. */
    void start(PortThread thread) {
        thread.looks = 0;
        thread.wasBlocked = false;
        if (thread.crowd != running) {
            stop(thread);
            running.add(thread);
        }
    }

    /** Counts a thread no more. */
    void stop(PortThread thread) {
        if (thread.crowd != null) {
            thread.crowd.remove(thread);
        }
    }

    /** True if another thread may run. Those that were resting may have come back to life. */
    boolean hasRoom() {
        for (int i = Math.min(resting.size, MOST_LOOKS); i > 0 && running.size < limit; i--) {
            next = next < resting.size ? next : 0;
            PortThread thread = resting.get(next);
            Thread.State state = thread.thread.getState();
            if (state == Thread.State.TERMINATED) {
                resting.remove(thread);
            } else if (state == Thread.State.RUNNABLE) {
                start(thread);
            } else {
                next++;
            }
        }
        return running.size < limit;
    }

    /**
     * Looks at the threads that count.
     *
     * @param timed in a period of the watch: threads that do not come back lose patience
     */
    void look(boolean timed) {
        PortThread slowest = null;
        for (int i = running.size - 1; i >= 0; i--) {
            PortThread thread = running.get(i);
            Thread.State state = thread.thread.getState();
            if (state == Thread.State.TERMINATED) {
                running.remove(thread);
            } else if (!thread.handed && rests(thread, state)) {
                running.remove(thread);
                resting.add(thread);
            } else if (timed
                    && ++thread.looks >= patience
                    && (slowest == null || slowest.looks < thread.looks)) {
                slowest = thread;
            }
        }
        if (slowest != null && running.size >= limit) {
            running.remove(slowest);
            for (int i = 0; i < running.size; i++) {
                running.get(i).looks = 0; // one at a time
            }
        }
    }

    /**
     * A monitor may be held for an instant, this port's own by the one who looks: being blocked has
     * to last for two looks.
     */
    private static boolean rests(PortThread thread, Thread.State state) {
        boolean blocked = state == Thread.State.BLOCKED;
        boolean stillBlocked = blocked && thread.wasBlocked;
        thread.wasBlocked = blocked;
        return stillBlocked || state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
    }
}
