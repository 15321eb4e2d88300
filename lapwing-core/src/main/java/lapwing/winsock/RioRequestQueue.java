package lapwing.winsock;

import lapwing.engine.Loop;
import lapwing.port.Port;
import lapwing.socket.Registered;
import lapwing.socket.Socket;
import org.jspecify.annotations.Nullable;

/**
 * {@code RIO_RQ}: what registered requests of a socket go through, for the socket's life. Its
 * requests stand in the socket's own queues, among those of WSASend and WSARecv. Any thread may use
 * it.
 *
 * <p>If the results' queue notifies a port, the socket runs on that port's loop: then the thread
 * that waits for the notification can come to lead it, and all that it starts between two waits
 * goes out with the next one.
 */
public final class RioRequestQueue {
    final Socket socket;
    final long socketContext;
    final RioSide receives;
    final RioSide sends;

    /** Whose loop the socket runs on; null for the common one. */
    private final @Nullable Port<?> port;

    /** The descriptor tells where datagrams were sent to. Guarded by the socket's monitor. */
    boolean tellsDestination;

    /** This queue, as the socket sees it. */
    final Registered membership =
            new Registered() {
                @Override
                public @Nullable Loop loop() {
                    return port == null ? null : port.loop();
                }

                @Override
                public void close() {
                    receives.close();
                    sends.close();
                    if (port != null) {
                        port.dissociate();
                    }
                }
            };

    RioRequestQueue(
            Socket socket,
            long socketContext,
            RioCompletionQueue receiveResults,
            int mostReceives,
            RioCompletionQueue sendResults,
            int mostSends) {
        this.socket = socket;
        this.socketContext = socketContext;
        receives = new RioSide(this, receiveResults, true, mostReceives);
        sends = new RioSide(this, sendResults, false, mostSends);
        Port<?> notified =
                receiveResults.port() != null ? receiveResults.port() : sendResults.port();
        port = notified != null && notified.associate() ? notified : null;
    }

    @Override
    public String toString() {
        return "request queue of a " + socket;
    }
}
