package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import lapwing.port.Ports;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The concurrency value of a port: how many threads work on its packets at a time (DOC I/O
 * Completion Ports). The ports of these tests have no patience with threads that do not come back,
 * except where that is the subject.
 */
class ConcurrencyTest extends WinsockContract {
    private static final long STOP = -2;
    private static final long WORK = 1;
    private static final long LAST = 2;

    /** Ways for a running thread to block. */
    enum Block {
        SLEEP,
        MONITOR,
        PARK,
        RECEIVE,
        EVENT,
        SLEEP_EX,
        OVERLAPPED,
        OTHER_PORT,
        END
    }

    /** A port whose limit holds however long its threads compute. */
    private CompletionPort strictPort(int concurrency) {
        CompletionPort port = new CompletionPort(Ports.strict(concurrency, OverlappedEntry.WRITER));
        closing(() -> Kernel32.CloseHandle(port));
        return port;
    }

    /** Keeps a processor busy without a lock and without the port. */
    private static void compute(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    private static void spinUntil(AtomicBoolean over) {
        while (!over.get()) {
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest // DOC: at most N threads run; each packet once
    @CsvSource({"1,false", "1,true", "2,false", "2,true"})
    void noMoreThanNThreadsComputeAtATime(int limit, boolean virtual) throws Exception {
        CompletionPort port = strictPort(limit);
        int packets = LONG ? 20_000 : 1_000;
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicIntegerArray seen = new AtomicIntegerArray(packets);
        List<Worker<Void>> workers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            workers.add(
                    onThread(
                            virtual,
                            () -> {
                                for (Packet p = next(port); p.key() != STOP; p = next(port)) {
                                    int now = running.incrementAndGet();
                                    most.accumulateAndGet(now, Math::max);
                                    compute(200_000);
                                    seen.incrementAndGet((int) p.key());
                                    running.decrementAndGet();
                                }
                                return null;
                            }));
        }
        for (int key = 0; key < packets; key++) {
            post(port, key);
        }
        for (int i = 0; i < workers.size(); i++) {
            post(port, STOP);
        }
        for (Worker<Void> worker : workers) {
            worker.result();
        }
        assertThat(most.get()).isBetween(1, limit);
        for (int key = 0; key < packets; key++) {
            assertThat(seen.get(key)).as("packet %d", key).isEqualTo(1);
        }
    }

    @ParameterizedTest // DOC: when a running thread blocks, another is released
    @EnumSource
    void blockedThreadLetsAnotherRun(Block way) throws Exception {
        for (boolean virtual : new boolean[] {false, true}) {
            CompletionPort port = strictPort(1);
            CompletionPort otherPort = port(0);
            Pair silent = pair(otherPort, 0);
            Object monitor = new Object();
            CountDownLatch working = new CountDownLatch(1);
            synchronized (monitor) {
                Worker<Void> first =
                        onThread(
                                virtual,
                                () -> {
                                    assertThat(next(port).key()).isEqualTo(WORK);
                                    working.countDown();
                                    block(way, monitor, silent.server(), otherPort);
                                    return null;
                                });
                untilParked(first.thread, port);
                post(port, WORK);
                first.until("working", () -> working.getCount() == 0);
                Worker<Long> second = onThread(virtual, () -> next(port).key());
                untilParked(second.thread, port);
                post(port, LAST);
                assertThat(second.result()).isEqualTo(LAST);
            }
        }
    }

    private static void block(
            Block way, Object monitor, SocketHandle silent, CompletionPort otherPort)
            throws Exception {
        switch (way) {
            case SLEEP -> Thread.sleep(LIMIT);
            case MONITOR -> {
                synchronized (monitor) {
                    monitor.notifyAll();
                }
            }
            case PARK -> LockSupport.park(); // until it is interrupted
            case RECEIVE -> Winsock.recv(silent, new Io(1).memory, 1, 0);
            case EVENT -> Kernel32.WaitForSingleObject(Kernel32.CreateEvent(true, false), LIMIT);
            case SLEEP_EX -> Kernel32.SleepEx(LIMIT, true);
            case OVERLAPPED -> {
                Io io = new Io(1);
                assertPends(receive(silent, io));
                Kernel32.GetOverlappedResult(silent, io, new IntRef(), true);
            }
            case OTHER_PORT -> next(otherPort); // P42
            case END -> {}
        }
    }

    @ParameterizedTest // DOC: a computing thread is not joined by another; once it is back it is
    @ValueSource(booleans = {false, true})
    void waiterIsHeldBackWhileEnoughThreadsRun(boolean virtual) throws Exception {
        CompletionPort port = strictPort(2);
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch working = new CountDownLatch(2);
        List<Worker<Long>> runners = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            runners.add(
                    onThread(() -> {
                        assertThat(next(port).key()).isEqualTo(WORK);
                        working.countDown();
                        spinUntil(over);
                        return next(port).key();
                    }));
            untilParked(runners.get(i).thread, port);
        }
        post(port, WORK);
        post(port, WORK);
        until("two threads run", () -> working.getCount() == 0);
        Worker<Packet> waiter = onThread(virtual, () -> next(port, 100));
        untilParked(waiter.thread, port);
        post(port, LAST);
        assertThat(next(port, 0).error()).isEqualTo(WinsockError.WAIT_TIMEOUT); // nor a poll
        assertThat(waiter.result().error()).isEqualTo(WinsockError.WAIT_TIMEOUT);
        over.set(true);
        post(port, LAST + 1);
        assertThat(new long[] {runners.get(0).result(), runners.get(1).result()})
                .containsExactlyInAnyOrder(LAST, LAST + 1);
    }

    @ParameterizedTest // DOC: a thread that comes back takes a queued packet before any waiter
    @ValueSource(ints = {1, 2})
    void returningThreadComesBeforeAWaiter(int limit) throws Exception {
        CompletionPort port = strictPort(limit);
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch working = new CountDownLatch(limit);
        List<Worker<Integer>> runners = new ArrayList<>();
        for (int i = 0; i < limit; i++) {
            runners.add(
                    onThread(() -> {
                        next(port);
                        working.countDown();
                        spinUntil(over);
                        int taken = 0;
                        while (next(port, 0).ok()) {
                            taken++;
                        }
                        return taken;
                    }));
            untilParked(runners.get(i).thread, port);
        }
        for (int i = 0; i < limit; i++) {
            post(port, WORK);
        }
        until("all run", () -> working.getCount() == 0);
        Worker<Packet> waiter = onThread(() -> next(port));
        untilParked(waiter.thread, port);
        for (int i = 0; i < 100; i++) {
            post(port, WORK);
        }
        over.set(true);
        int taken = 0;
        for (Worker<Integer> runner : runners) {
            taken += runner.result();
        }
        if (limit == 1) {
            assertThat(taken).isEqualTo(100);
        } else {
            assertThat(taken).isBetween(99, 100); // one may end before the other has begun
        }
        post(port, WORK);
        assertThat(waiter.result().ok()).isTrue();
    }

    @Test // P42: a thread counts for one port, the one it last waited on
    void threadCountsForOnePortOnly() throws Exception {
        CompletionPort one = strictPort(1);
        CompletionPort two = strictPort(1);
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch working = new CountDownLatch(1);
        Worker<Void> runner =
                onThread(() -> {
                    assertThat(next(one).key()).isEqualTo(WORK);
                    assertThat(next(two).key()).isEqualTo(WORK);
                    working.countDown();
                    spinUntil(over);
                    return null;
                });
        post(one, WORK);
        post(two, WORK);
        runner.until("working", () -> working.getCount() == 0);
        Worker<Packet> ofOne = onThread(() -> next(one));
        untilParked(ofOne.thread, one);
        Worker<Packet> ofTwo = onThread(() -> next(two));
        untilParked(ofTwo.thread, two);
        post(two, LAST);
        post(one, LAST);
        assertThat(ofOne.result().key()).isEqualTo(LAST); // at once
        assertThat(next(two, 0).error()).isEqualTo(WinsockError.WAIT_TIMEOUT);
        over.set(true);
        assertThat(ofTwo.result().key()).isEqualTo(LAST);
    }

    @Test // DOC: a thread that wakes up again counts again, as one too many for a moment
    void threadThatWasBlockedCountsAgain() throws Exception {
        CompletionPort port = strictPort(1);
        Event wake = Kernel32.CreateEvent(true, false);
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch awake = new CountDownLatch(1);
        Worker<Void> sleeper =
                onThread(() -> {
                    assertThat(next(port).key()).isEqualTo(WORK);
                    Kernel32.WaitForSingleObject(wake, LIMIT);
                    awake.countDown();
                    spinUntil(over);
                    return null;
                });
        untilParked(sleeper.thread, port);
        Worker<Packet> second =
                onThread(() -> {
                    assertThat(next(port).key()).isEqualTo(WORK);
                    Kernel32.SetEvent(wake);
                    sleeper.until("awake", () -> awake.getCount() == 0);
                    return next(port, 60);
                });
        untilParked(second.thread, port);
        post(port, WORK);
        post(port, WORK);
        sleeper.until("awake", () -> awake.getCount() == 0);
        post(port, LAST);
        assertThat(second.result().error()).isEqualTo(WinsockError.WAIT_TIMEOUT);
        over.set(true);
        assertThat(next(port).key()).isEqualTo(LAST);
    }

    @ParameterizedTest // DOC: waiters that were held back are released last in first out
    @ValueSource(ints = {1, 2})
    void heldWaitersAreReleasedLastInFirstOut(int limit) throws Exception {
        CompletionPort port = strictPort(limit);
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch working = new CountDownLatch(limit);
        for (int i = 0; i < limit; i++) {
            Worker<Void> runner =
                    onThread(() -> {
                        next(port);
                        working.countDown();
                        spinUntil(over);
                        return null;
                    });
            untilParked(runner.thread, port);
        }
        for (int i = 0; i < limit; i++) {
            post(port, WORK);
        }
        until("all run", () -> working.getCount() == 0);
        List<Worker<Long>> waiters = new ArrayList<>();
        CountDownLatch end = new CountDownLatch(1);
        for (int i = 0; i < 4; i++) {
            waiters.add(
                    onThread(() -> {
                        long key = next(port).key();
                        end.await();
                        return key;
                    }));
            untilParked(waiters.getLast().thread, port);
        }
        for (int i = 0; i < 4; i++) {
            post(port, i);
        }
        over.set(true);
        for (Worker<Long> waiter : waiters) {
            until("has a packet", () -> LockSupport.getBlocker(waiter.thread) != port.port);
        }
        end.countDown();
        for (int i = 0; i < 4; i++) {
            assertThat(waiters.get(3 - i).result()).isEqualTo(i);
        }
    }

    @ParameterizedTest // a thread that has ended holds nothing back
    @CsvSource({"1,false", "1,true", "2,false", "2,true"})
    void oneThreadForEachPacket(int limit, boolean virtual) throws Exception {
        CompletionPort port = strictPort(limit);
        for (int i = 0; i < 300; i++) {
            Worker<Packet> worker = onThread(virtual, () -> next(port));
            post(port, i);
            assertThat(worker.result().key()).isEqualTo(i);
        }
        assertEmpty(port);
    }

    @Test // blocked in a native function: looks as if it ran, and is found out by time
    void threadBlockedInsideANativeFunctionDoesNotStopThePort() throws Exception {
        CompletionPort port = port(1);
        Pair pair = pair(port(0), 0);
        CountDownLatch working = new CountDownLatch(1);
        Worker<Integer> reader =
                onThread(() -> {
                    assertThat(next(port).key()).isEqualTo(WORK);
                    working.countDown();
                    return pair.client().getInputStream().read();
                });
        untilParked(reader.thread, port);
        post(port, WORK);
        reader.until("working", () -> working.getCount() == 0);
        Worker<Long> second =
                onThread(() -> {
                    for (int i = 0; i < 100; i++) {
                        assertThat(next(port).key()).isEqualTo(WORK);
                    }
                    return next(port).key();
                });
        untilParked(second.thread, port);
        long before = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            post(port, WORK);
        }
        post(port, LAST);
        assertThat(second.result()).isEqualTo(LAST);
        // found out once, not for each packet
        assertThat(System.nanoTime() - before).isBetween(50_000_000L, 5_000_000_000L);
        assertStarts(send(pair.server(), new Io("x")));
        assertThat(reader.result()).isEqualTo('x');
    }

    @Test // P41: an interrupt ends the wait of a leader, in the kernel
    void interruptEndsTheWaitOfALeader() throws Exception {
        CompletionPort port = port(1);
        for (int i = 0; i < 20; i++) {
            CountDownLatch leads = new CountDownLatch(1);
            Worker<Packet> leader =
                    onThread(() -> {
                        lead(port);
                        leads.countDown();
                        Packet packet = next(port, Constants.INFINITE);
                        assertThat(Thread.interrupted()).isTrue();
                        return packet;
                    });
            leader.until("leads", () -> leads.getCount() == 0);
            compute(i * 20_000L); // earlier and later on its way to the kernel
            leader.thread.interrupt();
            assertThat(leader.result().error()).isEqualTo(WinsockError.WAIT_TIMEOUT);
        }
    }
}
