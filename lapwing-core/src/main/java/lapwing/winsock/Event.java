package lapwing.winsock;

/**
 * An event object, as made by {@code CreateEvent}: signalled or not; a wait on an auto-reset event
 * that succeeds resets it. Safe for any number of threads, virtual ones included.
 *
 * @see <a href="https://learn.microsoft.com/windows/win32/sync/event-objects">MSDN</a>
 */
public final class Event extends Handle {
    private final boolean manualReset;
    private boolean signalled;
    private volatile boolean closed;

    Event(boolean manualReset, boolean signalled) {
        this.manualReset = manualReset;
        this.signalled = signalled;
    }

    synchronized void set() {
        signalled = true;
        notifyAll();
    }

    synchronized void reset() {
        signalled = false;
    }

    /** Waits until the event is signalled; false if the deadline came first. */
    synchronized boolean await(long deadline) throws InterruptedException {
        while (!signalled) {
            if (Deadline.hasPassed(deadline)) {
                return false;
            }
            Deadline.waitOn(this, deadline);
        }
        signalled = manualReset;
        return true;
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
