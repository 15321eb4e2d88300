package lapwing.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import lapwing.stress.Rivals;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Two threads that keep their objects in the same place, without a lock between them. */
@JCStressTest
@Outcome(id = "true, true", expect = ACCEPTABLE, desc = "each has got its own")
@Outcome(expect = FORBIDDEN, desc = "one has got the other's")
@State
public class PerThreadStress {
    private static final int TIMES = 100;
    private static final PerThread<Thing> OF_THREAD =
            new PerThread<>() {
                @Override
                protected Thing make() {
                    return new Thing();
                }
            };

    private static final class Thing extends PerThread.Owned {
        private final Thread owner = Thread.currentThread();
    }

    private boolean firstHasItsOwn;
    private boolean secondHasItsOwn;

    private final Rivals rivals =
            new Rivals(() -> firstHasItsOwn = hasItsOwn(), () -> secondHasItsOwn = hasItsOwn());

    private static boolean hasItsOwn() {
        boolean always = true;
        for (int i = 0; i < TIMES; i++) {
            always &= OF_THREAD.get().owner == Thread.currentThread();
        }
        return always;
    }

    @Actor
    public void first(ZZ_Result r) {
        rivals.first();
        r.r1 = firstHasItsOwn;
    }

    @Actor
    public void second(ZZ_Result r) {
        rivals.second();
        r.r2 = secondHasItsOwn;
    }
}
