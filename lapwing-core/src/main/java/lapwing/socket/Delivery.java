package lapwing.socket;

import java.util.Objects;
import lapwing.engine.Timer;

/**
 * A disconnect with reuse that waits for the peer's system to take what was sent: the peer has
 * ended before, so nothing will come that would say so. It looks after 2 ms, then twice as seldom
 * each time.
 */
final class Delivery extends Timer {
    private static final long FIRST_PAUSE_NANOS = 2_000_000;
    private static final long LONGEST_PAUSE_NANOS = 64_000_000;

    private final Socket socket;
    private final Request request;
    private long pause = FIRST_PAUSE_NANOS;

    private Delivery(Socket socket, Request request) {
        super(socket);
        this.socket = socket;
        this.request = request;
    }

    /**
     * True if it has been taken, or never will be. If not, {@link Disconnecting#goOn} is called
     * when it has. Holding the socket's monitor.
     */
    static boolean isOver(Socket s, Request request) {
        boolean over = isOver(s);
        RequestDetails details = request.details();
        if (!over && details.delivery == null) {
            details.delivery = new Delivery(s, request);
            details.delivery.look();
        }
        return over;
    }

    private static boolean isOver(Socket s) {
        return s.connection.broken != 0 || Objects.requireNonNull(s.endpoint).isDelivered();
    }

    private void look() {
        socket.loop().arm(this, pause);
        pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
    }

    @Override
    protected void ring() {
        if (isOver(socket)) {
            request.details().delivery = null;
            Disconnecting.goOn(socket, request);
        } else {
            look();
        }
    }
}
