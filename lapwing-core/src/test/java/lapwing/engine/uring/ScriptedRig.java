package lapwing.engine.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import lapwing.engine.Notes;
import lapwing.engine.Operation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/**
 * A loop on a kernel and a clock that go by a script; there is no ring. The test's thread is the
 * loop's own, and an adopter as well if it wants to be: nothing runs beside it.
 *
 * <p>The rule, which is checked behind each test once the kernel does what it is told: every
 * operation ends, exactly once, and not while the kernel may use its memory; what has ended is not
 * given to the kernel; no descriptor is closed twice; no leader sleeps for ever that nothing would
 * wake, or that has something to give to the kernel or to end; and the loop comes to its end.
 */
@Timeout(30)
abstract class ScriptedRig {
    static final int SUBMISSIONS = 8;
    static final int COMPLETIONS = 4;

    final ScriptedClock clock = new ScriptedClock();
    final ScriptedKernel kernel = new ScriptedKernel(SUBMISSIONS, COMPLETIONS, clock);
    private final List<Call> calls = new ArrayList<>();

    /** When the kernel has taken its entries, milliseconds. */
    final List<Double> takenAt = new ArrayList<>();

    RingLoop loop;
    Connected pair;

    /** An operation with memory of its own. */
    final class Call extends Connected.Call {
        final MemorySegment memory;

        private boolean isStarted;

        /** When it has ended, milliseconds. */
        double endedAt;

        /** What its user does then. */
        Runnable then = () -> {};

        Call(Kind kind, int length) {
            super(kind, pair.here());
            memory = Arena.ofAuto().allocate(Math.max(1, length));
            if (length > 0) {
                addBlock(memory, length);
            }
            peer().set(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9));
            calls.add(this);
        }

        void start() {
            isStarted = true;
            loop.start(this);
        }

        /** True if neither the kernel nor its user has it. */
        boolean isLeft() {
            return isStarted && ends == 0 && !kernel.has(Notes.token(this));
        }

        @Override
        protected void ended() {
            super.ended();
            endedAt = clock.millis();
            if (kernel.uses(memory)) {
                kernel.faults.add("the kernel may still use the memory of what has ended");
            }
            then.run();
        }
    }

    @BeforeEach
    void open() throws RingException {
        pair = Connected.open();
        loop = new RingLoop(kernel.ring(), "scripted", clock);
        kernel.witness = this::see;
        kernel.whenItSleeps = this::leaveNothing;
    }

    private void see(Entry entry) {
        takenAt.add(clock.millis());
        for (Call call : calls) {
            if (call.ends > 0 && ScriptedKernel.isIn(call.memory, entry)) {
                kernel.faults.add("the kernel gets the memory of what has ended: " + entry);
            }
        }
    }

    /** A leader sleeps: the kernel has everything, if need be in the set of stuck sends. */
    private void leaveNothing() {
        if (!kernel.has(StuckSends.READY) && calls.stream().anyMatch(Call::isLeft)) {
            kernel.faults.add("a leader sleeps that has something to give to the kernel");
        }
    }

    @AfterEach
    void everythingEndsOnce() {
        if (!loop.isOver()) {
            end();
        }
        pair.close();
        assertThat(loop.isOver()).isTrue();
        assertThat(calls).allSatisfy(call -> assertThat(call.ends).as("ends").isOne());
        assertThat(kernel.faults).isEmpty();
    }

    /** Cancels everything and retires the loop; the own thread's life to the end. */
    void end() {
        clock.clear();
        kernel.obey();
        calls.forEach(loop::cancel);
        loop.retire();
        loop.run();
    }

    // ---- what a test says ----

    Call start(Operation.Kind kind, int length) {
        Call call = new Call(kind, length);
        call.start();
        return call;
    }

    /** Starts sends of 1, 2, 3 and so on bytes. */
    List<Call> sends(int count) {
        List<Call> sends = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            sends.add(start(Operation.Kind.SEND, i));
        }
        return sends;
    }

    void rounds(int count) {
        for (int i = 0; i < count; i++) {
            loop.leadOrWatch();
        }
    }

    /** The entries that the kernel takes in one more round. */
    List<Entry> next() {
        int before = kernel.taken.size();
        rounds(1);
        return List.copyOf(kernel.taken.subList(before, kernel.taken.size()));
    }

    /** Has the kernel complete all transfers that it has, as far as they go. */
    void completeAll() {
        kernel.pending().stream()
                .filter(entry -> entry.behind == null)
                .forEach(entry -> kernel.complete(entry, entry.length));
    }

    /** Makes this thread the adopter of the loop. */
    void adopt() {
        loop.lead().adopt();
        rounds(1);
        assertThat(loop.lead().isCallers()).isTrue();
    }

    /** What the loop's own thread does in so many milliseconds. */
    void own(double millis) {
        clock.stopIn(millis);
        assertThatThrownBy(
                        () -> {
                            while (!clock.isStopped()) {
                                loop.leadOrWatch();
                            }
                            throw new ScriptedClock.Stopped();
                        })
                .isInstanceOf(ScriptedClock.Stopped.class);
    }

    /** Has another thread do something now. */
    static void elsewhere(Runnable what) {
        Thread other = new Thread(what);
        other.start();
        try {
            other.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static void assertUnderWay(Call call) {
        assertThat(call.ends).isZero();
    }

    static void assertEnded(Call call, int status, int bytes) {
        assertThat(call.ends).isOne();
        assertThat(Integer.toHexString(call.status)).isEqualTo(Integer.toHexString(status));
        assertThat(call.bytes).isEqualTo(bytes);
    }
}
