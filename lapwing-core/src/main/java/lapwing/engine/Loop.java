package lapwing.engine;

import java.util.concurrent.locks.LockSupport;

/**
 * Where operations run and end. One thread at a time leads a loop ({@link #lead}): it hands started
 * operations to the system, waits, and ends what has completed.
 */
public abstract class Loop {
    protected final Clock clock;

    /** What is to be done at a time. */
    protected final TimerHeap timers;

    protected Loop() {
        this(Clock.REAL);
    }

    protected Loop(Clock clock) {
        this.clock = clock;
        timers = new TimerHeap(clock);
    }

    /**
     * Starts an operation. Any thread may; the leader's own operations go out together when it next
     * waits, those of others at once.
     */
    public abstract void start(Operation operation);

    /**
     * Has the system try what was started, whoever has started it: for a change of an endpoint that
     * is to come behind that.
     */
    public void submit() {}

    /** Cancels a started operation; does nothing if it has ended. */
    public abstract void cancel(Operation operation);

    /**
     * Has a timer ring in so many nanoseconds, or soon after, and not for what it was armed for
     * before. Any thread may; the leader looks before it waits, and is woken if it waits for
     * longer. While an adopter stays away, a timer is up to 5 ms late. A cancel wakes nobody.
     *
     * @param nanos less than a century
     */
    public final void arm(Timer timer, long nanos) {
        if (timer.heap != timers) {
            timer.cancel();
            timer.heap = timers;
        }
        if (timers.put(timer, clock.nanoTime() + nanos)) {
            firstTimerChanged();
        }
    }

    /** For engines: a timer is due before all others. Ends a wait of the leader. */
    protected abstract void firstTimerChanged();

    /**
     * Closes an endpoint on which nothing is under way, cheaply: with the next batch if possible.
     */
    public abstract void close(Endpoint endpoint);

    /**
     * Closes a connection behind a send that was started just now and is all there is under way on
     * it. The send gets one attempt: what it cannot move at once it gives up, as if cancelled.
     *
     * @return false if the engine cannot do both in one step; then nothing has happened
     */
    public boolean closeBehind(Operation send, Endpoint endpoint) {
        return false;
    }

    /** Says that the end of the stream follows a started send, see {@link Endpoint#END_FOLLOWS}. */
    public void endFollows(Operation send) {}

    /** Who leads it. */
    public Lead lead() {
        return Lead.OWN_THREADS;
    }

    /** Has accepts that have found no free descriptor tried again, see {@link FreeDescriptors}. */
    public void descriptorIsFree() {}

    /**
     * Says that the calling thread is going to wait for operations of this loop, other than by
     * leading it: they end soon after they have completed, whatever an adopter does meanwhile. To
     * be followed by {@link #removeWaiter}.
     */
    public void addWaiter() {}

    /** The calling thread waits no more. */
    public void removeWaiter() {}

    /**
     * Unparks a thread that {@link Operation#ended} has given a result. A loop may put that off
     * until it has ended the whole batch: a thread that runs at once finds the monitors of the one
     * that woke it taken, above all where both share a processor.
     */
    public void unpark(Thread thread) {
        LockSupport.unpark(thread);
    }

    /**
     * For the end of the process: sees to it that what is started goes to the system soon, now and
     * from now on, whatever its leader does.
     *
     * @return true if nothing is left to be given to the system
     */
    public boolean settle() {
        return true;
    }

    /** Ends the loop once nothing is under way on it and no timer is armed. */
    public abstract void retire();

    /** True once the loop has ended. */
    public boolean isOver() {
        return false;
    }
}
