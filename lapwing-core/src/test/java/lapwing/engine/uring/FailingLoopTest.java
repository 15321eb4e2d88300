package lapwing.engine.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import lapwing.engine.CountingTimer;
import lapwing.engine.Endpoint;
import lapwing.engine.Notes;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import lapwing.engine.choice.Engines;
import lapwing.engine.uring.Connected.Call;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A loop whose kernel, memory or users do what they should not. */
@Timeout(30)
class FailingLoopTest {
    /** A kernel that can be told to refuse, or to throw; else it is the real one. */
    private static final class Faulty extends Kernel {
        final AtomicInteger calls = new AtomicInteger();
        volatile int errno;
        volatile Throwable thrown;

        /** Calls that fail; less than 0 for all. */
        final AtomicInteger times = new AtomicInteger();

        void refuse(int errno, int times) {
            this.errno = errno;
            this.times.set(times);
        }

        void fail(Throwable thrown, int times) {
            this.thrown = thrown;
            refuse(0, times);
        }

        @Override
        long enter(CallMemory call, int fd, int count, int least, int flags, long arg, long size) {
            calls.incrementAndGet();
            if (times.get() != 0) {
                times.decrementAndGet();
                if (errno == 0) {
                    FailingLoopTest.<RuntimeException>sneak(thrown);
                }
                return -errno;
            }
            return super.enter(call, fd, count, least, flags, arg, size);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable t) throws T {
        throw (T) t;
    }

    private final Faulty kernel = new Faulty();
    private final MemorySegment memory = Arena.ofAuto().allocate(1 << 20);
    private final String name = "faulty-" + System.nanoTime();
    private Connected pair;
    private RingLoop loop;

    @BeforeEach
    void open() throws RingException {
        assumeTrue(Engines.current() instanceof UringEngine, "io_uring is not to be had");
        pair = Connected.open(Engines.current());
        loop = new RingLoop(Ring.open(kernel, 64, 512, RingLayout.SETUP_COOP_TASKRUN), name);
        loop.begin();
    }

    @AfterEach
    void close() {
        if (pair != null) {
            kernel.times.set(0);
            loop.retire();
            pair.close();
        }
    }

    private static void until(String what, BooleanSupplier reached) {
        await(what)
                .dontCatchUncaughtExceptions()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(1))
                .until(reached::getAsBoolean);
    }

    private Call start(Operation.Kind kind, Endpoint endpoint, int length) {
        Call call = new Call(kind, endpoint);
        call.addBlock(memory, length);
        loop.start(call);
        return call;
    }

    private void send(int bytes) {
        Call send = new Call(Operation.Kind.SEND, pair.there());
        send.addBlock(memory, bytes);
        assertThat(pair.there().attempt(send)).isEqualTo(bytes);
    }

    private static void assertEnds(Call call, int status, int bytes) {
        until("the end", () -> call.ends > 0);
        assertThat(call.status).isEqualTo(status);
        assertThat(call.bytes).isEqualTo(bytes);
        assertThat(call.ends).isOne();
    }

