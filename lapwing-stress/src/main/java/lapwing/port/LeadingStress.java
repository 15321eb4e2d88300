package lapwing.port;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/** A waiter that waits in the kernel, as the leader of a loop, against what ends its wait. */
public final class LeadingStress {
    private LeadingStress() {}

    @JCStressTest
    @Outcome(id = "packet 1, woken", expect = ACCEPTABLE, desc = "the waiter has the packet")
    @Outcome(expect = FORBIDDEN, desc = "the packet is lost, or the waiter sleeps over it")
    @State
    public static class Post {
        private final Waiting waiting = Waiting.leading();

        @Actor
        public void waiter(L_Result r) {
            waiting.meetAsWaiter();
            r.r1 = waiting.await();
        }

        @Actor
        public void other() {
            waiting.meet();
            waiting.post(1);
        }
    }

    @JCStressTest
    @Outcome(id = "close, woken", expect = ACCEPTABLE, desc = "the wait is over")
    @Outcome(expect = FORBIDDEN, desc = "the waiter sleeps on")
    @State
    public static class Close {
        private final Waiting waiting = Waiting.leading();

        @Actor
        public void waiter(L_Result r) {
            waiting.meetAsWaiter();
            r.r1 = waiting.await();
        }

        @Actor
        public void other() {
            waiting.meet();
            waiting.port.close();
        }
    }

    @JCStressTest
    @Outcome(id = "interrupt, woken", expect = ACCEPTABLE, desc = "the wait is over")
    @Outcome(expect = FORBIDDEN, desc = "the waiter sleeps on")
    @State
    public static class Interrupt {
        private final Waiting waiting = Waiting.leading();

        @Actor
        public void waiter(L_Result r) {
            waiting.meetAsWaiter();
            r.r1 = waiting.await();
        }

        @Actor
        public void other() {
            waiting.meet();
            waiting.interrupt();
        }
    }

    /** What does not end the wait is still there afterwards. */
    @JCStressTest
    @Outcome(id = "packet 1, then interrupt", expect = ACCEPTABLE, desc = "the packet was first")
    @Outcome(id = "interrupt, then packet 1", expect = ACCEPTABLE, desc = "the interrupt was first")
    @Outcome(expect = FORBIDDEN, desc = "one of them is lost")
    @State
    public static class InterruptAndPost {
        private final Waiting waiting = Waiting.leading();

        @Actor
        public void waiter(L_Result r) {
            waiting.meetAsWaiter();
            r.r1 = waiting.awaitFirst();
        }

        @Actor
        public void other() {
            waiting.meet();
            waiting.interrupt();
            waiting.post(1);
            waiting.meet();
        }
    }

    /** The packet comes when the time is over. */
    @JCStressTest
    @Outcome(id = "packet 1, then nothing", expect = ACCEPTABLE, desc = "the packet was first")
    @Outcome(id = "nothing, then packet 1", expect = ACCEPTABLE, desc = "it is still there")
    @Outcome(expect = FORBIDDEN, desc = "the packet is lost")
    @State
    public static class TimeOut {
        private final Waiting waiting = Waiting.leading();

        @Actor
        public void waiter(L_Result r) {
            waiting.meetAsWaiter();
            r.r1 = waiting.awaitForAMoment();
        }

        @Actor
        public void other() {
            waiting.meet();
            waiting.lingerForThatMoment();
            waiting.post(1);
            waiting.meet();
        }
    }

    /** Another one comes with a packet, and waits as well. */
    @JCStressTest
    @Outcome(
            id = {"packet 1, woken, packet 2, woken", "packet 2, woken, packet 1, woken"},
            expect = ACCEPTABLE,
            desc = "each has a packet")
    @Outcome(expect = FORBIDDEN, desc = "a packet is lost, or a waiter sleeps over it")
    @State
    public static class TwoWaiters {
        private final Waiting waiting = Waiting.leading();

        @Actor
        public void first(LL_Result r) {
            waiting.meetAsWaiter();
            r.r1 = waiting.awaitAndPassOn();
        }

        @Actor
        public void second(LL_Result r) {
            waiting.meet();
            waiting.post(1);
            r.r2 = waiting.awaitAndPassOn();
        }
    }

    /** Somebody wants the lead back, and leaves no packet. */
    @JCStressTest
    @Outcome(id = "woken", expect = ACCEPTABLE, desc = "the leader leads no more")
    @Outcome(expect = FORBIDDEN, desc = "the leader sleeps on in the kernel")
    @State
    public static class Release {
        private final Waiting waiting = Waiting.leading();

        @Actor
        public void waiter(L_Result r) {
            waiting.meetAsWaiter();
            r.r1 = waiting.lead();
        }

        @Actor
        public void other() {
            waiting.meet();
            waiting.lead.release();
        }
    }
}
