package lapwing.engine.uring;

import static lapwing.engine.uring.RingLayout.*;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import lapwing.engine.Endpoint;
import lapwing.engine.Engine;
import lapwing.engine.Loop;
import org.jspecify.annotations.Nullable;

/** The engine on io_uring: the choice of ring sizes and flags, the loops, the descriptors. */
public final class UringEngine extends Engine {
    private static final int[][] SIZES = {{1024, 16384}, {256, 4096}, {64, 512}};
    private static final int NEEDED = FEAT_SINGLE_MMAP | FEAT_NODROP | FEAT_EXT_ARG | FEAT_CQE_SKIP;

    private static final long TRIAL_NANOS = 1_000_000_000L;

    private final AtomicInteger loops = new AtomicInteger();
    private final RingLoop common;
    private final String description;

    private UringEngine() throws RingException {
        Ring ring = openRing();
        if (!ring.has(NEEDED)) {
            ring.close();
            throw new RingException("io_uring_setup", "features of Linux 6.1", Errno.EINVAL);
        }
        description =
                "io_uring on Linux "
                        + System.getProperty("os.version")
                        + ", rings of "
                        + ring.submissions()
                        + "/"
                        + ring.completions()
                        + " entries";
        try {
            tryOut(ring);
        } catch (RingException e) {
            ring.close();
            throw e;
        }
        common = begin(ring);
    }

    /** One request there and back: a filter may let a ring be made and deny its use. */
    private static void tryOut(Ring ring) throws RingException {
        ring.add(OP_NOP, 0, 0, -1, 0, 0, 0, 0, 0);
        ring.publish();
        int answer = ring.enter(1, TRIAL_NANOS);
        if (ring.ready() == 0) {
            throw new RingException(
                    "io_uring_enter", "one request", answer < 0 ? -answer : Errno.EIO);
        }
        ring.next();
        ring.release();
    }

    /**
     * Opens the engine. For tests, system property {@code lapwing.engine.uring.deny} = {@code true}
     * makes it fail like a kernel that denies io_uring.
     *
     * @throws IllegalStateException if the kernel or this JVM refuses; the message says why and
     *     what to do
     */
    public static UringEngine open() {
        String system = System.getProperty("os.name");
        if (!system.equals("Linux")) {
            throw new IllegalStateException("io_uring is Linux', this is " + system);
        }
        try {
            if (Boolean.getBoolean("lapwing.engine.uring.deny")) {
                throw new RingException("io_uring_setup", "lapwing.engine.uring.deny", Errno.EPERM);
            }
            return new UringEngine();
        } catch (RingException e) {
            throw new IllegalStateException(e.getMessage(), e);
        } catch (IllegalCallerException | LinkageError e) { // of Native, or of its initializer
            throw new IllegalStateException(
                    "this JVM does not let us call the system; start it with --enable-native-access="
                            + ownName(),
                    e);
        }
    }

    /** What the options of a JVM call this code: by its module, if it was loaded as one. */
    private static String ownName() {
        Module module = UringEngine.class.getModule();
        return module.isNamed() ? module.getName() : "ALL-UNNAMED";
    }

    /** Makes a loop of the ring and starts it; if that fails the ring is closed. */
    private RingLoop begin(Ring ring) throws RingException {
        RingLoop loop;
        try {
            loop = new RingLoop(ring, "lapwing-ring-" + loops.getAndIncrement());
        } catch (Throwable t) {
            ring.close();
            throw t;
        }
        try {
            remember(loop);
            loop.begin();
            return loop;
        } catch (Throwable t) { // OutOfMemoryError: no thread can be made
            forget(loop);
            loop.discard();
            throw t;
        }
    }

    /** Smaller and plainer until the kernel agrees (F28, F29). */
    private static Ring openRing() throws RingException {
        @Nullable RingException last = null;
        for (int[] size : SIZES) {
            for (int flags : new int[] {SETUP_SUBMIT_ALL | SETUP_COOP_TASKRUN, 0}) {
                try {
                    return Ring.open(size[0], size[1], flags);
                } catch (RingException e) {
                    last = e;
                    if (e.errno != Errno.EINVAL && e.errno != Errno.ENOMEM) {
                        throw e;
                    }
                    if (e.errno == Errno.ENOMEM) {
                        break;
                    }
                }
            }
        }
        throw java.util.Objects.requireNonNull(last);
    }

    @Override
    public String name() {
        return "uring";
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public List<Finding> findings() {
        return Probe.findings(common);
    }

    @Override
    public Loop commonLoop() {
        return common;
    }

    @Override
    public Loop ownLoop() {
        try {
            return begin(openRing());
        } catch (RingException | OutOfMemoryError e) {
            return common; // no memory, descriptor or thread for another ring: share
        }
    }

    @Override
    public int open(boolean v6, boolean datagrams, Opened result) {
        int type = (datagrams ? 2 : 1) | UringEndpoint.SOCK_CLOEXEC | UringEndpoint.SOCK_NONBLOCK;
        int family = v6 ? SockaddrLayout.AF_INET6 : SockaddrLayout.AF_INET;
        int fd = Errno.result(CallMemory.single(SyscallNumbers.SOCKET, family, type, 0, 0));
        if (fd < 0) {
            return fd;
        }
        UringEndpoint endpoint = UringEndpoint.of(fd, v6);
        if (v6) {
            endpoint.set(Endpoint.Option.IPV6_ONLY, 1); // Windows' default
        }
        result.endpoint = endpoint;
        return 0;
    }
}
