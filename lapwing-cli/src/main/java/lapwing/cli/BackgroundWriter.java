package lapwing.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Writes text to a stream that may stand still, such as a pipe whose reader has stopped reading,
 * and lets nobody wait for it but a thread of its own. What finds no room in the queue is left out,
 * counted, and the count told behind what had room.
 *
 * <p>Not a library's asynchronous appender: Logback's would do it without telling what it leaves
 * out, and costs 30 to 60 ms of each start with a start-up cache and 260 to 400 ms without, where
 * this costs none to be measured.
 */
final class BackgroundWriter {
    /** Texts that may wait; some seconds of warnings, some milliseconds of a busy {@code -v}. */
    static final int ROOM = 1024;

    private final Consumer<String> stream;
    private final LongFunction<String> note;
    private final BlockingQueue<String> queue = new ArrayBlockingQueue<>(ROOM);

    /** Texts that are not written yet, those in the writing thread's hands included. */
    private final AtomicLong unwritten = new AtomicLong();

    private final AtomicLong leftOut = new AtomicLong();

    /**
     * Starts the thread.
     *
     * @param stream takes the text, and may block
     * @param note what to write where so many texts are missing
     */
    BackgroundWriter(String name, Consumer<String> stream, LongFunction<String> note) {
        this.stream = stream;
        this.note = note;
        Thread.ofPlatform().daemon().name(name).start(this::writeAll);
    }

    /** Has the text written when its turn comes, or leaves it out; never waits. */
    void write(String text) {
        unwritten.incrementAndGet();
        if (!queue.offer(text)) {
            unwritten.decrementAndGet();
            leftOut.incrementAndGet();
        }
    }

    /** How many texts have been left out up to now. */
    long leftOut() {
        return leftOut.get();
    }

    /** Waits until all is written, but no longer than {@code limit}; true if it is. */
    synchronized boolean await(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (unwritten.get() > 0) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    private void writeAll() {
        List<String> batch = new ArrayList<>();
        long told = 0;
        while (true) {
            try {
                batch.add(queue.take());
            } catch (InterruptedException e) {
                return; // nobody does that
            }
            queue.drainTo(batch);
            int taken = batch.size();
            long missing = leftOut.get();
            if (missing > told) {
                batch.add(note.apply(missing - told));
                told = missing;
            }
            stream.accept(String.join("", batch));
            batch.clear();
            written(taken);
        }
    }

    private synchronized void written(int count) {
        unwritten.addAndGet(-count);
        notifyAll();
    }
}
