package lapwing.engine.uring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import lapwing.engine.Timer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What becomes of a ring whose adopter is slow, rests or has ended: all times are the clock's. The
 * adopter that computes is the test's own thread.
 */
class ScriptedSupervisionTest extends ScriptedRig {
    private static final long MILLI = 1_000_000;

    private final CountDownLatch over = new CountDownLatch(1);
    private final Object monitor = new Object();

    @AfterEach
    void letGo() {
        over.countDown();
    }

    /** A timer that notes when it rings. */
    private final class Bell extends Timer {
        final List<Double> rungAt = new ArrayList<>();

        Bell() {
            super(new Object());
        }

        @Override
        protected void ring() {
            rungAt.add(clock.millis());
        }
    }

    /** Has another thread adopt the loop and then do something. */
    private Thread adoptElsewhere(Runnable then) {
        Thread adopter =
                new Thread(() -> {
                    loop.lead().adopt();
                    while (!loop.lead().isCallers()) {
                        Thread.onSpinWait();
                    }
                    then.run();
                });
        adopter.setDaemon(true);
        adopter.start();
        while (!loop.lead().isOthers()) {
            Thread.onSpinWait();
        }
        rounds(1);
        return adopter;
    }

    private static void until(Thread thread, Thread.State state) {
        while (thread.getState() != state) {
            Thread.onSpinWait();
        }
    }

    /** How long the adopter keeps the lead. */
    private double lostAfter() {
        double before = clock.millis();
        rounds(1);
        assertThat(loop.lead().isOthers()).isFalse();
        return clock.millis() - before;
    }

    /** When a send has been given to the kernel that was taken last. */
    private double takenLast() {
        return takenAt.getLast();
    }

    // ---- an adopter that stays away ----

    @Test
    void adopterThatComputesKeepsTheLeadForTwentyPeriods() {
        adopt();
        assertThat(lostAfter()).isEqualTo(100);
        assertThat(loop.lead().round(0)).isFalse();
    }

