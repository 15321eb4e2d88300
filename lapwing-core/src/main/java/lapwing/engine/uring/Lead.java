package lapwing.engine.uring;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Who leads a loop. The state is one word:
 *
 * <pre>{@code
 * OWN      the loop's own thread leads: it waits in the kernel, reaps, ends operations
 * AWAY     a waiter of a completion port has adopted the loop and is out in the program's code
 * LEADING  the adopter is in lead(): it waits in the kernel, reaps, ends operations
 *
 * OWN -> AWAY        own thread, on a request (adopt), between two rounds
 * AWAY -> LEADING    adopter, by CAS, entering lead()
 * LEADING -> AWAY    adopter, leaving lead()
 * AWAY -> OWN        anybody, by CAS: release(), the own thread that supervises the adopter, the
 *                    adopter that has left lead() and finds a release asked for, or is retired
 * }</pre>
 *
 * <p>Who releases says so first and looks at the state afterwards; who moves the state to AWAY
 * moves it first and looks afterwards whether a release was asked for. So one of the two sees the
 * other, and no release is lost.
 *
 * <p>A loop ends only in the state OWN, and its own thread does not leave that when it is retired:
 * so nobody leads a ring that is gone.
 */
final class Lead {
    private static final int OWN = 0;
    private static final int AWAY = 1;
    private static final int LEADING = 2;
    private static final AtomicIntegerFieldUpdater<Lead> STATE =
            AtomicIntegerFieldUpdater.newUpdater(Lead.class, "state");
    private static final AtomicReferenceFieldUpdater<Lead, @Nullable Thread> CANDIDATE =
            AtomicReferenceFieldUpdater.newUpdater(Lead.class, Thread.class, "candidate");

    private final Thread own;
    private final WakeUp wakeUp;

    private volatile int state = OWN;
    private volatile @Nullable Thread adopter;
    private volatile @Nullable Thread candidate;
    private volatile boolean releaseAsked;
    private volatile boolean retired;

    /** Nobody adopts the loop any more: it is retired, or has failed. */
    private volatile boolean barred;

    Lead(Thread own, WakeUp wakeUp) {
        this.own = own;
        this.wakeUp = wakeUp;
    }

    // ---- questions ----

    boolean isOwn() {
        return state == OWN;
    }

    boolean isLeading() {
        return state == LEADING;
    }

    boolean isAway() {
        return state == AWAY;
    }

    /** See {@link lapwing.engine.Loop#isLedByCaller}. */
    boolean isLedByCaller() {
        return adopter == Thread.currentThread() && state != OWN;
    }

    /** See {@link lapwing.engine.Loop#isLedByOther}. */
    boolean isLedByOther() {
        Thread next = candidate;
        Thread current = Thread.currentThread();
        return (next != null && next != current) || (state != OWN && adopter != current);
    }

    /** True for the adopter, be it away or not, and for the own thread if there is no adopter. */
    boolean isHeldByCaller() {
        return Thread.currentThread() == (state == OWN ? own : adopter);
    }

    @Nullable Thread adopter() {
        return adopter;
    }

    /** True if an adopter has to give the lead back as soon as it can. */
    boolean isWantedBack() {
        return barred || releaseAsked;
    }

    boolean isRetired() {
        return retired;
    }

    // ---- for everybody: see Loop ----

    void adopt() {
        if (state == OWN && !barred) {
            candidate = Thread.currentThread();
            wake();
        }
    }

    void release() {
        candidate = null;
        releaseAsked = true;
        if (takeBack()) {
            LockSupport.unpark(own);
        } else if (state == LEADING) {
            wake();
        }
    }

    /** Makes the own thread the leader if the adopter is away; it is not told. */
    boolean takeBack() {
        return STATE.compareAndSet(this, AWAY, OWN);
    }

    void wake() {
        if (!isHeldByCaller()) { // the leader looks for itself after each round
            wakeUp.wake();
        }
    }

    /** Has the own thread lead from now on. */
    void bar() {
        barred = true;
        release();
    }

    void retire() {
        retired = true;
        bar();
        wake();
        LockSupport.unpark(own);
    }

    // ---- the adopter ----

    /** Comes back to lead one round; false if the caller does not lead. */
    boolean enter() {
        return adopter == Thread.currentThread() && STATE.compareAndSet(this, AWAY, LEADING);
    }

    /** Goes away again; false if the own thread leads from now on. */
    boolean leave() {
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
    boolean borrow() {
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
    boolean isAskedFor() {
        return candidate != null;
    }

    /** Gives the lead to the thread that has asked for it last, if any. Between two rounds. */
    void handOver() {
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
