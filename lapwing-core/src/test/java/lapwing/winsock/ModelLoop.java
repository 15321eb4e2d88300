package lapwing.winsock;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import lapwing.engine.Endpoint;
import lapwing.engine.Loop;
import lapwing.engine.Operation;

/**
 * The lead of a ring without the ring: the states of {@code Lead}, the token and the sleep of
 * {@code WakeUp}, for a model checker. There is no supervision here, so that nothing mends a lost
 * wake-up; the loop's own thread is one of the test's that calls {@link #handOver} after a round.
 */
class ModelLoop extends Loop {
    private static final int OWN = 0;
    private static final int AWAY = 1;
    private static final int LEADING = 2;

    private final AtomicInteger lead = new AtomicInteger(OWN);
    private volatile Thread own;
    private volatile Thread adopter;
    private final AtomicReference<Thread> candidate = new AtomicReference<>();
    private volatile boolean releaseAsked;
    private volatile boolean asleep;
    private volatile boolean wakeToken;

    /** The eventfd. */
    private final Object kernel = new Object();

    private boolean written;

    /** The own thread's, at the beginning of its round: it does not sleep in these tests. */
    void beginRound() {
        own = Thread.currentThread();
        wakeToken = false;
    }

    /** The own thread's, between two rounds. */
    void handOver() {
        Thread next = candidate.get();
        if (next != null && lead.get() == OWN) {
            releaseAsked = false;
            adopter = next;
            lead.set(AWAY);
            if (candidate.compareAndSet(next, null)) {
                LockSupport.unpark(next);
            } else {
                release();
            }
        }
    }

    @Override
    public boolean isLedByCaller() {
        return adopter == Thread.currentThread() && lead.get() != OWN;
    }

    @Override
    public boolean isLedByOther() {
        Thread next = candidate.get();
        Thread current = Thread.currentThread();
        return (next != null && next != current) || (lead.get() != OWN && adopter != current);
    }

    @Override
    public void adopt() {
        if (lead.get() == OWN) {
            candidate.set(Thread.currentThread());
            wake();
        }
    }

    @Override
    public void release() {
        candidate.set(null);
        releaseAsked = true;
        if (!lead.compareAndSet(AWAY, OWN) && lead.get() == LEADING) {
            wake();
        }
    }

    @Override
    public boolean lead(long nanos) {
        if (adopter != Thread.currentThread() || !lead.compareAndSet(AWAY, LEADING)) {
            return false;
        }
        asleep = true;
        if (wakeToken) {
            wakeToken = false;
        } else if (nanos > 0) {
            sleep();
        }
        asleep = false;
        lead.set(AWAY);
        if (releaseAsked) {
            lead.compareAndSet(AWAY, OWN);
            return false;
        }
        return true;
    }

    private void sleep() {
        synchronized (kernel) {
            while (!written) {
                try {
                    kernel.wait();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            written = false;
        }
    }

    @Override
    public void wake() {
        if (Thread.currentThread() == (lead.get() == OWN ? own : adopter)) {
            return;
        }
        wakeToken = true;
        if (asleep) {
            synchronized (kernel) {
                written = true;
                kernel.notifyAll();
            }
        }
    }

    @Override
    public void start(Operation operation) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void cancel(Operation operation) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close(Endpoint endpoint) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void retire() {
        release();
    }
}
