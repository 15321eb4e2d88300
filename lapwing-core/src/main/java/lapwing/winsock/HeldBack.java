package lapwing.winsock;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import lapwing.engine.Endpoint;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import lapwing.engine.TcpInfo;
import org.jspecify.annotations.Nullable;

/**
 * Disconnects that have come to their end and wait for the time set in {@link TimedWaitDelay}. One
 * thread keeps the time; there is none while nothing waits.
 */
final class HeldBack {
    private static final Map<Request, Hold> WAITING = new ConcurrentHashMap<>();
    private static final ScheduledThreadPoolExecutor CLOCK = clock();

    private HeldBack() {}

    private static ScheduledThreadPoolExecutor clock() {
        ScheduledThreadPoolExecutor clock =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().daemon().name("lapwing-time-wait").factory());
        clock.setKeepAliveTime(1, TimeUnit.SECONDS);
        clock.allowCoreThreadTimeOut(true);
        clock.setRemoveOnCancelPolicy(true);
        return clock;
    }

    /**
     * True if the peer has not closed yet, so that we, about to send FIN, close first (W3). With
     * selectors that is not known while data is unread; then we do. Holding the socket's monitor.
     */
    static boolean closesFirst(Socket s) {
        if (s.connection.endSeen || s.connection.broken != 0) {
            return false;
        }
        Endpoint endpoint = Objects.requireNonNull(s.endpoint);
        TcpInfo info = new TcpInfo();
        if (endpoint.tcpInfo(info) >= 0) {
            return info.state == TcpInfo.State.ESTABLISHED;
        }
        int found = endpoint.attempt(new Look(endpoint));
        if (Status.endsConnection(found)) {
            s.connection.broken = found; // it is told only once
        }
        return found > 0 || found == Status.WOULD_BLOCK;
    }

    /**
     * Has {@link Disconnecting#released} called when the time is over; once for a request that is
     * held already. Holding the socket's monitor.
     */
    static void hold(Socket s, Request request, int seconds) {
        if (!WAITING.containsKey(request)) {
            Hold hold = new Hold(s, request);
            WAITING.put(request, hold);
            hold.alarm = CLOCK.schedule(hold, seconds, TimeUnit.SECONDS);
        }
    }

    /** The request ends early. Holding the socket's monitor. */
    static void drop(Request request) {
        Hold hold = WAITING.remove(request);
        if (hold != null && hold.alarm != null) {
            hold.alarm.cancel(false);
        }
    }

    /** One disconnect that waits. */
    private static final class Hold implements Runnable {
        private final Socket socket;
        private final Request request;
        @Nullable Future<?> alarm;

        Hold(Socket socket, Request request) {
            this.socket = socket;
            this.request = request;
        }

        @Override
        public void run() {
            synchronized (socket) {
                if (WAITING.remove(request, this)) { // else dropped; it may be held once more
                    Disconnecting.released(socket, request);
                }
            }
        }
    }

    /** Looks at the next byte and leaves it. */
    private static final class Look extends Operation {
        /** Nobody cares what is in it. */
        private static final MemorySegment ANY = Arena.global().allocate(1);

        Look(Endpoint endpoint) {
            this.endpoint = endpoint;
            kind = Kind.RECEIVE;
            flags = Endpoint.PEEK;
            addBlock(ANY, 1);
        }

        @Override
        protected void ended() {
            throw new AssertionError("it is only attempted");
        }
    }
}
