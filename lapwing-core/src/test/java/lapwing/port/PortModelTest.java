package lapwing.port;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import lapwing.engine.uring.ModelLoop;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The port's queue, its waiters, and the hand-over of the lead under a model checker, which tries
 * the interleavings and finds a thread that nobody wakes. The concurrency value is out of its reach
 * here: thread states mean nothing under a scheduler that stops threads itself.
 */
@Timeout(600)
class PortModelTest {
    /** How many times as much to try as in every build. */
    private static final int MUCH = Integer.getInteger("lapwing.lincheck", 1);

    private static final int NO_LIMIT = 100;
    private static final int INFINITE = -1;

    /** Where a packet goes: its key. */
    private static final class Entry {
        static final EntryWriter<Entry> WRITER = new Writer();

        long key;

        private static final class Writer implements EntryWriter<Entry> {
            @Override
            public void write(
                    Entry[] entries,
                    int index,
                    long key,
                    Object attachment,
                    Object payload,
                    int transferred,
                    int status) {
                entries[index].key = key;
            }
        }
    }

    // In static fields, because the checker takes what a lambda captures for one thread's own, and
    // does not switch where it is used.
    private static volatile ModelLoop loop;
    private static volatile Port<Entry> port;
    private static volatile long[] keys;

    /** A new port on a loop that others share, and what two waiters get from it. */
    private static void begin() {
        loop = new ModelLoop(() -> {});
        port = new Port<>(loop, loop, NO_LIMIT, Runners.PATIENCE, Entry.WRITER);
        keys = new long[2];
    }

    /** The same on a loop of the port alone, with what the loop's own thread does. */
    private static void begin(Runnable rounds) {
        loop = new ModelLoop(rounds);
        port = new Port<>(loop, new ModelLoop(rounds), NO_LIMIT, Runners.PATIENCE, Entry.WRITER);
        keys = new long[2];
    }

    private static void post(int key) {
        port.post(key, null, null, 0, 0);
    }

    /** Waits for a packet for ever; notes its key, or the negative outcome. */
    private static void take(int waiter) {
        keys[waiter] = take(port, INFINITE);
    }

    /** The same, by a thread that has asked for the lead. */
    private static void adoptAndTake(int waiter) {
        loop.lead().adopt();
        take(waiter);
    }

    private static long take(Port<Entry> port, int milliseconds) {
        Entry[] out = {new Entry()};
        try {
            int taken = port.take(new PortThread(), out, 1, milliseconds, null);
            return taken > 0 ? out[0].key : taken;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void run(Runnable scenario) {
        Lincheck.runConcurrentTest(200 * MUCH, scenario);
    }

    /** Plain, because the checker follows what is called in here. */
    private static void mustBe(boolean so) {
        if (!so) {
            throw new AssertionError(Arrays.toString(keys));
        }
    }

    private static void mustHaveBoth() {
        mustBe(keys[0] + keys[1] == 3 && keys[0] * keys[1] == 2);
    }

    /** Starts the threads and the loop's own one, joins them. */
    private static void together(Runnable... bodies) {
        Thread[] threads = new Thread[bodies.length + 1];
        for (int i = 0; i < bodies.length; i++) {
            threads[i] = new Thread(bodies[i]);
        }
        threads[bodies.length] = loop.own();
        for (Thread thread : threads) {
            thread.start();
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** What the port is to its callers, if they do not wait. */
    public static class Queue {
        private final ModelLoop loop = new ModelLoop(() -> {});
        private final Port<Entry> port =
                new Port<>(loop, loop, NO_LIMIT, Runners.PATIENCE, Entry.WRITER);

        @Operation
        public boolean post(int key) {
            return port.post(key, null, null, 0, 0);
        }

        @Operation
        public long poll() {
            return take(port, 0);
        }

        @Operation
        public boolean close() {
            return port.close();
        }
    }

    /** The same, by the book. */
    public static class SequentialQueue {
        private final Deque<Integer> packets = new ArrayDeque<>();
        private boolean closed;

        public boolean post(int key) {
            return !closed && packets.add(key);
        }

        public long poll() {
            if (closed) {
                return Port.NOT_OPEN;
            }
            return packets.isEmpty() ? 0 : packets.remove();
        }

        public boolean close() {
            boolean was = !closed;
            closed = true;
            return was;
        }
    }

    @Test // P15 P24
    void queueIsFirstInFirstOut() {
        new ModelCheckingOptions()
                .iterations(3 * MUCH)
                .invocationsPerIteration(300 * MUCH)
                .threads(3)
                .actorsPerThread(3)
                .sequentialSpecification(SequentialQueue.class)
                .check(Queue.class);
    }

    @Test // P24 P31
    void eachWaiterGetsItsPacket() {
        run(() -> {
            begin();
            together(
                    () -> take(0),
                    () -> take(1),
                    () -> {
                        post(1);
                        post(2);
                    });
            mustHaveBoth();
        });
    }

    @Test // P21
    void closingReleasesEveryWaiter() {
        run(() -> {
            begin();
            together(() -> take(0), () -> take(1), () -> port.close());
            mustBeOver(keys[0]);
            mustBeOver(keys[1]);
        });
    }

    @Test // P21
    void closingReleasesALeaderThatWaitsInTheKernel() {
        run(() -> {
            begin(() -> loop.handOver());
            together(() -> adoptAndTake(0), () -> port.close());
            mustBeOver(keys[0]);
        });
    }

    private static void mustBeOver(long outcome) { // or it came too late
        mustBe(outcome == Port.ABANDONED || outcome == Port.NOT_OPEN);
    }

    @Test // P31: the loop's own thread posts, then hands over; the new leader must not miss it
    void leaderDoesNotMissThePacketPostedBeforeTheHandOver() {
        run(() -> {
            begin(() -> {
                post(1);
                loop.handOver();
            });
            together(() -> adoptAndTake(0));
            mustBe(keys[0] == 1);
        });
    }

    @Test // P31: whatever others post reaches a leader that waits in the kernel
    void leaderIsWokenForThePacketOfAnotherThread() {
        run(() -> {
            begin(() -> loop.handOver());
            together(() -> adoptAndTake(0), () -> post(1));
            mustBe(keys[0] == 1);
        });
    }

    @Test // P31: a second waiter ends the lead, and both get their packet
    void leaderAndSecondWaiterBothGetTheirPacket() {
        run(() -> {
            begin(() -> {
                post(1);
                loop.handOver();
                post(2);
            });
            together(() -> adoptAndTake(0), () -> take(1));
            mustHaveBoth();
        });
    }
}
