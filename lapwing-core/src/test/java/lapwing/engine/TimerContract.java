package lapwing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a loop does with timers, whoever leads it. */
abstract class TimerContract extends EndContract {
    private static final long SOON = 5_000_000;
    private static final long FAR = TimeUnit.SECONDS.toNanos(40);

    /**
     * How long an adopter waits that a timer is to call back: fifty such waits take too long, one
     * does not, as the loop's own thread lets it ring where the machine has held the adopter up.
     */
    private static final long LONG = TimeUnit.SECONDS.toNanos(2);

    /** A timer that tells when it rings, and on which thread. */
    private class Bell extends Timer {
        private final Semaphore rings = new Semaphore(0);
        private volatile long rangAt;
        private volatile Thread thread;

        Bell() {
            super(new Object());
        }

        Bell in(long nanos) {
            loop().arm(this, nanos);
            return this;
        }

        @Override
        protected void ring() {
            rangAt = System.nanoTime();
            thread = Thread.currentThread();
            rings.release();
        }

        boolean hasRung() {
            return rings.availablePermits() > 0;
        }

        void assertRings() {
            try {
                assertThat(rings.tryAcquire(LIMIT, TimeUnit.MILLISECONDS)).as("rings").isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted while waiting for a timer", e);
            }
            assertThat(rangAt - due).as("nanoseconds late").isNotNegative();
            assertThat(rings.availablePermits()).as("further rings").isZero();
        }
    }

    /** Makes this thread the leader if the engine lends the lead. */
    private void adopt() {
        Lead lead = loop().lead();
        until(
                "the lead",
                () -> {
                    lead.adopt(); // again where the machine has held the thread up
                    return lead == Lead.OWN_THREADS || lead.isCallers();
                });
    }

    @Test
    void timerRingsWhileNothingElseHappens() {
        Bell bell = new Bell();
        for (int i = 0; i < 5; i++) {
            bell.in(SOON).assertRings();
            assertThat(bell.isArmed()).isFalse();
        }
        bell.in(0).assertRings();
    }

    @Test
    void timerThatIsEarlierWakesWhoWaitsForAnother() {
        Bell far = new Bell().in(FAR);
        new Bell().in(SOON).assertRings();
        assertThat(far.cancel()).isTrue();
    }

    @Test
    void timersRingWhileOperationsKeepTheLoopBusy() {
        Pair pair = pair();
        Bell bell = new Bell().in(4 * SOON);
        until(
                "a ring",
                () -> {
                    send(pair.here(), "x").assertEnds(1);
                    receive(pair.there(), 1).assertEnds(1);
                    return bell.hasRung();
                });
        bell.assertRings();
    }

    @Test
    void timerEndsTheWaitOfAnAdopter() {
        adopt();
        Bell bell = new Bell();
        for (int i = 0; i < 50; i++) {
            bell.in(SOON / 5);
            until("a ring", () -> bell.hasRung() || (led(LONG) && bell.hasRung()));
            bell.assertRings();
        }
        letGo();
    }

    @Test
    void timerOfAnotherThreadEndsTheWaitOfAnAdopter() {
        adopt();
        Bell bell = new Bell();
        Bell far = new Bell().in(FAR);
        Thread other =
                Thread.ofPlatform()
                        .start(() -> {
                            for (int i = 0; i < 50; i++) {
                                bell.in(SOON / 5).assertRings();
                            }
                        });
        until("all rings", () -> !other.isAlive() || (led(LONG) && !other.isAlive()));
        far.cancel();
        letGo();
    }

    @Test
    void timerRingsWhileAnAdopterStaysAway() {
        adopt();
        Bell bell = new Bell().in(SOON);
        while (!bell.hasRung()) {
            Thread.onSpinWait(); // it computes, and keeps the lead for a while
        }
        bell.assertRings();
        assertThat(bell.thread).isNotSameAs(Thread.currentThread());
        letGo();
    }

    @Test
    void cancelledTimerDoesNotRing() {
        Bell bell = new Bell().in(SOON);
        Bell behind = new Bell().in(2 * SOON);
        boolean cancelled = bell.cancel();
        behind.assertRings();
        assertThat(bell.hasRung()).isEqualTo(!cancelled);
        assertThat(bell.cancel()).isFalse();
    }

    @Test
    void timerThatIsArmedAnewRingsOnce() {
        Bell bell = new Bell().in(FAR);
        bell.in(SOON).assertRings();
        bell.in(FAR / 2);
        bell.in(FAR);
        new Bell().in(SOON).assertRings();
        assertThat(bell.hasRung()).isFalse();
        assertThat(bell.cancel()).isTrue();
    }

    @Test
    void manyTimersAreCancelledInAnyOrder() {
        Random random = new Random(1);
        List<Bell> bells = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            bells.add(new Bell().in(FAR + random.nextInt(1_000_000)));
        }
        Collections.shuffle(bells, random);
        for (Bell bell : bells) {
            assertThat(bell.cancel()).isTrue();
        }
        assertThat(bells).noneMatch(Bell::hasRung);
    }

    @Test
    void manyTimersRing() {
        Semaphore rings = new Semaphore(0);
        for (int i = 0; i < 10_000; i++) {
            Timer timer =
                    new Timer(rings) {
                        @Override
                        protected void ring() {
                            rings.release();
                        }
                    };
            loop().arm(timer, i * 1_000L);
        }
        until("all rings", () -> rings.availablePermits() == 10_000);
    }

    @Test
    void timerMayStartAnOperation() {
        Pair pair = pair();
        Call send = new Call(Operation.Kind.SEND, pair.here()).text("now");
        Timer timer =
                new Timer(pair) {
                    @Override
                    protected void ring() {
                        loop().start(send);
                    }
                };
        loop().arm(timer, SOON);
        send.assertEnds(3);
        receive(pair.there(), 3).assertEnds(3);
    }

    @Test
    void defectInATimerIsToldAndHurtsNoOther() throws Exception {
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((_, e) -> told.complete(e));
        try {
            Timer bad =
                    new Timer(told) {
                        @Override
                        protected void ring() {
                            throw new IllegalStateException("a defect");
                        }
                    };
            loop().arm(bad, SOON);
            new Bell().in(2 * SOON).assertRings();
            assertThat(told.get(10, TimeUnit.SECONDS)).hasMessage("a defect");
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    @Test
    void retiredLoopEndsBehindItsLastTimer() {
        Bell bell = new Bell().in(10 * SOON);
        loop().retire();
        bell.assertRings();
        until("the end of the loop", loop()::isOver);
    }
}
