package lapwing.engine.uring;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicIntegerArray;
import lapwing.stress.Rivals;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Blocks that go from hand to hand over one stack of a {@link CallPool}. */
@JCStressTest
@Outcome(id = "true, true", expect = ACCEPTABLE, desc = "each has had its blocks for itself")
@Outcome(expect = FORBIDDEN, desc = "a block has had two owners")
@State
public class CallPoolStress {
    private static final int TIMES = 1000;
    private static final int BLOCKS = 3;

    /** One for all states: blocks stay for ever. */
    private static final CallPool POOL = new CallPool(BLOCKS);

    /** By number of the block. */
    private static final AtomicIntegerArray OWNERS = new AtomicIntegerArray(BLOCKS + 1);

    private boolean firstWasAlone = true;
    private boolean secondWasAlone = true;

    private final Rivals rivals = new Rivals(this::takeOne, this::takeTwo);

    private void takeOne() {
        for (int i = 0; i < TIMES; i++) {
            CallMemory call = POOL.take();
            firstWasAlone &= begins(call);
            firstWasAlone &= ends(call);
        }
    }

    /**
     * What two threads could do: the block on top comes back on top, and the one that was below it
     * has an owner by then. Only a thread that is set aside meanwhile would be taken in, which is
     * why each state goes on for long.
     */
    private void takeTwo() {
        for (int i = 0; i < TIMES; i++) {
            CallMemory top = POOL.take();
            secondWasAlone &= begins(top);
            CallMemory below = POOL.take();
            secondWasAlone &= begins(below);
            secondWasAlone &= ends(top);
            Thread.onSpinWait(); // the other one may go on with what it saw before
            secondWasAlone &= ends(below);
        }
    }

    private static boolean begins(CallMemory call) {
        return OWNERS.incrementAndGet(call.number) == 1;
    }

    private static boolean ends(CallMemory call) {
        boolean alone = OWNERS.getAndDecrement(call.number) == 1;
        POOL.give(call);
        return alone;
    }

    @Actor
    public void first(ZZ_Result r) {
        rivals.first();
        r.r1 = firstWasAlone;
    }

    @Actor
    public void second(ZZ_Result r) {
        rivals.second();
        r.r2 = secondWasAlone;
    }
}
