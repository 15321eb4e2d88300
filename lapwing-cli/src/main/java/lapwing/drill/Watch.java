package lapwing.drill;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Between a script's thread and the one that watches it: who may print about the running call.
 *
 * <p>The script's thread brackets each call with {@link #begin} and {@link #end}. The watcher gives
 * up when one call takes longer than the limit; from then on {@code end} says so, and the script's
 * thread must stop without a word.
 */
final class Watch {
    static final Duration LIMIT = Duration.ofSeconds(5);

    private @Nullable Line running; // guarded by this, as are the three below
    private long since;
    private boolean finished;
    private boolean givenUp;

    synchronized void begin(Line line) {
        running = line;
        since = System.nanoTime();
    }

    /** The call has returned. False if the watcher has given up on it. */
    synchronized boolean end() {
        running = null;
        return !givenUp;
    }

    /** The script's thread has nothing more to do. */
    synchronized void finish() {
        finished = true;
        notifyAll();
    }

    /** Waits for {@link #finish}, or for a call that hangs, and returns that call's line. */
    synchronized @Nullable Line await() throws InterruptedException {
        while (!finished) {
            long left =
                    running == null ? LIMIT.toNanos() : since + LIMIT.toNanos() - System.nanoTime();
            if (left <= 0) {
                givenUp = true;
                return running;
            }
            NANOSECONDS.timedWait(this, left);
        }
        return null;
    }
}
