package lapwing.engine.uring;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A leader that falls asleep, or has just risen, against those that wake it. */
public final class WakeUpStress {
    private WakeUpStress() {}

    /** The kernel: notes the signal, which would end the present sleep or the next one. */
    private static final class Kernel extends WakeUp {
        private boolean sent;

        @Override
        protected void send() {
            sent = true;
        }
    }

    /** A packet is queued while the leader falls asleep. */
    @JCStressTest
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "the leader has found the token")
    @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "a signal ends its sleep")
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "both")
    @Outcome(id = "false, false", expect = FORBIDDEN, desc = "the leader sleeps on")
    @State
    public static class Wake {
        private final Kernel kernel = new Kernel();

        @Actor
        public void leader(ZZ_Result r) {
            kernel.fallAsleep();
            r.r1 = kernel.takeToken();
        }

        @Actor
        public void other() {
            kernel.wake();
        }

        @Arbiter
        public void look(ZZ_Result r) {
            r.r2 = kernel.sent;
        }
    }

    /** Something is left while the leader is busy with the signal before. */
    @JCStressTest
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "the leader has found it")
    @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "another signal is sent")
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "both")
    @Outcome(id = "false, false", expect = FORBIDDEN, desc = "taken for the signal before")
    @State
    public static class Signal {
        private final Kernel kernel = new Kernel();
        private volatile boolean there;

        public Signal() {
            kernel.signal();
            kernel.sent = false;
        }

        @Actor
        public void leader(ZZ_Result r) {
            kernel.hasCome();
            r.r1 = there;
        }

        @Actor
        public void other() {
            there = true;
            kernel.signal();
        }

        @Arbiter
        public void look(ZZ_Result r) {
            r.r2 = kernel.sent;
        }
    }
}
