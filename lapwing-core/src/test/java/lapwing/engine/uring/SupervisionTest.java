package lapwing.engine.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import lapwing.engine.Loop;
import lapwing.engine.Operation;
import lapwing.engine.choice.Engines;
import lapwing.engine.uring.Connected.Call;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of the lead of an adopter that stays away. The test's thread adopts. */
@Timeout(30)
class SupervisionTest {
    /** Operations in a row behind which nobody has adopted the loop: the lead is not borrowed. */
    private static final int ENOUGH = 5;

    private final MemorySegment memory = Arena.ofAuto().allocate(8);

    private volatile boolean lost;
    private volatile boolean over;

    @Test
    void adopterThatComputesLosesTheLeadAlsoWhileOthersUseTheLoop() throws Exception {
        assumeTrue(Engines.current() instanceof UringEngine, "io_uring is not to be had");
        Loop loop = Engines.current().ownLoop();
        try (Connected pair = Connected.open(Engines.current())) {
            Adopter.adopt(loop);
            Thread other = new Thread(() -> useUntilLost(loop, pair));
            other.start();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (!lost && System.nanoTime() < end) {
                Thread.onSpinWait(); // it computes: a thread that rests loses the lead at once
            }
            over = true;
            other.join();
            assertThat(lost).as("its own thread leads").isTrue();
        } finally {
            loop.retire();
        }
    }

    /** Keeps the loop busy, one operation behind the other. */
    private void useUntilLost(Loop loop, Connected pair) {
        Call send = new Call(Operation.Kind.SEND, pair.here());
        send.addBlock(memory, 1);
        int free = 0;
        while (free < ENOUGH && !over) {
            send.moved = 0;
            int ends = send.ends;
            loop.start(send);
            while (send.ends == ends && !over) {
                LockSupport.parkNanos(50_000);
            }
            free = loop.lead().isOthers() ? 0 : free + 1;
        }
        lost = free >= ENOUGH;
    }
}
