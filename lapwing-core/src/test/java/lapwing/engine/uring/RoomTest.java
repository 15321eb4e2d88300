package lapwing.engine.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import lapwing.engine.choice.Engines;
import lapwing.engine.uring.Connected.Call;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of operations for which a ring of eight entries has no room. */
@Timeout(60)
class RoomTest {
    private static final int ENTRIES = 8;
    private static final int BYTES = 8;

    private final MemorySegment memory = Arena.ofAuto().allocate(BYTES);
    private final ShortKernel kernel = new ShortKernel();
    private RingLoop loop;
    private Connected pair;

    /** Takes nothing while it is short of memory. */
    private static final class ShortKernel extends Kernel {
        volatile boolean isShort;
        volatile int asked;

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // any number will do
        long enter(CallMemory call, int fd, int count, int least, int flags, long arg, long size) {
            if (isShort && count > 0) {
                asked++;
                return -Errno.EAGAIN;
            }
            return super.enter(call, fd, count, least, flags, arg, size);
        }
    }

    @BeforeEach
    void open() throws RingException {
        assumeTrue(Engines.current() instanceof UringEngine, "io_uring is not to be had");
        loop = new RingLoop(Ring.open(kernel, ENTRIES, 512, RingLayout.SETUP_COOP_TASKRUN), "room");
        loop.begin();
        pair = Connected.open(Engines.current());
    }

    @AfterEach
    void close() {
        if (loop != null) {
            kernel.isShort = false;
            loop.retire();
            await().until(loop::isOver);
            pair.close();
        }
    }

    private Call send() {
        Call send = new Call(Operation.Kind.SEND, pair.here());
        send.addBlock(memory, BYTES);
        loop.start(send);
        return send;
    }

    private Call receive() {
        Call receive = new Call(Operation.Kind.RECEIVE, pair.here());
        receive.addBlock(Arena.ofAuto().allocate(BYTES), BYTES);
        loop.start(receive);
        return receive;
    }

    private static void untilEnded(List<Call> calls) {
        await().untilAsserted(
                        () -> assertThat(calls).allSatisfy(c -> assertThat(c.ends).isEqualTo(1)));
    }

    @Test // "No room is a value": nobody waits under the loop's lock
    void startsDoNotWaitForAKernelThatIsShortOfMemory() {
        kernel.isShort = true;
        List<Call> sends = new ArrayList<>();
        for (int i = 0; i < 20 * ENTRIES; i++) {
            sends.add(send());
        }
        assertThat(kernel.asked).as("an attempt for each, and no more").isLessThan(1000);
        assertThat(sends).allSatisfy(send -> assertThat(send.ends).isZero());
        kernel.isShort = false;
        untilEnded(sends);
        assertThat(sends).allSatisfy(send -> assertThat(send.status).isEqualTo(Status.SUCCESS));
        assertThat(pair.there().available()).isEqualTo(sends.size() * BYTES);
    }

    @Test
    void whatIsCancelledWhileItWaitsForRoomEndsAsCancelled() {
        Call before = receive();
        kernel.isShort = true;
        List<Call> receives = new ArrayList<>();
        for (int i = 0; i < 3 * ENTRIES; i++) {
            receives.add(receive());
        }
        loop.cancel(before);
        receives.forEach(loop::cancel);
        kernel.isShort = false;
        receives.add(before);
        untilEnded(receives);
        assertThat(receives).allSatisfy(r -> assertThat(r.status).isEqualTo(Status.CANCELLED));
    }

    @Test // an adopter that stays away must not strand them
    void whatWaitsForRoomGoesOutWhileTheAdopterIsAway() throws Exception {
        Adopter.adopt(loop);
        kernel.isShort = true;
        List<Call> sends = new ArrayList<>();
        for (int i = 0; i < 3 * ENTRIES; i++) {
            sends.add(send());
        }
        kernel.isShort = false;
        untilEnded(sends);
        assertThat(pair.there().available()).isEqualTo(sends.size() * BYTES);
    }

    @Test
    void closeBehindASendThatWaitsForRoomIsNotPossible() {
        kernel.isShort = true;
        List<Call> sends = new ArrayList<>();
        for (int i = 0; i < 2 * ENTRIES; i++) {
            sends.add(send());
        }
        Call last = sends.getLast();
        loop.endFollows(last);
        assertThat(loop.closeBehind(last, pair.here())).isFalse();
        kernel.isShort = false;
        untilEnded(sends);
        // held back for the end that follows, for a moment
        await().until(() -> pair.there().available() == sends.size() * BYTES);
    }

    @Test
    void thousandsOfStartsFromManyThreadsEndOnceEach() throws Exception {
        List<Call> sends = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            List<Call> mine = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                Call send = new Call(Operation.Kind.SEND, pair.here());
                send.addBlock(memory, BYTES);
                mine.add(send);
            }
            sends.addAll(mine);
            threads.add(
                    new Thread(() -> {
                        for (Call send : mine) {
                            loop.start(send);
                            if (send.hashCode() % 3 == 0) {
                                loop.cancel(send);
                            }
                        }
                    }));
        }
        Adopter.adopt(loop);
        threads.forEach(Thread::start);
        while (threads.stream().anyMatch(Thread::isAlive)) {
            loop.lead().round(TimeUnit.MILLISECONDS.toNanos(1));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        untilEnded(sends);
        long gone = sends.stream().mapToLong(s -> s.bytes).sum();
        assertThat(pair.there().available()).isEqualTo((int) gone);
    }
}
