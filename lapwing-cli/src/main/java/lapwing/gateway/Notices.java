package lapwing.gateway;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import lapwing.winsock.NtStatus;
import lapwing.winsock.Sockaddr;
import lapwing.winsock.WinsockError;
import org.jspecify.annotations.Nullable;

/**
 * What a worker tells its operator. One line per ended connection at debug level; warnings at most
 * once a second for each kind, with the number of those left out, so that trouble does not fill the
 * disk.
 */
final class Notices {
    private static final Logger LOG = System.getLogger("lapwing.gateway");
    private static final long PAUSE = 1_000_000_000L;

    private final Worker worker;
    private final Sockaddr name = new Sockaddr();
    private final Limit ends = new Limit();
    private final Limit backends = new Limit();
    private final Limit resets = new Limit();
    private final Limit silents = new Limit();
    private final Limit fulls = new Limit();
    private final Limit faults = new Limit();

    Notices(Worker worker) {
        this.worker = worker;
    }

    boolean isDebug() {
        return LOG.isLoggable(Level.DEBUG);
    }

    /** Text of a client's address, for debug lines only. */
    String name(@Nullable MemorySegment sockaddr) {
        if (!worker.debug || sockaddr == null) {
            return "";
        }
        name.read(sockaddr, (int) Math.min(sockaddr.byteSize(), FirstBlock.ADDRESS));
        return name.toString();
    }

    void report(
            String client, Sockaddr backend, End how, int error, long up, long down, long nanos) {
        LOG.log(
                Level.DEBUG,
                client
                        + " -> "
                        + backend
                        + " ended by "
                        + how.by
                        + ": "
                        + how.why
                        + (error == 0 ? "" : " (" + WinsockError.nameOf(error) + ")")
                        + ", "
                        + up
                        + " B up, "
                        + down
                        + " B down, "
                        + nanos / 1_000_000
                        + " ms");
    }

    void ended(End reason, int error, Dial dial) {
        if (reason == End.BACKEND_RESET && resets.permits(worker.now)) {
            LOG.log(
                    Level.WARNING,
                    "backend "
                            + dial.address()
                            + " reset a connection"
                            + (error == 0 ? "" : ": " + WinsockError.nameOf(error))
                            + resets.leftOut());
        }
        boolean noBackend = reason == End.NO_BACKEND;
        if ((noBackend || reason == End.NO_DESCRIPTOR) && ends.permits(worker.now)) {
            String last = noBackend ? "; the last one, " + dial.address() + ": " : ": ";
            LOG.log(
                    Level.WARNING,
                    "closed a client, "
                            + reason.why
                            + last
                            + WinsockError.nameOf(error)
                            + ends.leftOut());
        }
    }

    void backendFailed(Sockaddr backend, int error) {
        if (backends.permits(worker.now)) {
            LOG.log(
                    Level.WARNING,
                    "backend "
                            + backend
                            + " did not take a connection: "
                            + WinsockError.nameOf(error)
                            + cause(error)
                            + backends.leftOut());
        }
    }

    /** What is no fault of the backend. */
    private static String cause(int error) {
        return switch (error) {
            case WinsockError.WSAEADDRNOTAVAIL, WinsockError.WSAEADDRINUSE ->
                    ", no local port is left towards it, widen net.ipv4.ip_local_port_range";
            case WinsockError.WSAEAFNOSUPPORT -> ", this system has no such addresses";
            case WinsockError.WSAENOBUFS ->
                    ", no local port is left towards it, widen net.ipv4.ip_local_port_range,"
                            + " or the system is short of memory";
            default -> "";
        };
    }

    void silent() {
        if (silents.permits(worker.now)) {
            LOG.log(
                    Level.WARNING,
                    "shed a client that sent nothing for "
                            + Durations.text(worker.config.firstData().limit())
                            + "; if the server speaks first, use --first-data none or wait=T"
                            + silents.leftOut());
        }
    }

    void full() {
        if (fulls.permits(worker.now)) {
            LOG.log(
                    Level.WARNING,
                    worker.config.limits().maxConnections()
                            + " connections, the limit of --max-connections: further clients wait"
                            + fulls.leftOut());
        }
    }

    void fault(Throwable t) {
        if (faults.permits(worker.now)) {
            LOG.log(Level.ERROR, "an error inside ended one connection" + faults.leftOut(), t);
        }
    }

    void notPosted(Throwable t) {
        if (faults.permits(worker.now)) {
            LOG.log(Level.ERROR, "an error inside delays accepting" + faults.leftOut(), t);
        }
    }

    void stopped(Throwable t) {
        LOG.log(Level.ERROR, "a worker has stopped", t);
    }

    /**
     * Whether an accept failed because of its client alone, so that the next may be posted at once.
     */
    boolean isClientsFault(int status) {
        int error = NtStatus.toWinsock(status);
        return error == WinsockError.WSAECONNRESET || error == WinsockError.WSAECONNABORTED;
    }

    /** One in a second. */
    private static final class Limit {
        private long next = Long.MIN_VALUE;
        private long leftOut;

        boolean permits(long now) {
            if (next != Long.MIN_VALUE && now - next < 0) {
                leftOut++;
                return false;
            }
            next = now + PAUSE;
            return true;
        }

        String leftOut() {
            long n = leftOut;
            leftOut = 0;
            return n == 0 ? "" : " (and " + n + " more like this)";
        }
    }
}
