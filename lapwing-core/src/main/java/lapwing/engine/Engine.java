package lapwing.engine;

import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import lapwing.engine.selector.SelectorEngine;
import lapwing.engine.uring.UringEngine;
import org.jspecify.annotations.Nullable;

/**
 * A way to do overlapped socket I/O on this system, and the choice of it: system property {@code
 * lapwing.engine} = {@code uring}, {@code selector} or {@code auto} (the default).
 */
public abstract class Engine {
    /** One thing that was looked at when the engine was chosen, or that limits it. */
    public record Finding(String name, boolean good, String detail, String advice) {}

    /** The choice, or why there is none; made when the class is first used. */
    private static final class Chosen {
        static final @Nullable Engine ENGINE;
        static final String FAILURE;

        static {
            @Nullable Engine engine = null;
            String failure = "";
            try {
                engine = choose(System.getProperty("lapwing.engine", "auto"));
            } catch (IllegalStateException e) {
                failure = String.valueOf(e.getMessage());
            }
            ENGINE = engine;
            FAILURE = failure;
            if (engine != null) {
                LastSends.of(engine);
            }
        }
    }

    /**
     * A send that has been taken is sent, also if the process ends behind it: what is staged or
     * queued then goes to the system first. Not by Runtime.halt, which runs no hooks.
     */
    private static final class LastSends extends Thread {
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
            while (!isSettled() && System.nanoTime() - begin < LIMIT_NANOS) {
                LockSupport.parkNanos(PERIOD_NANOS);
            }
        }

        private boolean isSettled() {
            boolean all = true;
            for (Loop loop : engine.loops) {
                all &= loop.settle();
            }
            return all;
        }
    }

    /** Those that have begun, for the end of the process; some may be over. */
    private final Set<Loop> loops = ConcurrentHashMap.newKeySet();

    protected Engine() {}

    /** For engines: remembers a loop that is about to begin. */
    protected final void remember(Loop loop) {
        for (Iterator<Loop> each = loops.iterator(); each.hasNext(); ) {
            if (each.next().isOver()) {
                each.remove();
            }
        }
        loops.add(loop);
    }

    /** For engines: a loop has not begun after all. */
    protected final void forget(Loop loop) {
        loops.remove(loop);
    }

    /**
     * The engine of this JVM, chosen at the first call.
     *
     * @throws IllegalStateException if there is none; the message says why and what to do
     */
    public static Engine current() {
        Engine engine = Chosen.ENGINE;
        if (engine == null) {
            throw new IllegalStateException(Chosen.FAILURE);
        }
        return engine;
    }

    private static Engine choose(String name) {
        return switch (name) {
            case "uring" -> UringEngine.open();
            case "selector" -> SelectorEngine.open(null);
            case "auto" -> best();
            default ->
                    throw new IllegalStateException(
                            "lapwing.engine="
                                    + name
                                    + ": no such engine; use uring, selector or auto");
        };
    }

    /** io_uring if it is to be had, else selectors and one line that says why. */
    private static Engine best() {
        String denial;
        try {
            return UringEngine.open();
        } catch (IllegalStateException e) {
            denial = String.valueOf(e.getMessage());
        }
        System.getLogger("lapwing.engine")
                .log(
                        System.Logger.Level.INFO,
                        "using java.nio selectors, because io_uring is not to be had: " + denial);
        return SelectorEngine.open(denial);
    }

    /** The name by which it is chosen. */
    public abstract String name();

    /** One line: name, kernel and the ways it works. */
    public abstract String description();

    /** What was probed, with reasons. */
    public abstract List<Finding> findings();

    /** The loop for sockets that belong to no port, and for ports that many threads share. */
    public abstract Loop commonLoop();

    /** A loop for one port alone, which its waiter may come to lead. */
    public abstract Loop ownLoop();

    /** True if endpoints know the option; those that do not refuse to set it. */
    public boolean supports(Endpoint.Option option) {
        return true;
    }

    /**
     * Opens an endpoint.
     *
     * @param v6 IPv6 rather than IPv4
     * @param datagrams UDP rather than TCP
     * @return 0, or an error of {@link Status}
     */
    public abstract int open(boolean v6, boolean datagrams, Opened result);

    /** Where {@link #open} puts the endpoint. */
    public static final class Opened {
        public @Nullable Endpoint endpoint;
    }
}
