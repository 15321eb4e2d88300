package lapwing.engine.uring;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the ring costs beside the kernel's work: the part of an operation that Java could make worse
 * than C. In the package of the ring, because the ring is nobody else's business.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class RingBenchmark {
    private static final int BATCH = 512;

    /** A ring as the engine opens it. */
    private static Ring open() {
        try {
            return Ring.open(2 * BATCH, 4 * BATCH, RingLayout.SETUP_COOP_TASKRUN);
        } catch (RingException e) {
            throw new IllegalStateException("no ring to measure", e);
        }
    }

    /** A ring that nobody else uses. */
    @State(Scope.Thread)
    public abstract static class AnyRing {
        final Ring ring = open();

        /** Gives it back. */
        @TearDown
        public void close() {
            ring.close();
        }

        void fill() {
            for (int i = 0; i < BATCH; i++) {
                ring.add(RingLayout.OP_NOP, 0, 0, -1, 0, 0, 0, 0, i);
            }
        }

        void submit() {
            int done = ring.submit(ring.publish());
            if (done != BATCH) {
                throw new IllegalStateException("submitted " + done + " of " + BATCH);
            }
        }

        long reap() {
            long sum = 0;
            for (int left = ring.ready(); left > 0; left--) {
                sum += ring.next() + ring.result();
            }
            ring.release();
            return sum;
        }
    }

    /** Before each call the submission queue is empty. */
    public static class EmptyRing extends AnyRing {
        /** Lets the kernel take what was filled in. */
        @TearDown(Level.Invocation)
        public void empty() {
            submit();
            reap();
        }
    }

    /** Before each call the completion queue holds a batch. */
    public static class FullRing extends AnyRing {
        /** Lets the kernel complete a batch of NOPs. */
        @Setup(Level.Invocation)
        public void complete() {
            fill();
            submit();
        }
    }

    /** A ring without preparation. */
    public static class PlainRing extends AnyRing {}

    /** Filling in one submission entry: ten stores (C: 1.7 ns). */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void fill(EmptyRing state) {
        state.fill();
    }

    /** Reading one completion entry and giving it back. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long reap(FullRing state) {
        return state.reap();
    }

    /** One NOP there and back: what a batch of one costs, nearly all of it the system call. */
    @Benchmark
    public int single(PlainRing state) {
        state.ring.add(RingLayout.OP_NOP, 0, 0, -1, 0, 0, 0, 0, 1);
        state.ring.submit(state.ring.publish());
        int result = state.ring.result();
        state.ring.next();
        return result;
    }
}
