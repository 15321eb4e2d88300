package lapwing.engine.uring;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import lapwing.engine.Lead;
import org.jspecify.annotations.Nullable;

/**
 * Who leads a loop. The state is one word:
 *
 * <pre>{@code
 * OWN      the loop's own thread leads: it waits in the kernel, reaps, ends operations
 * AWAY     a waiter of a completion port has adopted the loop and is out in the program's code
 * LEADING  the adopter is in round(): it waits in the kernel, reaps, ends operations
 *
 * OWN -> AWAY        own thread, on a request (adopt), between two rounds
 * AWAY -> LEADING    adopter, by CAS, entering round()
 * LEADING -> AWAY    adopter, leaving round()
 * AWAY -> OWN        anybody, by CAS: release(), the own thread that supervises the adopter, the
 *                    adopter that has left round() and finds a release asked for, or is retired
 * }</pre>
 *
 * <p>Who releases says so first and looks at the state afterwards; who moves the state to AWAY
 * moves it first and looks afterwards whether a release was asked for. So one of the two sees the
 * other, and no release is lost.
 *
 * <p>A loop ends only in the state OWN, and its own thread does not leave that when it is retired:
 * so nobody leads a ring that is gone.
 */
class RingLead extends Lead {
    private static final int OWN = 0;
    private static final int AWAY = 1;
    private static final int LEADING = 2;
    private static final AtomicIntegerFieldUpdater<RingLead> STATE =
            AtomicIntegerFieldUpdater.newUpdater(RingLead.class, "state");
    private static final AtomicReferenceFieldUpdater<RingLead, @Nullable Thread> CANDIDATE =
            AtomicReferenceFieldUpdater.newUpdater(RingLead.class, Thread.class, "candidate");

    private final Thread own;
    private final WakeUp wakeUp;

    private volatile int state = OWN;
    private volatile @Nullable Thread adopter;
    private volatile @Nullable Thread candidate;
    private volatile boolean releaseAsked;
    private volatile boolean retired;

    /** Nobody adopts the loop any more: it is retired, or has failed. */
    private volatile boolean barred;

    RingLead(Thread own, WakeUp wakeUp) {
        this.own = own;
        this.wakeUp = wakeUp;
    }

    // ---- questions ----

    final boolean isOwn() {
        return state == OWN;
    }

    final boolean isLeading() {
        return state == LEADING;
    }

    final boolean isAway() {
        return state == AWAY;
    }

    @Override
    public boolean isCallers() {
        return adopter == Thread.currentThread() && state != OWN;
    }

    @Override
    public boolean isOthers() {
        Thread next = candidate;
        Thread current = Thread.currentThread();
        return (next != null && next != current) || (state != OWN && adopter != current);
    }

    /** True for the adopter, be it away or not, and for the own thread if there is no adopter. */
    final boolean isHeldByCaller() {
        return Thread.currentThread() == (state == OWN ? own : adopter);
    }

    final @Nullable Thread adopter() {
        return adopter;
    }

    /** True if an adopter has to give the lead back as soon as it can. */
    final boolean isWantedBack() {
        return barred || releaseAsked;
    }

    final boolean isRetired() {
        return retired;
    }

    // ---- for everybody ----

    @Override
    public void adopt() {
        if (state == OWN && !barred) {
            candidate = Thread.currentThread();
            wake();
        }
    }

    @Override
    public void release() {
        releaseAsked = true; // before: handOver, which clears it, then finds its candidate gone
        candidate = null;
        releaseAsked = true; // behind: handOver may have had its candidate before, and cleared it
        if (takeBack()) {
            LockSupport.unpark(own);
        } else if (state == LEADING) {
            wake();
        }
    }

    /** Makes the own thread the leader if the adopter is away; it is not told. */
    final boolean takeBack() {
        return STATE.compareAndSet(this, AWAY, OWN);
    }

    @Override
    public void wake() {
        if (!isHeldByCaller()) { // the leader looks for itself after each round
            wakeUp.wake();
        }
    }

    /** Has the own thread lead from now on. */
    final void bar() {
        barred = true;
        release();
    }

    final void retire() {
        retired = true;
        bar();
        wake();
        LockSupport.unpark(own);
    }

    // ---- the adopter ----

    /** Comes back to lead one round; false if the caller does not lead. */
    final boolean enter() {
        return adopter == Thread.currentThread() && STATE.compareAndSet(this, AWAY, LEADING);
    }

    /** Goes away again; false if the own thread leads from now on. */
    final boolean leave() {
        state = AWAY;
        if (!isWantedBack()) {
            return true;
        }
        if (takeBack()) {
            LockSupport.unpark(own);
        }
        return false;
    }

    // ---- the own thread ----

    /**
     * Takes the lead for one round while the adopter is away: {@link #handOver} gives it back to
     * the same thread. False if it is not away.
     */
    final boolean borrow() {
        Thread adopter = this.adopter;
        boolean borrowed = takeBack();
        if (borrowed && !isWantedBack()) {
            CANDIDATE.compareAndSet(this, null, adopter);
            if (isWantedBack()) {
                CANDIDATE.compareAndSet(this, adopter, null);
            }
        }
        return borrowed;
    }

    /** True if {@link #handOver} would give the lead to somebody. */
    final boolean isAskedFor() {
        return candidate != null;
    }

    /** Gives the lead to the thread that has asked for it last, if any. Between two rounds. */
    final void handOver() {
        Thread next = candidate;
        if (next == null || barred) {
            return;
        }
        releaseAsked = false;
        adopter = next;
        wakeUp.leaveToken(); // what the last round has posted woke nobody: look before waiting
        state = AWAY;
        if (CANDIDATE.compareAndSet(this, next, null)) {
            LockSupport.unpark(next);
        } else {
            release(); // asked for meanwhile
        }
    }
}
