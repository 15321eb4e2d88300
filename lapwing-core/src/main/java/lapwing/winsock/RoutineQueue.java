package lapwing.winsock;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import lapwing.engine.Loop;
import lapwing.port.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * The completion routines that are due on one thread (O17): engines add to it, the thread runs them
 * in its alertable waits. Virtual threads may wait here as well.
 */
final class RoutineQueue implements BooleanSupplier {
    private record Due(
            CompletionRoutine routine, int error, int bytes, Overlapped overlapped, int flags) {}

    private final Deque<Due> due = new ArrayDeque<>();
    private final Thread owner = Thread.currentThread();

    /** The loop on whose port the owner waits alertably, null if it does not. */
    private volatile @Nullable Loop waitsOn;

    /** The owner begins, or with null ends, an alertable wait on a port. */
    void waitsOn(@Nullable Loop loop) {
        waitsOn = loop;
    }

    synchronized void add(
            CompletionRoutine routine, int error, int bytes, Overlapped overlapped, int flags) {
        due.add(new Due(routine, error, bytes, overlapped, flags));
        notifyAll(); // SleepEx
        LockSupport.unpark(owner); // waits for events
        Loop loop = waitsOn;
        if (loop != null) {
            loop.lead().wake();
        }
    }

    /** Waits for a routine to be due. Only the owner of the queue. */
    synchronized void await(long deadline) throws InterruptedException {
        while (due.isEmpty() && !Deadline.hasPassed(deadline)) {
            Deadline.waitOn(this, deadline);
        }
    }

    synchronized boolean isEmpty() {
        return due.isEmpty();
    }

    /** True if a routine is due. */
    @Override
    public boolean getAsBoolean() {
        return !isEmpty();
    }

    private synchronized @Nullable Due next() {
        return due.poll();
    }

    /** Runs all that are due (O20). True if there was one. */
    boolean run() {
        boolean any = false;
        for (Due next = next(); next != null; next = next()) {
            any = true;
            next.routine.completed(next.error, next.bytes, next.overlapped, next.flags);
        }
        return any;
    }
}
