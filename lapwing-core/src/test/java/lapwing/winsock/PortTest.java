package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Completion ports and the threads that wait on them. */
class PortTest extends WinsockContract {
    private static final long STOP = -2;
    private static final int THREADS = 12;

    @ParameterizedTest // P15 P24 P31
    @CsvSource({"0,false", "0,true", "1,false", "1,true"})
    void eachPacketGoesToOneOfManyThreads(int concurrency, boolean virtual) throws Exception {
        int packets = LONG ? 400_000 : 40_000;
        CompletionPort port = port(concurrency);
        AtomicIntegerArray seen = new AtomicIntegerArray(packets);
        List<Worker<Void>> waiters = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            waiters.add(
                    onThread(
                            virtual,
                            () -> {
                                for (Packet p = next(port); p.key() != STOP; p = next(port)) {
                                    assertThat(p.ok()).isTrue();
                                    seen.incrementAndGet((int) p.key());
                                }
                                return null;
                            }));
        }
        List<Worker<Void>> posters = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int first = i;
            posters.add(
                    onThread(() -> {
                        for (int key = first; key < packets; key += 4) {
                            post(port, key);
                        }
                        return null;
                    }));
        }
        for (Worker<Void> poster : posters) {
            poster.result();
        }
        for (int i = 0; i < THREADS; i++) {
            post(port, STOP);
        }
        for (Worker<Void> waiter : waiters) {
            waiter.result();
        }
        for (int key = 0; key < packets; key++) {
            assertThat(seen.get(key)).as("packet %d", key).isEqualTo(1);
        }
        assertEmpty(port);
    }

    @ParameterizedTest // P5 P31 P41
    @ValueSource(ints = {0, 1})
    void waitsThatEndByTimeLoseNoPacket(int concurrency) throws Exception {
        int packets = LONG ? 100_000 : 5_000;
        CompletionPort port = port(concurrency);
        AtomicLong taken = new AtomicLong();
        AtomicLong sum = new AtomicLong();
        List<Worker<Void>> waiters = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int wait = i % 2;
            waiters.add(
                    onThread(() -> {
                        while (taken.get() < packets) {
                            Packet p = next(port, wait);
                            if (p.ok()) {
                                sum.addAndGet(p.key());
                                taken.incrementAndGet();
                            } else {
                                assertThat(p.error()).isEqualTo(WinsockError.WAIT_TIMEOUT);
                            }
                        }
                        return null;
                    }));
        }
        for (int key = 1; key <= packets; key++) {
            post(port, key);
            if (key % 50 == 0) {
                int due = key - 20;
                until("most packets taken", () -> taken.get() >= due);
            }
        }
        for (Worker<Void> waiter : waiters) {
            waiter.result();
        }
        assertThat(sum.get()).isEqualTo(packets * (packets + 1L) / 2);
        assertEmpty(port);
    }

    @ParameterizedTest // DOC I/O Completion Ports: waiters are released last in first out
    @CsvSource({"0,false", "0,true", "1,false", "1,true"})
    void lastWaiterIsReleasedFirst(int concurrency, boolean virtual) throws Exception {
        CompletionPort port = port(concurrency);
        List<Worker<Packet>> waiters = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            waiters.add(onThread(virtual, () -> next(port)));
            untilParked(waiters.getLast().thread, port);
        }
        for (int i = 3; i >= 0; i--) {
            post(port, i);
            assertThat(waiters.get(i).result().key()).isEqualTo(i);
        }
    }

    @ParameterizedTest // P21 P22
    @CsvSource({"0,false", "0,true", "1,false", "1,true"})
    void closingAPortReleasesItsWaiters(int concurrency, boolean virtual) throws Exception {
        CompletionPort port = port(concurrency);
        List<Worker<Packet>> waiters = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            waiters.add(onThread(virtual, () -> next(port, Constants.INFINITE)));
            untilParked(waiters.getLast().thread, port);
        }
        assertThat(Kernel32.CloseHandle(port)).isTrue();
        for (Worker<Packet> waiter : waiters) {
            assertThat(waiter.result())
                    .isEqualTo(new Packet(false, WinsockError.ERROR_ABANDONED_WAIT_0, 0, 0, null));
        }
        assertThat(next(port).error()).isEqualTo(WinsockError.ERROR_INVALID_HANDLE);
        assertThat(Kernel32.PostQueuedCompletionStatus(port, 0, 0, null)).isFalse(); // P39
        assertThat(Kernel32.GetLastError()).isEqualTo(WinsockError.ERROR_INVALID_HANDLE);
    }

    @Test // P5 P41: on a port nobody leads
    void waitEndsWhenItsTimeIsOver() {
        CompletionPort port = port(0);
        assertTimesOut(port);
    }

    /** A wait of 60 ms on an empty port, by both functions; the out-parameters stay. */
    static void assertTimesOut(CompletionPort port) {
        IntRef bytes = new IntRef(17);
        LongRef key = new LongRef();
        key.value = 18;
        Ref<Overlapped> overlapped = new Ref<>();
        overlapped.value = new Overlapped();
        long before = System.nanoTime();
        assertThat(Kernel32.GetQueuedCompletionStatus(port, bytes, key, overlapped, 60)).isFalse();
        assertThat(Kernel32.GetLastError()).isEqualTo(WinsockError.WAIT_TIMEOUT);
        assertThat(System.nanoTime() - before).isBetween(60_000_000L, 10_000_000_000L);
        assertThat(bytes.value).isEqualTo(17);
        assertThat(key.value).isEqualTo(18);
        assertThat(overlapped.value).isNull();

        OverlappedEntry[] entries = OverlappedEntry.array(4);
        before = System.nanoTime();
        assertThat(Kernel32.GetQueuedCompletionStatusEx(port, entries, 4, new IntRef(), 60, false))
                .isFalse();
        assertThat(Kernel32.GetLastError()).isEqualTo(WinsockError.WAIT_TIMEOUT);
        assertThat(System.nanoTime() - before).isBetween(60_000_000L, 10_000_000_000L);

        assertEmpty(port);
    }

    @ParameterizedTest // P17 P24
    @ValueSource(ints = {0, 1})
    void packetsComeInOrderInOneCall(int concurrency) {
        CompletionPort port = port(concurrency);
        for (int round = 0; round < 50; round++) {
            for (int key = 0; key < 100; key++) {
                post(port, key);
            }
            OverlappedEntry[] entries = OverlappedEntry.array(64);
            IntRef count = new IntRef();
            for (int key = 0; key < 100; key += count.value) {
                assertThat(
                                Kernel32.GetQueuedCompletionStatusEx(
                                        port, entries, 64, count, LIMIT, false))
                        .isTrue();
                for (int i = 0; i < count.value; i++) {
                    assertThat(entries[i].lpCompletionKey).isEqualTo(key + i);
                }
            }
        }
    }

    @Test // O17 DOC GetQueuedCompletionStatusEx: an alertable wait ends when a routine is due
    void alertableWaitRunsARoutineThatBecomesDueMeanwhile() throws Exception {
        CompletionPort port = port(0);
        CompletionPort other = port(0);
        Pair pair = pair(other, 1);
        SocketHandle listener = listener();
        java.net.Socket client = client(listener);
        SocketHandle plain = Winsock.accept(listener, null, null);
        closing(() -> Winsock.closesocket(plain));
        assertThat(pair.server()).isNotSameAs(plain);
        Worker<Integer> waiter =
                onThread(() -> {
                    Io io = new Io(4);
                    int[] ran = new int[1];
                    Winsock.WSARecv(
                            plain,
                            io.buffers,
                            1,
                            null,
                            new IntRef(),
                            io,
                            (error, bytes, overlapped, flags) -> ran[0] = bytes);
                    boolean ok =
                            Kernel32.GetQueuedCompletionStatusEx(
                                    port, OverlappedEntry.array(1), 1, new IntRef(), LIMIT, true);
                    assertThat(ok).isFalse();
                    assertThat(Kernel32.GetLastError()).isEqualTo(WinsockError.WAIT_IO_COMPLETION);
                    return ran[0];
                });
        untilParked(waiter.thread, port);
        write(client, "abcd");
        assertThat(waiter.result()).isEqualTo(4);
    }
}
