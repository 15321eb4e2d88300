package lapwing.engine.uring;

import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The sleep of a leader against those that wake it, under a model checker. */
@Timeout(60)
class WakeUpModelTest {
    // In static fields: see PortModelTest.
    private static volatile ModelLoop.Kernel kernel;
    private static volatile boolean there;

    @Test
    void leaderDoesNotSleepOverWhatIsThere() {
        Lincheck.runConcurrentTest(
                200,
                () -> {
                    kernel = new ModelLoop.Kernel();
                    there = false;
                    Thread leader = new Thread(WakeUpModelTest::lead);
                    Thread other = new Thread(WakeUpModelTest::leaveSomething);
                    leader.start();
                    other.start();
                    try {
                        leader.join();
                        other.join();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                });
    }

    private static void lead() {
        while (!there) {
            kernel.fallAsleep();
            if (!kernel.takeToken()) {
                kernel.sleep();
                kernel.hasCome();
            }
            kernel.riseUp();
        }
    }

    private static void leaveSomething() {
        there = true;
        kernel.wake();
    }
}
