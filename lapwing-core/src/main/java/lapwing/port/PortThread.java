package lapwing.port;

import lapwing.engine.Lead;
import org.jspecify.annotations.Nullable;

/**
 * What completion ports know of one thread, as a waiter and as one that works on a packet. There is
 * one for each thread, used again for every wait: a thread waits on one port at a time, and has
 * left the port's stack of waiters when its wait returns.
 */
public final class PortThread {
    final Thread thread = Thread.currentThread();

    // Of the thread itself alone.

    /** The lead this thread has adopted, null if none. */
    @Nullable Lead led;

    /** Sees an interrupt while this thread waits in the kernel; null until it leads. */
    private @Nullable InterruptSignal signal;

    /** The port to which this thread comes back after a wait for something else. */
    private @Nullable Port<?> left;

    /**
     * The port whose packet this thread works on: the last it waited on (P42), null if that wait
     * brought nothing. Written under that port's monitor, by the thread or while it is parked.
     */
    @Nullable Port<?> port;

    // As a waiter. Guarded by the monitor of the port it waits on.

    /** The next waiter on the stack. */
    @Nullable PortThread below;

    /** Where the packet goes, the first element; null once it is there. */
    @Nullable Object @Nullable [] out;

    /** Has been given a packet, and not woken up yet: runs, whatever its state looks like. */
    boolean handed;

    // As a runner. Guarded by the monitor of `port`; used by Runners alone.

    Runners.@Nullable Crowd crowd;
    int place;
    int looks;
    boolean wasBlocked;

    InterruptSignal signal() {
        InterruptSignal it = signal;
        if (it == null) {
            it = signal = new InterruptSignal();
        }
        return it;
    }

    /** Gives the lead away. */
    void stopLeading() {
        Lead lead = led;
        if (lead != null) {
            led = null;
            lead.release();
        }
    }

    /** Before this thread waits for something else than a port: others may run meanwhile. */
    public void beforeWaiting() {
        stopLeading();
        left = port;
        if (left != null) {
            left.leave(this);
        }
    }

    /** After that wait. The port then may have one thread too many, as on Windows. */
    public void afterWaiting() {
        Port<?> back = left;
        left = null;
        if (back != null && port == null) {
            back.comeBack(this);
        }
    }
}
