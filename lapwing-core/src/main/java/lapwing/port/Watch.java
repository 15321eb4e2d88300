package lapwing.port;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks, every 2 ms, after ports with packets that wait for a thread to block or end: nobody tells
 * of that, so thread states have to be asked for. What is to be done at a time is a {@link
 * lapwing.engine.Timer} of a loop. One thread for all ports; while there is none nothing ticks, and
 * soon the thread ends. It is a platform thread: the carriers of virtual ones may all be busy with
 * those that are watched.
 */
final class Watch implements Runnable {
    private static final long PERIOD_NANOS = 2_000_000;
    private static final long IDLE_MILLIS = 500;
    private static final Watch THE = new Watch();

    // All guarded by this.
    private List<BooleanSupplier> watched = new ArrayList<>();
    private @Nullable Thread thread;

    private Watch() {}

    /** Has {@code look} called, without any monitor, until it says false. */
    static void add(BooleanSupplier look) {
        THE.put(look);
    }

    private synchronized void put(BooleanSupplier look) {
        watched.add(look);
        if (thread == null) {
            Thread started = Thread.ofPlatform().daemon().name("lapwing-watch").unstarted(this);
            try {
                started.start();
                thread = started;
            } catch (OutOfMemoryError e) {
                return; // no thread can be made: the next one tries
            }
        }
        notifyAll();
    }

    /** What to look at, or null if there has been nothing for a while. */
    private synchronized @Nullable List<BooleanSupplier> next() {
        long deadline = System.nanoTime() + IDLE_MILLIS * 1_000_000;
        try {
            while (watched.isEmpty() && !Deadline.hasPassed(deadline)) {
                Deadline.waitOn(this, deadline);
            }
        } catch (InterruptedException e) {
            // somebody who interrupts all threads: there is nothing to end early
        }
        if (watched.isEmpty()) {
            thread = null;
            return null;
        }
        List<BooleanSupplier> taken = watched;
        watched = new ArrayList<>();
        return taken;
    }

    @Override
    public void run() {
        try {
            watch();
        } finally {
            ended();
        }
    }

    private synchronized void ended() {
        if (thread == Thread.currentThread()) {
            thread = null;
        }
    }

    /** A look with a defect must not take the others along. */
    private static boolean goesOn(BooleanSupplier look) {
        try {
            return look.getAsBoolean();
        } catch (Throwable t) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, t);
            return true;
        }
    }

    private void watch() {
        for (List<BooleanSupplier> round = next(); round != null; round = next()) {
            LockSupport.parkNanos(this, PERIOD_NANOS);
            Thread.interrupted(); // it would turn the next wait into a spin
            for (BooleanSupplier look : round) {
                if (goesOn(look)) {
                    put(look);
                }
            }
        }
    }
}
