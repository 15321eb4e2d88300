package lapwing.winsock;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Looks after the ports that have packets, and waiters that may not take them because enough
 * threads run: one of these may have blocked or ended, and nobody says so. One thread for all such
 * ports; while there is none nothing ticks, and soon the thread ends. It is a platform thread: the
 * carriers of virtual ones may all be busy with those that are watched.
 */
final class PortWatch implements Runnable {
    private static final long PERIOD_NANOS = 2_000_000;
    private static final long LINGER_MILLIS = 500;
    private static final PortWatch THE = new PortWatch();

    // All guarded by this.
    private List<CompletionPort> ports = new ArrayList<>();
    private @Nullable Thread thread;

    private PortWatch() {}

    /** Watches a port, until {@link CompletionPort#look} says that it is over. */
    static void add(CompletionPort port) {
        THE.put(port);
    }

    private synchronized void put(CompletionPort port) {
        ports.add(port);
        if (thread == null) {
            Thread started = Thread.ofPlatform().daemon().name("lapwing-ports").unstarted(this);
            started.start(); // may fail: then the next one tries
            thread = started;
        }
        notifyAll();
    }

    /** The ports to look at, or null if there have been none for a while. */
    private synchronized @Nullable List<CompletionPort> next() {
        long deadline = System.nanoTime() + LINGER_MILLIS * 1_000_000;
        try {
            while (ports.isEmpty() && !Deadline.hasPassed(deadline)) {
                Deadline.waitOn(this, deadline);
            }
        } catch (InterruptedException e) {
            // somebody who interrupts all threads: there is nothing to end early
        }
        if (ports.isEmpty()) {
            thread = null;
            return null;
        }
        List<CompletionPort> taken = ports;
        ports = new ArrayList<>();
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

    private void watch() {
        for (List<CompletionPort> round = next(); round != null; round = next()) {
            LockSupport.parkNanos(this, PERIOD_NANOS);
            Thread.interrupted(); // it would turn the next wait into a spin
            for (CompletionPort port : round) {
                if (port.look()) {
                    put(port);
                }
            }
        }
    }
}