    private void adopt() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!loop.lead().isCallers()) {
            loop.lead().adopt();
            assertThat(System.nanoTime()).as("adopting").isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    // ---- what passes ----

    @ParameterizedTest
    @ValueSource(
            ints = {
                Errno.EINTR,
                Errno.EAGAIN,
                Errno.ENOMEM,
                Errno.EBUSY,
                Errno.EINVAL,
                Errno.EFAULT
            })
    void errorThatPassesCostsNothing(int errno) {
        Call receive = start(Operation.Kind.RECEIVE, pair.here(), 8);
        kernel.refuse(errno, 5);
        loop.lead().wake();
        send(8);
        assertEnds(receive, Status.SUCCESS, 8);
    }

    @Test
    void shortageOfTheKernelMayLast() {
        Call receive = start(Operation.Kind.RECEIVE, pair.here(), 8);
        kernel.refuse(Errno.EAGAIN, 200);
        loop.lead().wake();
        send(8);
        assertEnds(receive, Status.SUCCESS, 8);
    }

    @Test
    void wantOfMemoryInARoundCostsNothing() {
        Call receive = start(Operation.Kind.RECEIVE, pair.here(), 8);
        kernel.fail(new OutOfMemoryError("for a test"), 50);
        loop.lead().wake();
        send(8);
        assertEnds(receive, Status.SUCCESS, 8);
    }

    @Test
    void defectInARoundOfTheAdopterReachesNoCaller() {
        adopt();
        Call receive = start(Operation.Kind.RECEIVE, pair.here(), 8);
        kernel.fail(new IllegalStateException("for a test"), 1);
        send(8);
        loop.lead().round(0);
        until(
                "the end",
                () -> {
                    loop.lead().round(1_000_000);
                    return receive.ends > 0;
                });
        assertEnds(receive, Status.SUCCESS, 8);
    }

    @Test
    void operationWhoseUserThrowsTakesNoOtherAlong() {
        Thread.UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, t) -> {
            throw new OutOfMemoryError("there is none for the handler either");
        });
        try {
            Call bad =
                    new Call(Operation.Kind.RECEIVE, pair.here()) {
                        @Override
                        protected void ended() {
                            super.ended();
                            throw new IllegalStateException("for a test");
                        }
                    };
            bad.addBlock(memory, 1);
            loop.start(bad);
            Call good = start(Operation.Kind.RECEIVE, pair.there(), 8);
            send(1);
            until("the end", () -> bad.ends > 0);
            Call send = start(Operation.Kind.SEND, pair.here(), 8);
            assertEnds(send, Status.SUCCESS, 8);
            assertEnds(good, Status.SUCCESS, 8);
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(handler);
        }
    }

    @Test
    void operationThatCannotBeStartedEndsWithAStatus() {
        Call bad = new Call(Operation.Kind.SEND, pair.here());
        bad.addBlock(memory, 8);
        bad.endpoint = null; // a defect
        loop.start(bad);
        assertEnds(bad, Status.INSUFFICIENT_RESOURCES, 0);
        assertEnds(start(Operation.Kind.SEND, pair.here(), 8), Status.SUCCESS, 8);
    }

    @Test
    void operationThatCannotBeStartedByAnAbsentAdopterEndsWithAStatus() {
        adopt();
        Call bad = new Call(Operation.Kind.SEND, pair.here());
        bad.addBlock(memory, 8);
        bad.endpoint = null;
        loop.start(bad);
        assertEnds(bad, Status.INSUFFICIENT_RESOURCES, 0);
    }

    @Test // uring-facts F20: what a thread has submitted is cancelled with its end, and goes on
    void operationThatCannotGoOnEndsWithAStatusAndTheOthersAsTheyWould() throws Exception {
        Call bad = new Call(Operation.Kind.RECEIVE, pair.here());
        Call good = new Call(Operation.Kind.RECEIVE, pair.there());
        Thread submitter =
                new Thread(() -> {
                    adopt();
                    good.addBlock(memory, 8);
                    loop.start(good);
                    loop.start(bad);
                    loop.lead().round(0);
                    bad.endpoint = null; // a defect that it meets when it is started again
                });
        submitter.start();
        submitter.join();
        send(8);
        assertEnds(bad, Status.INSUFFICIENT_RESOURCES, 0);
        assertEnds(start(Operation.Kind.SEND, pair.here(), 8), Status.SUCCESS, 8);
        assertEnds(good, Status.SUCCESS, 8);
    }

    // ---- what does not pass ----

    @ParameterizedTest
    @ValueSource(ints = {Errno.EINVAL, Errno.EFAULT, Errno.EPERM, Errno.EOPNOTSUPP})
    void hopelessRingEndsWhatIsUnderWayAndRefusesWhatComes(int errno) {
        Call receive = start(Operation.Kind.RECEIVE, pair.here(), 8);
        Call other = start(Operation.Kind.RECEIVE, pair.there(), 8);
        kernel.refuse(errno, -1);
        loop.lead().wake();
        assertEnds(receive, Status.INSUFFICIENT_RESOURCES, 0);
        assertEnds(other, Status.INSUFFICIENT_RESOURCES, 0);
        assertEnds(start(Operation.Kind.SEND, pair.here(), 8), Status.INSUFFICIENT_RESOURCES, 0);
        int calls = kernel.calls.get();
        assertEnds(start(Operation.Kind.SEND, pair.here(), 8), Status.INSUFFICIENT_RESOURCES, 0);
        assertThat(kernel.calls.get()).as("it asks the kernel no more").isEqualTo(calls);
        assertThat(calls).as("no busy loop").isLessThan(200);
    }

    @Test
    void memoryOfWhatAHopelessRingHasEndedIsNotWrittenTo() {
        Call receive = start(Operation.Kind.RECEIVE, pair.here(), 8);
        kernel.refuse(Errno.EINVAL, -1);
        loop.lead().wake();
        assertEnds(receive, Status.INSUFFICIENT_RESOURCES, 0);
        Call send = new Call(Operation.Kind.SEND, pair.there());
        send.addBlock(Arena.ofAuto().allocate(8).fill((byte) 7), 8);
        assertThat(pair.there().attempt(send)).isEqualTo(8);
        assertThat(pair.here().available()).as("nobody has taken it").isEqualTo(8);
    }

    @Test
    void defectThatDoesNotPassMakesALoopHopeless() {
        Call receive = start(Operation.Kind.RECEIVE, pair.here(), 8);
        kernel.fail(new IllegalStateException("for a test"), -1);
        loop.lead().wake();
        assertEnds(receive, Status.INSUFFICIENT_RESOURCES, 0);
    }

    @Test
    void adopterLosesAHopelessLoop() {
        adopt();
        Call receive = start(Operation.Kind.RECEIVE, pair.here(), 8);
        kernel.refuse(Errno.EINVAL, -1);
        leadUntilLost();
        assertEnds(receive, Status.INSUFFICIENT_RESOURCES, 0);
        loop.lead().adopt();
        assertEnds(start(Operation.Kind.SEND, pair.here(), 8), Status.INSUFFICIENT_RESOURCES, 0);
        assertThat(loop.lead().isCallers()).isFalse();
    }

    @Test
    void timersOfAHopelessLoopRing() {
        CountingTimer timer = new CountingTimer();
        Call receive = start(Operation.Kind.RECEIVE, pair.here(), 8);
        loop.arm(timer, 100_000_000);
        kernel.refuse(Errno.EINVAL, -1);
        loop.lead().wake();
        assertEnds(receive, Status.INSUFFICIENT_RESOURCES, 0);
        until("a ring", () -> timer.rings() == 1);
        loop.arm(timer, 1_000_000);
        until("another", () -> timer.rings() == 2);
    }

    @Test
    void hopelessLoopEndsWhenItRetires() {
        kernel.refuse(Errno.EINVAL, -1);
        Call receive = start(Operation.Kind.RECEIVE, pair.here(), 8);
        assertEnds(receive, Status.INSUFFICIENT_RESOURCES, 0);
        loop.retire();
        until(
                "the thread has ended",
                () ->
                        Thread.getAllStackTraces().keySet().stream()
                                .noneMatch(t -> t.getName().equals(name)));
    }

    @Test
    void fullQueueOfAHopelessRingHoldsNobodyUp() {
        kernel.refuse(Errno.EINVAL, -1);
        Call[] receives = new Call[200]; // the queue has room for 64
        for (int i = 0; i < receives.length; i++) {
            receives[i] = start(Operation.Kind.RECEIVE, pair.here(), 8);
        }
        for (Call receive : receives) {
            assertEnds(receive, Status.INSUFFICIENT_RESOURCES, 0);
        }
    }

    @Test
    void whatIsStartedWhileAFailureIsReportedIsRefused() throws Exception {
        Call late = new Call(Operation.Kind.SEND, pair.here());
        late.addBlock(memory, 8);
        AtomicInteger told = new AtomicInteger();
        Throwable cause =
                new IllegalStateException("for a test") {
                    @Override
                    public String getMessage() {
                        if (told.getAndIncrement() == 0) {
                            startElsewhere(late);
                            LockSupport.parkNanos(1); // takes the permit that the start has given
                        }
                        return super.getMessage();
                    }
                };
        Call receive = start(Operation.Kind.RECEIVE, pair.here(), 8);
        kernel.fail(cause, -1);
        loop.lead().wake();
        assertEnds(receive, Status.INSUFFICIENT_RESOURCES, 0);
        until("it is reported", () -> told.get() > 0);
        assertEnds(late, Status.INSUFFICIENT_RESOURCES, 0);
    }

    private void startElsewhere(Call call) {
        Thread starter = new Thread(() -> loop.start(call));
        starter.start();
        try {
            starter.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Has the caller, who has adopted the loop, give it up. */
    private void fail() {
        kernel.fail(new IllegalStateException("for a test"), -1);
        leadUntilLost();
    }

    /** The caller's rounds go wrong until the loop is given up. */
    private void leadUntilLost() {
        for (int i = 0; loop.lead().round(0); i++) {
            assertThat(i).as("rounds that go wrong").isLessThan(100);
        }
    }

    @Test
    void descriptorThatAHopelessRingWasToCloseIsClosed() {
        adopt();
        loop.lead().round(0);
        loop.close(pair.here());
        fail();
        Call receive = new Call(Operation.Kind.RECEIVE, pair.there());
        receive.addBlock(memory, 8);
        until("the end", () -> pair.there().attempt(receive) == 0);
    }

    @Test
    void whatHasCompletedWhenARingIsGivenUpEndsAsItHas() {
        adopt();
        Call receive = start(Operation.Kind.RECEIVE, pair.here(), 8);
        loop.lead().round(0);
        send(8);
        fail();
        assertEnds(receive, Status.SUCCESS, 8);
    }

    @Test
    void operationThatAHopelessLoopRefusesMayBeCancelled() {
        adopt();
        fail();
        Call call = new Call(Operation.Kind.SEND, pair.here());
        call.addBlock(memory, 8);
        Notes.setToken(call, 3L << 32 | 5000); // from a loop with much under way
        loop.start(call);
        loop.cancel(call);
        assertEnds(call, Status.INSUFFICIENT_RESOURCES, 0);
    }
}
