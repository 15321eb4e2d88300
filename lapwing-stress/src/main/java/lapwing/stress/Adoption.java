package lapwing.stress;

import java.util.concurrent.locks.LockSupport;
import lapwing.engine.Lead;

/** How an actor comes to lead a loop at once, where a program has to dequeue many times. */
public final class Adoption {
    private static final long NANOS = 100_000;

    private Adoption() {}

    /** Makes the calling thread the leader, if the engine has that. */
    public static void of(Lead lead) {
        boolean possible = lead.getClass() != Lead.class;
        while (possible && !lead.isCallers()) {
            lead.adopt();
            LockSupport.parkNanos(NANOS);
        }
    }
}