    @Test
    void adopterThatRestsInAnotherWaitLosesTheLeadAfterAPeriod() {
        Thread adopter =
                adoptElsewhere(() -> {
                    try {
                        over.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                });
        until(adopter, Thread.State.WAITING);
        assertThat(lostAfter()).isEqualTo(5);
    }

    @Test
    void adopterThatHasEndedLosesTheLeadAfterAPeriodAndLeavesNothing() {
        Call send = new Call(Operation.Kind.SEND, 8);
        Thread adopter = adoptElsewhere(send::start);
        until(adopter, Thread.State.TERMINATED);
        assertThat(kernel.taken).isEmpty();
        own(20);
        assertThat(takenAt).containsExactly(5.0);
    }

    @Test // it will have the monitor in a moment
    void adopterThatIsBlockedByAMonitorKeepsTheLead() {
        synchronized (monitor) {
            Thread adopter =
                    adoptElsewhere(() -> {
                        synchronized (monitor) {
                            over.countDown();
                        }
                    });
            until(adopter, Thread.State.BLOCKED);
            assertThat(lostAfter()).isEqualTo(100);
        }
    }

    @Test
    void adopterThatComesBackKeepsTheLead() {
        adopt();
        for (int i = 1; i <= 5; i++) {
            clock.in(90 * i, () -> assertThat(loop.lead().round(0)).isTrue());
        }
        own(500);
        assertThat(loop.lead().isCallers()).isTrue();
    }

    @Test
    void whatAnAdopterHasLeftIsSubmittedAfterTwoPeriods() {
        adopt();
        start(Operation.Kind.SEND, 8);
        own(30);
        assertThat(takenAt).containsExactly(10.0);
        assertThat(loop.lead().isCallers()).isTrue();
    }

    @Test
    void whatAnAdopterHasLeftIsSubmittedAgainIfTheKernelRefusesIt() {
        adopt();
        start(Operation.Kind.SEND, 8);
        kernel.refuse(Errno.EBUSY, 2);
        own(30);
        assertThat(takenAt).containsExactly(20.0);
    }

    @Test
    void wantOfMemoryInThatIsOverWithTheNextLook() {
        adopt();
        Call call = new Call(Operation.Kind.SEND, 8);
        clock.in(2, () -> elsewhere(call::start)); // so it is due before two periods are over
        kernel.beforeTaking =
                () -> {
                    throw new OutOfMemoryError("for a test");
                };
        own(30);
        assertThat(takenAt).containsExactly(6.0);
    }

    @Test
    void whatWaitsForRoomIsSubmittedAsWell() {
        adopt();
        kernel.refuse(Errno.EAGAIN, 3);
        sends(SUBMISSIONS + 1);
        own(30);
        assertThat(kernel.taken).hasSize(SUBMISSIONS + 1);
        assertThat(takenLast()).isLessThanOrEqualTo(15);
        assertThat(loop.lead().isCallers()).isTrue();
    }

    @Test // somebody has to end it, and the adopter may stay away
    void leadGoesBackForWhatCannotBeStarted() {
        adopt();
        kernel.refuse(Errno.EAGAIN, 1);
        sends(SUBMISSIONS);
        Call bad = start(Operation.Kind.SEND, 8);
        bad.endpoint = null;
        own(30);
        assertEnded(bad, Status.INSUFFICIENT_RESOURCES, 0);
        assertThat(bad.endedAt).isEqualTo(10);
    }

    // ---- completions while the adopter is away ----

    @Test
    void whatCompletesEndsInItsPlaceAfterAPeriod() {
        adopt();
        Call send = start(Operation.Kind.SEND, 8);
        loop.lead().round(0);
        clock.in(2, () -> kernel.complete(kernel.taken.getFirst(), 8));
        own(30);
        assertEnded(send, Status.SUCCESS, 8);
        assertThat(send.endedAt).isEqualTo(5);
        assertThat(loop.lead().isCallers()).as("the lead was borrowed").isTrue();
    }

    @Test
    void leadThatIsBorrowedAgainAndAgainCountsAsAway() {
        adopt();
        List<Call> sends = sends(20);
        loop.lead().round(0);
        loop.lead().round(0);
        List<Entry> entries = List.copyOf(kernel.taken);
        for (int i = 0; i < 20; i++) {
            Entry entry = entries.get(i);
            clock.in(5 * i + 1, () -> kernel.complete(entry, entry.length));
        }
        List<Boolean> leads = new ArrayList<>();
        clock.in(98, () -> leads.add(loop.lead().isCallers()));
        own(110);
        sends.forEach(send -> assertEnded(send, Status.SUCCESS, send.total()));
        assertThat(leads).containsExactly(true);
        assertThat(loop.lead().isCallers()).isFalse();
    }

    @Test
    void whatItsUserStartsThenIsSubmittedAtOnce() {
        adopt();
        Call send = start(Operation.Kind.SEND, 8);
        send.then = () -> start(Operation.Kind.SEND, 9);
        loop.lead().round(0);
        clock.in(2, () -> kernel.complete(kernel.taken.getFirst(), 8));
        own(30);
        assertThat(takenLast()).isEqualTo(5);
    }

    // ---- others ----

    @Test
    void whatAnotherThreadStartsIsSubmittedWithTheNextLook() {
        adopt();
        Call call = new Call(Operation.Kind.SEND, 8);
        clock.in(2, () -> elsewhere(call::start)); // would wake the supervisor
        own(30);
        assertThat(takenAt).containsExactly(5.0);
        assertThat(clock.sleeps).startsWith(5 * MILLI, MILLI); // for it waits for the end
        assertThat(clock.sleeps).endsWith(MILLI, 5 * MILLI, 5 * MILLI, 5 * MILLI);
    }

    @Test
    void whatAnotherThreadWaitsForEndsWithinAMillisecond() {
        adopt();
        Call send = start(Operation.Kind.SEND, 8);
        loop.lead().round(0);
        loop.addWaiter();
        clock.in(3.2, () -> kernel.complete(kernel.taken.getFirst(), 8));
        own(10);
        loop.removeWaiter();
        assertThat(send.endedAt).isEqualTo(4);
    }

    @Test
    void whatAnotherThreadStartsDuringARoundIsSubmittedByTheAdopter() {
        adopt();
        Call send = start(Operation.Kind.SEND, 8);
        Call late = new Call(Operation.Kind.SEND, 9);
        send.then = () -> elsewhere(late::start); // behind the kernel, before the end
        loop.lead().round(0);
        kernel.complete(kernel.taken.getFirst(), 8);
        loop.lead().round(0);
        assertThat(send.ends).isOne();
        assertThat(kernel.taken).hasSize(2);
    }

    @Test
    void whatAnotherThreadStartsEndsTheSleepOfTheAdopter() {
        adopt();
        Call call = new Call(Operation.Kind.SEND, 8);
        loop.lead().round(0);
        kernel.whileAsleep = () -> elsewhere(call::start);
        loop.lead().round(Long.MAX_VALUE);
        assertThat(kernel.taken).hasSize(1);
    }

    @Test
    void releaseEndsTheSleepOfTheAdopter() {
        adopt();
        loop.lead().round(0);
        kernel.whileAsleep = () -> elsewhere(() -> loop.lead().release());
        assertThat(loop.lead().round(Long.MAX_VALUE)).isFalse();
        assertThat(loop.lead().isCallers()).isFalse();
    }

    // ---- an adopter that leads ----

    @Test
    void supervisorOfAnAdopterThatWaitsQuietlySleepsAfterFourPeriods() {
        adopt();
        loop.lead().round(0);
        kernel.whileAsleep = () -> own(1000);
        assertThat(loop.lead().round(Long.MAX_VALUE)).isTrue();
        long period = 5 * MILLI;
        assertThat(clock.sleeps).containsExactly(period, period, period, period, Long.MAX_VALUE);
    }

    @Test
    void adopterLosesAHopelessRing() {
        adopt();
        Call receive = start(Operation.Kind.RECEIVE, 8);
        kernel.refuse(Errno.EOPNOTSUPP, 20);
        for (int i = 1; i < 20; i++) {
            assertThat(loop.lead().round(0)).isTrue();
        }
        assertThat(loop.lead().round(0)).isFalse();
        assertEnded(receive, Status.INSUFFICIENT_RESOURCES, 0);
    }

    @Test
    void adopterLosesARetiredLoop() {
        adopt();
        Call send = start(Operation.Kind.SEND, 8);
        loop.retire();
        assertThat(loop.lead().round(0)).isFalse();
        rounds(1);
        assertThat(kernel.taken).hasSize(1);
        assertUnderWay(send);
    }

    // ---- timers ----

    @Test
    void timerRingsAtItsTimeWhileTheOwnThreadLeads() {
        Bell bell = new Bell();
        loop.arm(bell, 3 * MILLI);
        own(10);
        assertThat(bell.rungAt).containsExactly(3.0);
    }

    @Test // F44
    void oneTimeoutServesAllWaitsBeforeATimerIsDue() {
        Bell bell = new Bell();
        loop.arm(bell, 3 * MILLI);
        for (int i = 0; i < 4; i++) {
            Call send = start(Operation.Kind.SEND, 8);
            kernel.whileAsleep =
                    () -> {
                        clock.pass(MILLI / 2);
                        completeAll();
                    };
            rounds(1);
            assertEnded(send, Status.SUCCESS, 8);
        }
        assertThat(kernel.timeouts).isEqualTo(1);
        own(8);
        assertThat(bell.rungAt).containsExactly(3.0);
        assertThat(kernel.timeouts).isEqualTo(1);
    }

    @Test
    void timeoutThatTheKernelHasNotTakenIsAskedForAgain() {
        Bell bell = new Bell();
        loop.arm(bell, 3 * MILLI);
        kernel.refuse(Errno.EAGAIN, 1);
        own(8);
        assertThat(bell.rungAt).containsExactly(3.0);
    }

    @Test
    void timeoutOfAFormerLeaderIsNobodyElses() {
        Bell bell = new Bell();
        loop.arm(bell, 3 * MILLI);
        elsewhere(() -> {
            start(Operation.Kind.SEND, 8);
            kernel.whileAsleep = this::completeAll;
            rounds(1);
        });
        assertThat(kernel.timeouts).isEqualTo(1);
        own(8);
        assertThat(kernel.timeouts).isEqualTo(2);
        assertThat(bell.rungAt).containsExactly(3.0);
    }

    @Test
    void timerThatIsArmedForAnEarlierTimeEndsTheSleepOfALeader() {
        Bell bell = new Bell();
        loop.arm(bell, 30 * MILLI);
        clock.in(2, () -> loop.arm(bell, 3 * MILLI));
        kernel.whileAsleep = () -> clock.pass(2 * MILLI);
        own(40);
        assertThat(bell.rungAt).containsExactly(5.0);
    }

    @Test
    void timerRingsUpToAPeriodLateWhileTheAdopterIsAway() {
        Bell bell = new Bell();
        adopt();
        loop.arm(bell, 7 * MILLI);
        own(30);
        assertThat(bell.rungAt).containsExactly(10.0);
    }

    @Test
    void whatATimerStartsWhileTheAdopterIsAwayIsSubmitted() {
        adopt();
        Timer timer =
                new Timer(new Object()) {
                    @Override
                    protected void ring() {
                        start(Operation.Kind.SEND, 8);
                    }
                };
        loop.arm(timer, 12 * MILLI);
        own(30);
        assertThat(takenAt).containsExactly(15.0);
    }

    @Test
    void timerOfAHopelessRingRings() {
        Bell bell = new Bell();
        kernel.refuse(Errno.EOPNOTSUPP, 20);
        rounds(20);
        double failed = clock.millis();
        loop.arm(bell, 3 * MILLI);
        own(10);
        assertThat(bell.rungAt).containsExactly(failed + 3);
    }
}
