package lapwing.engine.uring;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import lapwing.engine.Clock;

/**
 * Time that passes only where somebody sleeps: in no time. What happens meanwhile is told before.
 */
final class ScriptedClock extends Clock {
    private static final long MILLI = 1_000_000;

    /** Nanoseconds may be any number: a moment later there is none that is greater. */
    private static final long START = Long.MAX_VALUE - 7 * MILLI / 2;

    /** Thrown where a watch would go on. */
    static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private record Event(long at, Runnable what) {}

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at));
    private long passed;
    private boolean isStopped;

    /** How long those who slept wanted to, nanoseconds. */
    final List<Long> sleeps = new ArrayList<>();

    @Override
    public long nanoTime() {
        return START + passed;
    }

    /** Milliseconds since the start. */
    double millis() {
        return (double) passed / MILLI;
    }

    /** Has something happen, so many milliseconds from now. */
    void in(double millis, Runnable what) {
        events.add(new Event(passed + (long) (millis * MILLI), what));
    }

    /** Has whoever watches an adopter stop, so many milliseconds from now. */
    void stopIn(double millis) {
        isStopped = false;
        in(millis, () -> isStopped = true);
    }

    boolean isStopped() {
        return isStopped;
    }

    /** Nothing more is to happen. */
    void clear() {
        events.clear();
        isStopped = false;
    }

    @Override
    public void park(Object blocker, long nanos) {
        sleeps.add(nanos);
        pass(nanos);
        if (isStopped && blocker instanceof Supervision) {
            throw new Stopped();
        }
    }

    /** Lets so much time pass; if that is for ever, until the next thing happens. */
    void pass(long nanos) {
        if (nanos == Long.MAX_VALUE) {
            next(nanos);
            return;
        }
        long end = passed + nanos;
        while (next(end)) {}
        passed = Math.max(passed, end);
    }

    /** Has happen what is the next by then; false if nothing is. */
    private boolean next(long end) {
        Event event = events.peek();
        if (event == null || event.at > end) {
            return false;
        }
        events.remove();
        passed = Math.max(passed, event.at);
        event.what.run();
        return true;
    }
}
