package lapwing.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The heap with time as a parameter; that loops look at the time is {@link EngineContract}'s. */
@Timeout(60)
class TimerHeapTest {
    private final TimerHeap heap = new TimerHeap(Clock.REAL);
    private final List<Ring> rung = new ArrayList<>();

    /** A timer that notes when it rings. */
    private class Ring extends Timer {
        long at;

        Ring() {
            super(new Object());
        }

        /** As a loop arms it, at a time that is given. */
        void armFor(long due) {
            at = due;
            heap = TimerHeapTest.this.heap;
            heap.put(this, due);
        }

        @Override
        protected void ring() {
            rung.add(this);
        }
    }

    @Test
    void thoseThatAreDueRingInOrder() {
        long[] dues = {5, 3, 9, 3, 7, 1};
        for (long due : dues) {
            new Ring().armFor(due);
        }
        heap.ring(0);
        assertThat(rung).isEmpty();
        heap.ring(6);
        assertThat(rung).extracting(r -> r.at).containsExactly(1L, 3L, 3L, 5L);
        heap.ring(9);
        assertThat(rung).extracting(r -> r.at).containsExactly(1L, 3L, 3L, 5L, 7L, 9L);
        assertThat(heap.isEmpty()).isTrue();
    }

    @Test // nanoTime may be anything, and go from the largest number to the smallest
    void timeMayWrapAround() {
        new Ring().armFor(Long.MIN_VALUE + 5);
        new Ring().armFor(Long.MAX_VALUE - 5);
        heap.ring(Long.MAX_VALUE - 5);
        assertThat(rung).extracting(r -> r.at).containsExactly(Long.MAX_VALUE - 5);
        heap.ring(Long.MIN_VALUE + 5);
        assertThat(rung).hasSize(2);
    }

    @Test
    void cancelledTimerDoesNotRing() {
        Ring timer = new Ring();
        assertThat(timer.cancel()).isFalse();
        timer.armFor(1);
        assertThat(timer.isArmed()).isTrue();
        assertThat(timer.cancel()).isTrue();
        assertThat(timer.isArmed()).isFalse();
        assertThat(timer.cancel()).isFalse();
        heap.ring(2);
        assertThat(rung).isEmpty();
    }

    @Test
    void timerThatIsArmedAnewRingsOnceAndThen() {
        Ring timer = new Ring();
        timer.armFor(1);
        timer.armFor(10);
        heap.ring(9);
        assertThat(rung).isEmpty();
        timer.armFor(5);
        heap.ring(9);
        heap.ring(20);
        assertThat(rung).containsExactly(timer);
    }

    @Test
    void timerMayBeArmedWhileItRings() {
        Ring timer =
                new Ring() {
                    @Override
                    protected void ring() {
                        super.ring();
                        armFor(at + 10);
                    }
                };
        timer.armFor(0);
        heap.ring(25); // it comes for what it has missed
        assertThat(rung).hasSize(3);
        assertThat(timer.at).isEqualTo(30);
    }

    @Test
    void timerThatIsArmedInAnotherLoopLeavesTheFirst() {
        Loop first = new Idle();
        Loop second = new Idle();
        Ring timer = new Ring();
        first.arm(timer, 0);
        second.arm(timer, 0);
        assertThat(first.timers.isEmpty()).isTrue();
        first.timers.ring();
        assertThat(rung).isEmpty();
        second.timers.ring();
        assertThat(rung).containsExactly(timer);
    }

    @Test
    void waitIsNoLongerThanToTheFirst() {
        assertThat(heap.limit(7)).isEqualTo(7);
        assertThat(heap.limit(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
        Ring timer = new Ring();
        timer.armFor(System.nanoTime() - 1);
        assertThat(heap.limit(Long.MAX_VALUE)).isZero();
        timer.armFor(System.nanoTime() + 1_000_000_000_000L);
        assertThat(heap.limit(Long.MAX_VALUE)).isBetween(1L, 1_000_000_000_000L);
        assertThat(heap.limit(7)).isEqualTo(7);
        assertThat(heap.limit(0)).isZero();
    }

    @Test
    void onlyAnEarlierOneDisturbsWhoWaits() {
        Idle loop = new Idle();
        Ring timer = new Ring();
        loop.arm(timer, 1_000_000_000_000L);
        loop.arm(new Ring(), 2_000_000_000_000L);
        assertThat(loop.changes).isEqualTo(1);
        loop.arm(new Ring(), 500_000_000_000L);
        assertThat(loop.changes).isEqualTo(2);
        timer.cancel();
        assertThat(loop.changes).isEqualTo(2);
    }

    /** Whoever holds the monitor decides: the timer is due, and does not ring any more. */
    @Test
    void cancelUnderTheMonitorBeatsARingOnItsWay() throws Exception {
        Object monitor = new Object();
        CountDownLatch late = new CountDownLatch(1);
        Timer timer =
                new Timer(monitor) {
                    @Override
                    protected void ring() {
                        late.countDown();
                    }
                };
        Thread leader;
        synchronized (monitor) {
            timer.heap = heap;
            heap.put(timer, 0);
            leader = Thread.ofPlatform().start(() -> heap.ring(1));
            while (leader.getState() != Thread.State.BLOCKED) {
                Thread.onSpinWait();
            }
            assertThat(timer.cancel()).isTrue();
        }
        leader.join();
        assertThat(late.getCount()).isEqualTo(1);
    }

    /** Against the simplest thing that could be right: a list that is searched. */
    @Test
    void anyOrderOfCallsGivesWhatAListGives() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<Ring> timers = new ArrayList<>();
            List<Ring> model = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                timers.add(new Ring());
            }
            long now = random.nextLong();
            for (int step = 0; step < 400; step++) {
                Ring timer = timers.get(random.nextInt(timers.size()));
                switch (random.nextInt(4)) {
                    case 0, 1 -> {
                        timer.armFor(now + random.nextInt(100));
                        model.remove(timer);
                        model.add(timer);
                    }
                    case 2 -> assertThat(timer.cancel()).isEqualTo(model.remove(timer));
                    default -> {
                        now += random.nextInt(30);
                        check(seed, now, model);
                    }
                }
            }
            check(seed, now + 100, model);
            assertThat(heap.isEmpty()).as("seed %d", seed).isTrue();
        }
    }

    private void check(int seed, long now, List<Ring> model) {
        rung.clear();
        heap.ring(now);
        List<Ring> due = new ArrayList<>(model);
        due.removeIf(r -> r.at - now > 0);
        model.removeAll(due);
        assertThat(rung).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(due);
        assertThat(rung)
                .as("order, seed %d", seed)
                .isSortedAccordingTo(Comparator.comparingLong(r -> r.at - now));
        assertThat(heap.isEmpty()).as("seed %d", seed).isEqualTo(model.isEmpty());
    }

    /** A loop without a thread. */
    private static final class Idle extends StubLoop {
        int changes;

        @Override
        protected void firstTimerChanged() {
            changes++;
        }
    }
}
