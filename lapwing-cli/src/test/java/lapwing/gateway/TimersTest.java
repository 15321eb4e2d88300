package lapwing.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimersTest {
    private static final long START = -5_000_000_000L; // nanoTime may be anything
    private static final long TICK = Duration.ofMillis(34).toNanos();

    private final Timers timers = new Timers(START);
    private final List<String> fired = new ArrayList<>();
    private long now = START;

    private final class Named extends Timers.Timer {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        void expired() {
            fired.add(name);
        }
    }

    private void advanceTo(long nanosFromStart) {
        now = START + nanosFromStart;
        timers.advance(now);
    }

    @Test
    void timerFiresOnceWithinATickAfterItsDeadline() {
        timers.arm(new Named("a"), START + 100_000_000);
        advanceTo(100_000_000 - 1);
        assertThat(fired).isEmpty();
        advanceTo(100_000_000 + TICK);
        assertThat(fired).containsExactly("a");
        advanceTo(Duration.ofHours(1).toNanos());
        assertThat(fired).hasSize(1);
    }

    @Test
    void disarmedTimerDoesNotFire() {
        Named a = new Named("a");
        timers.arm(a, START + 100_000_000);
        timers.disarm(a);
        advanceTo(Duration.ofMinutes(1).toNanos());
        assertThat(fired).isEmpty();
    }

    @Test
    void postponedTimerFiresAtItsNewDeadline() {
        Named a = new Named("a");
        timers.arm(a, START + 100_000_000);
        timers.arm(a, START + 900_000_000);
        advanceTo(800_000_000);
        assertThat(fired).isEmpty();
        advanceTo(900_000_000 + TICK);
        assertThat(fired).containsExactly("a");
    }

    @Test
    void advancedTimerFiresAtItsNewDeadline() {
        Named a = new Named("a");
        timers.arm(a, START + 900_000_000);
        timers.arm(a, START + 100_000_000);
        advanceTo(100_000_000 + TICK);
        assertThat(fired).containsExactly("a");
    }

    @Test
    void deadlineFarBeyondTheWheelIsKept() {
        timers.arm(new Named("a"), START + Duration.ofMinutes(10).toNanos());
        for (long t = 0; t < Duration.ofMinutes(10).toNanos(); t += 1_000_000_000) {
            advanceTo(t);
            assertThat(fired).isEmpty();
        }
        advanceTo(Duration.ofMinutes(10).toNanos() + TICK);
        assertThat(fired).containsExactly("a");
    }

    @Test
    void pastDeadlineFiresWithTheNextTick() {
        advanceTo(5_000_000_000L);
        timers.arm(new Named("a"), START);
        advanceTo(5_000_000_000L + 2 * TICK);
        assertThat(fired).containsExactly("a");
    }

    @Test
    void timerArmedByAnExpiringOneFiresToo() {
        Timers.Timer first =
                new Timers.Timer() {
                    @Override
                    void expired() {
                        timers.arm(new Named("second"), now + 50_000_000);
                    }
                };
        timers.arm(first, START + 50_000_000);
        advanceTo(100_000_000);
        advanceTo(300_000_000);
        assertThat(fired).containsExactly("second");
    }

    @Test
    void emptyWheelHasNothingToWaitFor() {
        assertThat(timers.millisToNext(now)).isEqualTo(-1);
    }

    @Test
    void waitingForTheNextReachesEveryDeadlineInTime() {
        long seed = 42;
        Random random = new Random(seed);
        for (int i = 0; i < 1000; i++) {
            long deadline = random.nextLong(Duration.ofSeconds(60).toNanos());
            timers.arm(new Named("t" + i), START + deadline);
        }
        long lastWait = 0;
        while (timers.millisToNext(now) >= 0) {
            long wait = timers.millisToNext(now) * 1_000_000L;
            assertThat(wait)
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(Duration.ofSeconds(18).toNanos());
            advanceTo(now - START + Math.max(wait, 1));
            lastWait = now - START;
        }
        assertThat(fired).hasSize(1000);
        assertThat(lastWait).isLessThan(Duration.ofSeconds(60).toNanos() + 2 * TICK);
    }
}
