package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A port of concurrency 1 whose waiter may come to do the waiting in the kernel, and what happens
 * when that thread does something else. None of this may be seen in the outcome (P31).
 */
class LeaderTest extends WinsockContract {
    private static final long A = 101;
    private static final long B = 102;
    private static final long POSTED = 7;

    /** Ways for a thread to stay away from its port for ever. */
    enum Away {
        ENDED,
        LATCH,
        THREAD_SLEEP,
        SLEEP_EX,
        EVENT,
        RECEIVE,
        OTHER_PORT,
        BUSY
    }

    @ParameterizedTest // DOC CancelIo, I/O completion ports: a thread that issued operations may
    // end
    @ValueSource(ints = {0, 1})
    void threadThatIssuedOperationsMayEnd(int concurrency) throws Exception {
        CompletionPort port = port(concurrency);
        for (int round = 0; round < 20; round++) {
            Pair pair = pair(port, A);
            Io io = new Io(8);
            Worker<Integer> starter = onThread(() -> receive(pair.server(), io));
            assertPends(starter.result());
            starter.thread.join(LIMIT);
            assertEmpty(port);
            write(pair.client(), "12345678");
            assertThat(next(port)).isEqualTo(new Packet(true, 0, 8, A, io));
            assertThat(io.text(8)).isEqualTo("12345678");
        }
    }

    @ParameterizedTest // P31, and a thread that issued operations may end
    @EnumSource
    void whatALeaderHasBegunGoesOnWithoutIt(Away away) throws Exception {
        for (int round = 0; round < 3; round++) {
            CompletionPort port = port(1);
            CompletionPort otherPort = port(0);
            Pair a = pair(port, A);
            Pair b = pair(port, B);
            Pair silent = pair(otherPort, 0);
            Io pending = new Io(4);
            Io sent = new Io("sent by the leader");
            Io late = new Io(4);
            AtomicBoolean over = new AtomicBoolean();
            CountDownLatch gone = new CountDownLatch(1);
            Worker<Void> leader =
                    onThread(() -> {
                        lead(port);
                        assertPends(receive(a.server(), pending));
                        assertEmpty(port); // hands the receive to the kernel
                        lead(port);
                        assertStarts(send(b.server(), sent));
                        assertStarts(receive(b.server(), late));
                        gone.countDown();
                        stayAway(away, otherPort, silent.server(), over);
                        return null;
                    });
            leader.until("gone", () -> gone.getCount() == 0);
            assertThat(read(b.client(), 18)).isEqualTo("sent by the leader");
            if (away == Away.ENDED) {
                leader.thread.join(LIMIT);
            }
            assertThat(next(port)).isEqualTo(new Packet(true, 0, 18, B, sent));
            write(a.client(), "aaaa");
            assertThat(next(port)).isEqualTo(new Packet(true, 0, 4, A, pending));
            write(b.client(), "bbbb");
            assertThat(next(port)).isEqualTo(new Packet(true, 0, 4, B, late));
            assertEmpty(port);
            over.set(true);
        }
    }

