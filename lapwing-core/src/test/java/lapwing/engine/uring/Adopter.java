package lapwing.engine.uring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import lapwing.engine.Loop;

/** Makes the calling thread the leader of a loop. */
final class Adopter {
    private Adopter() {}

    static void adopt(Loop loop) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        loop.lead().adopt();
        while (!loop.lead().isCallers()) {
            assertThat(System.nanoTime()).as("adopting").isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Leads a round; adopts the loop again where the machine has held the thread up. */
    static void round(Loop loop) {
        if (!loop.lead().round(TimeUnit.SECONDS.toNanos(1))) {
            adopt(loop);
        }
    }
}
