package lapwing.winsock;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import lapwing.engine.Loop;
import lapwing.port.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * A wait for one or several events: WSAWaitForMultipleEvents and its relatives.
 *
 * <p>A wait for all takes no signal before it can take every one, so it locks them all, in the
 * order of their numbers. A signal that is there goes before completion routines that are due, and
 * these before a time-out of 0, as in the kernel of Windows.
 */
final class EventWait {
    private final List<Event> events;
    private final boolean all;

    /** For a wait for all, in the order of numbers. */
    private final List<Event> locking;

    private EventWait(List<Event> events, boolean all) {
        this.events = events;
        this.all = all;
        locking =
                all
                        ? events.stream().sorted(Comparator.comparingLong(Event::number)).toList()
                        : events;
    }

    /**
     * Waits for handles that a program has given.
     *
     * @return {@code WAIT_OBJECT_0} and the lowest index that is signalled (0 for all), {@code
     *     WAIT_IO_COMPLETION}, {@code WAIT_TIMEOUT}, or {@code WAIT_FAILED} with {@code
     *     ERROR_INVALID_PARAMETER} or {@code ERROR_INVALID_HANDLE}
     */
    static int await(
            int count,
            @Nullable Handle @Nullable [] handles,
            boolean all,
            int milliseconds,
            boolean alertable) {
        if (handles == null
                || count <= 0
                || count > Constants.WSA_MAXIMUM_WAIT_EVENTS
                || count > handles.length) {
            return failed(WinsockError.ERROR_INVALID_PARAMETER);
        }
        Event[] events = new Event[count];
        for (int i = 0; i < count; i++) {
            if (!(handles[i] instanceof Event event) || !event.isOpen()) {
                return failed(WinsockError.ERROR_INVALID_HANDLE);
            }
            events[i] = event;
        }
        List<Event> list = Arrays.asList(events);
        if (all && new HashSet<>(list).size() < count) {
            return failed(WinsockError.ERROR_INVALID_PARAMETER); // one signal cannot be taken twice
        }
        return new EventWait(list, all).await(Deadline.of(milliseconds), alertable);
    }

    private static int failed(int error) {
        ThreadState.fail(error);
        return Constants.WAIT_FAILED;
    }

    private int await(long deadline, boolean alertable) {
        RoutineQueue routines = alertable ? ThreadState.current().routines : null;
        int result = await(deadline, routines);
        if (result == WinsockError.WAIT_IO_COMPLETION && routines != null) {
            routines.run(); // now that this thread waits no more: a routine may wait itself
        }
        return result;
    }

    private int await(long deadline, @Nullable RoutineQueue routines) {
        Thread thread = Thread.currentThread();
        List<Loop> sources = List.of();
        boolean registered = false;
        try {
            while (true) {
                int index = all ? (takeAll(0) ? 0 : -1) : takeOne();
                if (index >= 0) {
                    return Constants.WAIT_OBJECT_0 + index;
                }
                if (routines != null && !routines.isEmpty()) {
                    return WinsockError.WAIT_IO_COMPLETION;
                }
                if (Deadline.hasPassed(deadline) || (registered && thread.isInterrupted())) {
                    return WinsockError.WAIT_TIMEOUT;
                }
                if (registered) {
                    LockSupport.parkNanos(this, Deadline.nanosLeft(deadline));
                } else { // and look once more: a signal may have come before we could hear it
                    ThreadState.beforeWaiting();
                    sources = events.stream().map(Event::source).filter(Objects::nonNull).toList();
                    sources.forEach(Loop::addWaiter);
                    events.forEach(event -> event.addWaiter(thread));
                    registered = true;
                }
            }
        } finally {
            if (registered) {
                events.forEach(event -> event.removeWaiter(thread));
                sources.forEach(Loop::removeWaiter);
                ThreadState.afterWaiting();
            }
        }
    }

    private int takeOne() {
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i).take()) {
                return i;
            }
        }
        return -1;
    }

    /** Takes all signals or none, from the {@code from}th event on; those before are locked. */
    private boolean takeAll(int from) {
        if (from == locking.size()) {
            locking.forEach(Event::take);
            return true;
        }
        Event event = locking.get(from);
        synchronized (event) {
            return event.isSignalled() && takeAll(from + 1);
        }
    }
}
