package lapwing.engine.uring;

import lapwing.engine.Lead;
import lapwing.engine.StubLoop;

/**
 * The lead and the wake-up of a ring without the ring, for a model checker. There is no supervision
 * here, so that nothing mends a lost wake-up.
 */
public class ModelLoop extends StubLoop {
    private final Kernel kernel = new Kernel();
    private final Thread own;
    private final RingLead lead;

    /** A loop whose own thread does this; it does not sleep. */
    public ModelLoop(Runnable rounds) {
        own =
                new Thread(() -> {
                    kernel.takeToken();
                    rounds.run();
                });
        lead = new Adoption();
    }

    /** The loop's own thread, to be started. */
    public Thread own() {
        return own;
    }

    /** The own thread's, between two rounds. */
    public void handOver() {
        lead.handOver();
    }

    /** A wait in the kernel, which a signal ends. */
    static final class Kernel extends WakeUp {
        private boolean sent;

        synchronized void sleep() {
            while (!sent) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            sent = false;
        }

        @Override
        protected synchronized void send() {
            sent = true;
            notifyAll();
        }
    }

    /** A round of {@link RingLoop} in which the kernel has nothing. */
    private final class Adoption extends RingLead {
        Adoption() {
            super(own, kernel);
        }

        @Override
        public boolean round(long nanos) {
            if (!enter()) {
                return false;
            }
            kernel.fallAsleep();
            if (!kernel.takeToken() && nanos > 0) {
                kernel.sleep();
                kernel.hasCome();
            }
            kernel.riseUp();
            return leave();
        }
    }

    @Override
    public Lead lead() {
        return lead;
    }

    @Override
    public void retire() {
        lead.retire();
    }
}
