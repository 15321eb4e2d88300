package lapwing.winsock;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import lapwing.engine.Loop;
import org.jspecify.annotations.Nullable;

/**
 * An event object, as made by {@code CreateEvent}: signalled or not; a wait on an auto-reset event
 * that succeeds resets it. Safe for any number of threads, virtual ones included.
 *
 * @see <a href="https://learn.microsoft.com/windows/win32/sync/event-objects">MSDN</a>
 */
public final class Event extends Handle {
    private static final AtomicLong NUMBERS = new AtomicLong();

    /** Where this event stands in the order in which a wait for several locks them. */
    private final long number = NUMBERS.getAndIncrement();

    private final boolean manualReset;
    private volatile boolean closed;

    /** The loop of the operation started last that will signal it, null if none ever was. */
    private volatile @Nullable Loop source;

    // Guarded by this.
    private boolean signalled;
    private @Nullable Set<Thread> waiters;

    Event(boolean manualReset, boolean signalled) {
        this.manualReset = manualReset;
        this.signalled = signalled;
    }

    long number() {
        return number;
    }

    synchronized void set() {
        signalled = true;
        if (waiters != null) {
            waiters.forEach(LockSupport::unpark);
        }
    }

    synchronized void reset() {
        signalled = false;
    }

    synchronized boolean isSignalled() {
        return signalled;
    }

    /** Uses the signal up, if there is one: an auto-reset event loses it. */
    synchronized boolean take() {
        boolean was = signalled;
        signalled &= manualReset;
        return was;
    }

    /** Says where the operation ends that will signal this event. */
    void signalledBy(@Nullable Loop loop) {
        if (source != loop) {
            source = loop;
        }
    }

    @Nullable Loop source() {
        return source;
    }

    /** From now on the thread is unparked whenever the event is set. */
    synchronized void addWaiter(Thread thread) {
        if (waiters == null) {
            waiters = new HashSet<>(4);
        }
        waiters.add(thread);
    }

    synchronized void removeWaiter(Thread thread) {
        if (waiters != null) {
            waiters.remove(thread);
        }
    }

    boolean close() {
        boolean was = !closed;
        closed = true;
        forgetValue();
        return was;
    }

    @Override
    boolean isOpen() {
        return !closed;
    }

    @Override
    public String toString() {
        return manualReset ? "manual-reset event" : "auto-reset event";
    }
}
