package lapwing.socket;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import lapwing.engine.Endpoint;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import lapwing.engine.TcpInfo;
import lapwing.engine.Timer;

/** A disconnect that has come to its end and waits for the time set in {@link TimedWaitDelay}. */
final class HeldBack extends Timer {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final Socket socket;
    private final Request request;

    private HeldBack(Socket socket, Request request) {
        super(socket);
        this.socket = socket;
        this.request = request;
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
        RequestDetails details = request.details();
        if (details.heldBack == null) {
            details.heldBack = new HeldBack(s, request);
            s.loop().arm(details.heldBack, seconds * NANOS_PER_SECOND);
        }
    }

    @Override
    protected void ring() {
        request.details().heldBack = null;
        Disconnecting.released(socket, request);
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
