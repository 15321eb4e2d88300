package lapwing.winsock;

import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * A disconnect with reuse that waits for the peer's system to take what was sent: the peer has
 * ended before, so nothing will come that would say so. Looked at by {@link Watch}, first after
 * every period, then twice as seldom each time.
 */
final class Delivery implements BooleanSupplier {
    private static final int LONGEST_PAUSE = 32;

    private final Socket socket;
    private final Request request;
    private int pause = 1;
    private int left = 1;

    private Delivery(Socket socket, Request request) {
        this.socket = socket;
        this.request = request;
    }

    /**
     * True if it has been taken, or never will be. If not, {@link Disconnecting#goOn} is called
     * when it has. Holding the socket's monitor.
     */
    static boolean isOver(Socket s, Request request) {
        boolean over = isOver(s);
        if (!over && request.details().delivery == null) {
            Delivery delivery = new Delivery(s, request);
            request.details().delivery = delivery;
            Watch.add(delivery);
        }
        return over;
    }

    private static boolean isOver(Socket s) {
        return s.connection.broken != 0 || Objects.requireNonNull(s.endpoint).isDelivered();
    }

    @Override
    public boolean getAsBoolean() {
        if (--left > 0) {
            return true;
        }
        pause = Math.min(2 * pause, LONGEST_PAUSE);
        left = pause;
        synchronized (socket) {
            RequestDetails details = request.details();
            if (socket.connection.disconnecting != request || details.delivery != this) {
                return false; // cancelled
            }
            boolean over = isOver(socket);
            if (over) {
                details.delivery = null;
                Disconnecting.goOn(socket, request);
            }
            return !over;
        }
    }
}
