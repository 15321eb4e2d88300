package lapwing.winsock;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
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
@Timeout(180)
class PortModelTest {
    private static final int MUCH = Integer.getInteger("lapwing.lincheck", 1);
    private static final int NO_LIMIT = 100;

    private static CompletionPort port(ModelLoop loop, boolean own) {
        return new CompletionPort(loop, own ? new ModelLoop() : loop, NO_LIMIT, Runners.PATIENCE);
    }

    /** The key of the packet, or the negative outcome; waits for ever. */
    private static long take(CompletionPort port) {
        return take(port, Constants.INFINITE);
    }

    private static long take(CompletionPort port, int milliseconds) {
        OverlappedEntry[] out = OverlappedEntry.array(1);
        try {
            int taken = port.take(new PortThread(), out, 1, milliseconds, null);
            return taken > 0 ? out[0].lpCompletionKey : taken;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void run(int invocations, Runnable scenario) {
        Lincheck.runConcurrentTest(invocations * MUCH, scenario);
    }

    /** Plain, because the checker follows what is called in here. */
    private static void mustBe(boolean so, long[] keys) {
        if (!so) {
            throw new AssertionError(Arrays.toString(keys));
        }
    }

    /** Starts the threads, joins them. */
    private static void together(Runnable... bodies) {
        Thread[] threads = new Thread[bodies.length];
        for (int i = 0; i < bodies.length; i++) {
            threads[i] = new Thread(bodies[i]);
        }
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
        private final CompletionPort port = port(new ModelLoop(), false);

        @Operation
        public boolean post(int key) {
            return port.post(key, null, 0, 0);
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
                return CompletionPort.NOT_OPEN;
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
                .iterations(4 * MUCH)
                .invocationsPerIteration(400 * MUCH)
                .threads(3)
                .actorsPerThread(3)
                .sequentialSpecification(SequentialQueue.class)
                .check(Queue.class);
    }

    @Test // P24 P31
    void eachWaiterGetsItsPacket() {
        run(
                500,
                () -> {
                    CompletionPort port = port(new ModelLoop(), false);
                    long[] keys = new long[2];
                    together(
                            () -> keys[0] = take(port),
                            () -> keys[1] = take(port),
                            () -> {
                                port.post(1, null, 0, 0);
                                port.post(2, null, 0, 0);
                            });
                    mustBe(keys[0] + keys[1] == 3 && keys[0] * keys[1] == 2, keys);
                });
    }

    @Test // P21
    void closingReleasesEveryWaiter() {
        run(
                500,
                () -> {
                    CompletionPort port = port(new ModelLoop(), true);
                    long[] keys = new long[2];
                    together(
                            () -> keys[0] = take(port),
                            () -> {
                                port.loop().adopt();
                                keys[1] = take(port);
                            },
                            () -> {
                                ((ModelLoop) port.loop()).beginRound();
                                ((ModelLoop) port.loop()).handOver();
                                port.close();
                            });
                    for (long key : keys) { // or came too late
                        mustBe(
                                key == CompletionPort.ABANDONED || key == CompletionPort.NOT_OPEN,
                                keys);
                    }
                });
    }

    @Test // P31: the loop's own thread posts, then hands over; the new leader must not miss it
    void leaderDoesNotMissThePacketPostedBeforeTheHandOver() {
        run(
                1000,
                () -> {
                    ModelLoop loop = new ModelLoop();
                    CompletionPort port = port(loop, true);
                    long[] keys = new long[1];
                    together(
                            () -> {
                                loop.adopt();
                                keys[0] = take(port);
                            },
                            () -> {
                                loop.beginRound();
                                port.post(1, null, 0, 0);
                                loop.handOver();
                            });
                    mustBe(keys[0] == 1, keys);
                });
    }

    @Test // P31: packets of others, and of a second waiter, reach a leader that waits in the kernel
    void leaderAndSecondWaiterBothGetTheirPacket() {
        run(
                500,
                () -> {
                    ModelLoop loop = new ModelLoop();
                    CompletionPort port = port(loop, true);
                    long[] keys = new long[2];
                    together(
                            () -> {
                                loop.adopt();
                                keys[0] = take(port);
                            },
                            () -> {
                                keys[1] = take(port);
                            },
                            () -> {
                                loop.beginRound();
                                port.post(1, null, 0, 0);
                                loop.handOver();
                                port.post(2, null, 0, 0);
                            });
                    mustBe(keys[0] + keys[1] == 3 && keys[0] * keys[1] == 2, keys);
                });
    }
}