    private static void stayAway(
            Away away, CompletionPort otherPort, SocketHandle silent, AtomicBoolean over)
            throws InterruptedException {
        switch (away) {
            case ENDED -> {}
            case LATCH -> new CountDownLatch(1).await(); // until it is interrupted
            case THREAD_SLEEP -> Thread.sleep(LIMIT);
            case SLEEP_EX -> Kernel32.SleepEx(LIMIT, true);
            case EVENT -> Kernel32.WaitForSingleObject(Kernel32.CreateEvent(true, false), LIMIT);
            case RECEIVE -> Winsock.recv(silent, new Io(1).memory, 1, 0);
            case OTHER_PORT -> next(otherPort);
            case BUSY -> {
                while (!over.get()) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    @Test // P31: the answer to what was sent is awaited with a blocking call, outside the port
    void leaderMayWaitForTheAnswerWithABlockingReceive() throws Exception {
        CompletionPort port = port(1);
        Pair pair = pair(port, A);
        Worker<Integer> leader =
                onThread(() -> {
                    for (int i = 0; i < 50; i++) {
                        lead(port);
                        assertStarts(send(pair.server(), new Io("question")));
                        Io answer = new Io(6);
                        assertThat(Winsock.recv(pair.server(), answer.memory, 6, 0)).isEqualTo(6);
                        assertThat(answer.text(6)).isEqualTo("answer");
                        assertThat(next(port).bytes()).isEqualTo(8);
                    }
                    return 50;
                });
        for (int i = 0; i < 50; i++) {
            assertThat(read(pair.client(), 8)).isEqualTo("question");
            write(pair.client(), "answer");
        }
        assertThat(leader.result()).isEqualTo(50);
    }

    @Test // P15 P41: no wake-up is lost, however short the time between two packets
    void postedPacketWakesALeaderThatWaitsInTheKernel() throws Exception {
        CompletionPort port = port(1);
        int rounds = LONG ? 200_000 : 5_000;
        AtomicInteger received = new AtomicInteger();
        CountDownLatch leads = new CountDownLatch(1);
        Worker<Void> leader =
                onThread(() -> {
                    lead(port);
                    leads.countDown();
                    for (int i = 0; i < rounds; i++) {
                        assertThat(next(port).key()).isEqualTo(POSTED + i);
                        received.set(i + 1);
                    }
                    return null;
                });
        leader.until("leads", () -> leads.getCount() == 0);
        for (int i = 0; i < rounds; i++) {
            // one at a time now and then, and a burst in between
            post(port, POSTED + i);
            if (i % 3 == 0) {
                long before = System.nanoTime();
                while (received.get() <= i && System.nanoTime() - before < 1_000_000L * LIMIT) {
                    Thread.onSpinWait();
                }
                assertThat(received.get()).isGreaterThan(i);
            }
        }
        leader.result();
    }

    @Test // P5 P41
    void leadersWaitEndsWhenItsTimeIsOver() {
        CompletionPort port = port(1);
        for (int i = 0; i < 3; i++) {
            lead(port);
            PortTest.assertTimesOut(port);
        }
    }

    @Test // P21
    void closingThePortReleasesALeaderThatWaitsInTheKernel() throws Exception {
        for (int i = 0; i < 20; i++) {
            CompletionPort port = port(1);
            CountDownLatch leads = new CountDownLatch(1);
            Worker<Packet> leader =
                    onThread(() -> {
                        lead(port);
                        leads.countDown();
                        return next(port, Constants.INFINITE);
                    });
            leader.until("leads", () -> leads.getCount() == 0);
            if (i % 2 == 0) {
                Worker<Packet> second = onThread(() -> next(port, Constants.INFINITE));
                untilParked(second.thread, port);
            }
            assertThat(Kernel32.CloseHandle(port)).isTrue();
            assertThat(leader.result().error())
                    .isIn(WinsockError.ERROR_ABANDONED_WAIT_0, WinsockError.ERROR_INVALID_HANDLE);
        }
    }

    @Test // P24: any number of threads may wait, whatever the concurrency
    void secondWaiterJoinsALeader() throws Exception {
        CompletionPort port = port(1);
        for (int i = 0; i < 50; i++) {
            CountDownLatch leads = new CountDownLatch(1);
            Worker<Packet> first =
                    onThread(() -> {
                        lead(port);
                        leads.countDown();
                        return next(port);
                    });
            first.until("leads", () -> leads.getCount() == 0);
            Worker<Packet> second = onThread(i % 2 == 0, () -> next(port));
            post(port, A);
            post(port, B);
            assertThat(new long[] {first.result().key(), second.result().key()})
                    .containsExactlyInAnyOrder(A, B);
        }
    }

    @Test // a second thread ends the lead even if it never has to wait
    void secondThreadThatOnlyPollsEndsTheLead() throws Exception {
        CompletionPort port = port(1);
        AtomicBoolean leads = new AtomicBoolean();
        AtomicBoolean over = new AtomicBoolean();
        Worker<Packet> first =
                onThread(() -> {
                    lead(port);
                    assertEmpty(port);
                    leads.set(true);
                    while (!over.get()) {
                        Thread.onSpinWait();
                    }
                    return next(port);
                });
        first.until("leads", leads::get);
        post(port, A);
        assertThat(next(port, 0).key()).isEqualTo(A);
        assertThat(port.port.loop().lead().isOthers()).isFalse();
        over.set(true);
        post(port, B);
        assertThat(first.result().key()).isEqualTo(B);
    }

    @Test // P31: the lead passes from thread to thread in the middle of the traffic
    void threadsThatComeAndGoServeEveryRequest() throws Exception {
        CompletionPort port = port(1);
        int rounds = LONG ? 100_000 : 3_000;
        Pair pair = pair(port, A);
        AtomicBoolean over = new AtomicBoolean();
        Io request = new Io(16);
        Io answer = new Io(16);
        for (int i = 0; i < 3; i++) {
            int wait = i == 0 ? 200 : i;
            onThread(
                    i == 2,
                    () -> {
                        while (!over.get()) {
                            Packet p = next(port, wait);
                            if (p.overlapped() == request && p.bytes() == 16) {
                                answer.memory.copyFrom(request.memory);
                                assertStarts(send(pair.server(), answer));
                            } else if (p.overlapped() == answer) {
                                assertStarts(receive(pair.server(), request));
                            }
                        }
                        return null;
                    });
        }
        assertStarts(receive(pair.server(), request));
        Socket client = pair.client();
        for (int i = 0; i < rounds; i++) {
            String text = "%016d".formatted(i);
            client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            assertThat(read(client, 16)).isEqualTo(text);
        }
        over.set(true);
    }

    @Test // P42: a thread may wait on two ports in turn
    void threadThatWaitsOnTwoPortsInTurnGetsThePacketsOfBoth() throws Exception {
        CompletionPort one = port(1);
        CompletionPort two = port(1);
        Pair a = pair(one, A);
        Pair b = pair(two, B);
        for (int i = 0; i < 200; i++) {
            if (i % 50 == 0) {
                lead(one);
                lead(two);
            }
            Io left = new Io(1);
            Io right = new Io(1);
            assertStarts(receive(a.server(), left));
            assertStarts(receive(b.server(), right));
            write(a.client(), "a");
            write(b.client(), "b");
            assertThat(next(one)).isEqualTo(new Packet(true, 0, 1, A, left));
            assertThat(next(two)).isEqualTo(new Packet(true, 0, 1, B, right));
        }
    }

    // ---- a leader that is busy ----

    /** How long what is measured may take: a fifth of what it took behind a busy leader. */
    private static final long SOON_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** Packets of this key keep their thread busy; they take each other's place for ever. */
    private static final long WORK = 8;

    private static void spin(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    private static long median(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    @ParameterizedTest // P24: the queue of a port is first in first out, whoever posts
    @CsvSource({"1,1,5", "1,1,50", "1,16,50", "1,1,5000", "0,1,50"})
    void postedWorkThatNeverRunsOutDoesNotStarveASocket(int concurrency, int most, int micros)
            throws Exception {
        CompletionPort port = port(concurrency);
        Pair pair = pair(port, A);
        AtomicBoolean over = new AtomicBoolean();
        Worker<Void> worker =
                onThread(() -> {
                    workAndEcho(port, pair.server(), most, micros * 1000L, over);
                    return null;
                });
        long[] took = new long[15];
        for (int i = 0; i < took.length; i++) {
            spin(TimeUnit.MILLISECONDS.toNanos(1));
            long begin = System.nanoTime();
            write(pair.client(), "12345678");
            assertThat(read(pair.client(), 8)).isEqualTo("12345678");
            took[i] = System.nanoTime() - begin;
        }
        over.set(true);
        worker.result();
        assertThat(median(took)).isLessThan(SOON_NANOS + 4000L * micros);
    }

    private static void workAndEcho(
            CompletionPort port, SocketHandle socket, int most, long work, AtomicBoolean over) {
        Io received = new Io(8);
        Io sent = new Io(8);
        OverlappedEntry[] entries = OverlappedEntry.array(most);
        IntRef count = new IntRef();
        assertStarts(receive(socket, received));
        for (int i = 0; i < 2 * most; i++) {
            post(port, WORK);
        }
        while (!over.get()) {
            assertThat(
                            Kernel32.GetQueuedCompletionStatusEx(
                                    port, entries, most, count, LIMIT, false))
                    .isTrue();
            for (int i = 0; i < count.value; i++) {
                if (entries[i].lpCompletionKey == WORK) {
                    spin(work);
                    post(port, WORK);
                } else if (entries[i].lpOverlapped == received) {
                    MemorySegment.copy(received.memory, 0, sent.memory, 0, 8);
                    assertStarts(send(socket, sent));
                    assertStarts(receive(socket, received));
                }
            }
        }
    }

    /** Ways for another thread to wait for an operation of its own. */
    enum Wait {
        CALL,
        EVENT,
        RESULT,
        CANCEL
    }

    @ParameterizedTest
    @EnumSource
    void nobodyWaitsBehindTheHandlerOfTheLeader(Wait wait) throws Exception {
        CompletionPort port = port(1);
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger handlers = new AtomicInteger();
        CountDownLatch leads = new CountDownLatch(1);
        Worker<Void> leader =
                onThread(() -> {
                    lead(port);
                    leads.countDown();
                    while (!over.get()) {
                        if (next(port).key() == WORK) {
                            handlers.incrementAndGet();
                            spin(TimeUnit.MILLISECONDS.toNanos(80));
                        }
                    }
                    return null;
                });
        leader.until("leads", () -> leads.getCount() == 0);
        Pair pair = pair(port, A);
        long[] took = new long[9];
        for (int i = 0; i < took.length; i++) {
            int before = handlers.get();
            for (int j = 0; j < 40; j++) {
                post(port, POSTED); // so that it leads again
            }
            post(port, WORK);
            leader.until("in the handler", () -> handlers.get() > before);
            took[i] = waitFor(wait, pair);
        }
        over.set(true);
        post(port, POSTED);
        leader.result();
        assertThat(median(took)).isLessThan(SOON_NANOS);
    }

    /** From the moment at which the operation could end until the calling thread knows it. */
    private long waitFor(Wait wait, Pair pair) throws Exception {
        Io io = new Io(1);
        io.hEvent = wait == Wait.EVENT ? Kernel32.CreateEvent(true, false) : null;
        long begin = System.nanoTime();
        Worker<Long> peer = null;
        if (wait != Wait.CANCEL) {
            peer =
                    onThread(() -> {
                        spin(TimeUnit.MILLISECONDS.toNanos(1));
                        long now = System.nanoTime();
                        write(pair.client(), "x");
                        return now;
                    });
        }
        switch (wait) {
            case CALL -> assertThat(Winsock.recv(pair.server(), io.memory, 1, 0)).isOne();
            case EVENT -> {
                assertStarts(receive(pair.server(), io));
                assertThat(Kernel32.WaitForSingleObject(io.hEvent, LIMIT)).isZero();
            }
            case RESULT -> {
                assertStarts(receive(pair.server(), io));
                assertThat(Kernel32.GetOverlappedResult(pair.server(), io, new IntRef(), true))
                        .isTrue();
            }
            case CANCEL -> {
                assertStarts(receive(pair.server(), io));
                assertThat(Kernel32.CancelIoEx(pair.server(), io)).isTrue();
                until("cancelled", io::hasCompleted);
            }
        }
        return System.nanoTime() - (peer == null ? begin : peer.result());
    }
}
