package lapwing.engine;

import org.jspecify.annotations.Nullable;

/**
 * Something to be done at a time: an object that its user keeps and {@linkplain Loop#arm arms}
 * again and again.
 *
 * <p>It rings once for each time it is armed, not before it is due, holding a monitor that its user
 * has named. Who arms and cancels it holds that monitor too, and then knows: a timer that was
 * cancelled, or armed anew for a later time, does not ring for what it was armed for before. Where
 * the caller does not hold it, the timer may be ringing just now.
 */
public abstract class Timer {
    private final Object monitor;

    /** Where it was armed last; guarded by the user's monitor. */
    @Nullable TimerHeap heap;

    /** When it is due, by nanoTime. Guarded by the heap's lock. */
    long due;

    /**
     * Its place in the heap, less than 0 for none. Guarded by the heap's lock; whether there is one
     * is known under the user's monitor as well.
     */
    int place = -1;

    /**
     * A timer that is not armed.
     *
     * @param monitor held while it rings, and to be held by whoever arms or cancels it
     */
    protected Timer(Object monitor) {
        this.monitor = monitor;
    }

    /**
     * Called when it is due, by the thread that leads the loop or looks after it, holding the
     * monitor. Must not block and must not throw. It is not armed any more, and may be armed again.
     */
    protected abstract void ring();

    /** True from arming to ringing or cancelling. */
    public final boolean isArmed() {
        return place >= 0;
    }

    /**
     * Sees to it that it does not ring any more.
     *
     * @return true if it was armed
     */
    public final boolean cancel() {
        return heap != null && heap.remove(this);
    }

    /** Rings if it is still armed and due. Holding no lock of the heap. */
    final void ringIfDue(TimerHeap heap, long now) {
        synchronized (monitor) {
            if (this.heap == heap && heap.removeIfDue(this, now)) {
                try {
                    ring();
                } catch (Throwable t) {
                    Operation.tell(t); // a defect of one must not take the loop along
                }
            }
        }
    }
}
