package lapwing.engine;

import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A way to do overlapped socket I/O on this system. */
public abstract class Engine {
    /** Operations that will be started, see {@link #expect}. */
    private final AtomicInteger expected = new AtomicInteger();

    /** One thing that was looked at when the engine was chosen, or that limits it. */
    public record Finding(String name, boolean good, String detail, String advice) {}

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
     * Says that an operation will be started as soon as something else is done, such as a file
     * read. To be followed by {@link #hasCome}.
     */
    public final void expect() {
        expected.incrementAndGet();
    }

    /** It has been started, or never will be. */
    public final void hasCome() {
        expected.decrementAndGet();
    }

    /**
     * For the end of the process: {@link Loop#settle settles} all loops.
     *
     * @return true if nothing is left to be given to the system
     */
    public final boolean settle() {
        boolean all = expected.get() == 0; // first: what comes is settled below
        for (Loop loop : loops) {
            all &= loop.settle();
        }
        return all;
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
