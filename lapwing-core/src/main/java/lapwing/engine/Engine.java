package lapwing.engine;

import java.util.List;
import lapwing.engine.uring.UringEngine;

/**
 * A way to do overlapped socket I/O on this system, and the choice of it: system property {@code
 * lapwing.engine} = {@code uring}, {@code selector} or {@code auto} (the default).
 */
public abstract class Engine {
    /** One thing that was looked at when the engine was chosen, or that limits it. */
    public record Finding(String name, boolean good, String detail, String advice) {}

    private static final class Chosen {
        static final Engine ENGINE = choose(System.getProperty("lapwing.engine", "auto"));
    }

    protected Engine() {}

    /**
     * The engine of this JVM, chosen at the first call.
     *
     * @throws IllegalStateException if there is none; the message says why and what to do
     */
    public static Engine current() {
        return Chosen.ENGINE;
    }

    private static Engine choose(String name) {
        return switch (name) {
            case "uring", "auto" -> UringEngine.open();
            default ->
                    throw new IllegalStateException(
                            "lapwing.engine=" + name + ": no such engine; use uring or auto");
        };
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
        public @org.jspecify.annotations.Nullable Endpoint endpoint;
    }
}
