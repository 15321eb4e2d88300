package lapwing.engine.choice;

import java.util.concurrent.locks.LockSupport;
import lapwing.engine.Engine;

/**
 * A send that has been taken is sent, also if the process ends behind it: what is staged or queued
 * then goes to the system first. Not by Runtime.halt, which runs no hooks.
 */
final class LastSends extends Thread {
    private static final long LIMIT_NANOS = 100_000_000;
    private static final long PERIOD_NANOS = 200_000;

    private final Engine engine;

    private LastSends(Engine engine) {
        super("lapwing-end");
        this.engine = engine;
    }

    static void of(Engine engine) {
        try {
            Runtime.getRuntime().addShutdownHook(new LastSends(engine));
        } catch (IllegalStateException e) {
            // the process is ending already
        }
    }

    @Override
    public void run() {
        long begin = System.nanoTime();
        while (!engine.settle() && System.nanoTime() - begin < LIMIT_NANOS) {
            LockSupport.parkNanos(PERIOD_NANOS);
        }
    }
}
