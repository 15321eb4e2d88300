package lapwing.engine.uring;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import lapwing.port.Deadline;
import lapwing.stress.Meeting;
import lapwing.stress.Patience;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/** A lead that changes hands, against those that want it back. Nobody supervises here. */
public final class LeadStress {
    private LeadStress() {}

    /** Wakes nobody, as nobody sleeps in the kernel here. */
    private static final class Kernel extends WakeUp {
        @Override
        protected void send() {}
    }

    private static RingLead lead(Thread own) {
        return new RingLead(own, new Kernel());
    }

    private static RingLead lead() {
        return lead(new Thread(() -> {}));
    }

    /** The adopter leaves its round. */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "the own thread leads")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "the release is lost")
    @State
    public static class Leave {
        private final RingLead lead = lead();
        private final Meeting meeting = new Meeting();

        @Actor
        public void adopter() {
            lead.adopt();
            lead.handOver();
            lead.enter();
            meeting.meet();
            lead.leave();
        }

        @Actor
        public void other() {
            meeting.meet();
            lead.release();
        }

        @Arbiter
        public void look(Z_Result r) {
            r.r1 = lead.isOwn();
        }
    }

    /** The own thread hands the lead over. */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "the own thread leads")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "the release is lost")
    @State
    public static class HandOver {
        private final RingLead lead = lead();

        public HandOver() {
            lead.adopt();
        }

        @Actor
        public void own() {
            lead.handOver();
        }

        @Actor
        public void other() {
            lead.release();
        }

        @Arbiter
        public void look(Z_Result r) {
            r.r1 = lead.isOwn();
        }
    }

    /** The own thread borrows the lead and gives it back. */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "the own thread leads")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "the release is lost")
    @State
    public static class Borrow {
        private final RingLead lead = lead();

        public Borrow() {
            lead.adopt();
            lead.handOver();
        }

        @Actor
        public void own() {
            lead.borrow();
            lead.handOver();
        }

        @Actor
        public void other() {
            lead.release();
        }

        @Arbiter
        public void look(Z_Result r) {
            r.r1 = lead.isOwn();
        }
    }

    /** The own thread hands the lead of a loop over that is retired. */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "the own thread leads")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "somebody has the lead of a loop that ends")
    @State
    public static class Retire {
        private final RingLead lead = lead();

        public Retire() {
            lead.adopt();
        }

        @Actor
        public void own() {
            lead.handOver();
        }

        @Actor
        public void other() {
            lead.retire();
        }

        @Arbiter
        public void look(Z_Result r) {
            r.r1 = lead.isOwn();
        }
    }

    /** The own thread rests while an adopter leads, which gives the lead back. */
    @JCStressTest
    @Outcome(id = Patience.WOKEN, expect = ACCEPTABLE, desc = "the own thread is woken to lead")
    @Outcome(id = Patience.FORGOTTEN, expect = FORBIDDEN, desc = "nobody leads")
    @State
    public static class RestAndLeave {
        private final Resting resting = new Resting();

        @Actor
        public void own(L_Result r) {
            r.r1 = resting.rest();
        }

        @Actor
        public void adopter() {
            RingLead lead = resting.adopted();
            lead.enter();
            lead.release();
            lead.leave();
        }
    }

    /** The own thread rests while the adopter is away. */
    @JCStressTest
    @Outcome(id = Patience.WOKEN, expect = ACCEPTABLE, desc = "the own thread is woken to lead")
    @Outcome(id = Patience.FORGOTTEN, expect = FORBIDDEN, desc = "nobody leads")
    @State
    public static class RestAndRelease {
        private final Resting resting = new Resting();

        @Actor
        public void own(L_Result r) {
            r.r1 = resting.rest();
        }

        @Actor
        public void adopter() {
            resting.adopted().release();
        }
    }

    /** A lead whose own thread is an actor. */
    private static final class Resting {
        private final Meeting meeting = new Meeting();
        private volatile @Nullable RingLead lead;

        /** For the own thread: hands over, and rests until it leads again. */
        String rest() {
            RingLead mine = lead(Thread.currentThread());
            lead = mine;
            meeting.meet();
            meeting.meet();
            mine.handOver();
            meeting.meet();
            Patience patience = new Patience();
            while (!mine.isOwn() && !Deadline.hasPassed(patience.deadline())) {
                LockSupport.parkNanos(patience.nanos());
            }
            return patience.outcome();
        }

        /** For the adopter: has the lead handed over. */
        RingLead adopted() {
            meeting.meet();
            RingLead there = Objects.requireNonNull(lead);
            there.adopt();
            meeting.meet();
            meeting.meet();
            return there;
        }
    }
}
