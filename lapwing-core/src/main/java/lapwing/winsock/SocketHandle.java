package lapwing.winsock;

import lapwing.socket.Closing;
import lapwing.socket.Socket;
import org.jspecify.annotations.Nullable;

/**
 * A {@code SOCKET}. The handle is not a descriptor: it gets one when it needs one, and another one
 * when it is used again after DisconnectEx; options set on it are kept and applied when the
 * descriptor comes.
 *
 * <h2>States</h2>
 *
 * <table border="1">
 * <caption>What each state allows, and where it leads</caption>
 * <tr><th>state</th><th>by</th><th>allowed</th><th>then</th></tr>
 * <tr><td>CREATED</td><td>WSASocket; reuse after AcceptEx</td><td>bind, connect, being AcceptEx's accept
 * socket (A15–A21)</td><td>BOUND, CONNECTING, ACCEPTING</td></tr>
 * <tr><td>BOUND</td><td>bind; reuse after ConnectEx or connect (D21)</td><td>listen, connect, ConnectEx
 * (C2)</td><td>LISTENING, CONNECTING</td></tr>
 * <tr><td>LISTENING</td><td>listen</td><td>accept, AcceptEx</td><td>CLOSED</td></tr>
 * <tr><td>ACCEPTING</td><td>AcceptEx under way on it</td><td>closesocket (A30), SO_CONNECT_TIME
 * (A46)</td><td>CONNECTED, or CREATED after a failure (A50)</td></tr>
 * <tr><td>CONNECTING</td><td>ConnectEx or connect under way</td><td>closesocket, cancel</td><td>CONNECTED,
 * or back after a failure (C26)</td></tr>
 * <tr><td>CONNECTED</td><td>accept, connect; AcceptEx and ConnectEx, which leave the context to be
 * updated: until then no names and no shutdown (A43, A44, C35–C37)</td><td>transfer, shutdown,
 * DisconnectEx</td><td>CREATED or BOUND by a reuse; CLOSED</td></tr>
 * <tr><td>CLOSED</td><td>closesocket</td><td>nothing: WSAENOTSOCK</td><td></td></tr>
 * </table>
 *
 * <p>Datagram sockets are CREATED or BOUND, with or without a default peer. Any thread may use a
 * socket; its fields are guarded by its monitor. Monitors nest in the order listener, accept
 * socket, port, loop.
 */
public final class SocketHandle extends Handle {
    /** Not a socket. */
    public static final SocketHandle INVALID_SOCKET = new SocketHandle(Socket.closed());

    /** What the handle stands for. */
    final Socket socket;

    SocketHandle(Socket socket) {
        this.socket = socket;
    }

    /** The socket of a handle. For null it is none: in C, a variable that nobody has set is 0. */
    static Socket of(@Nullable SocketHandle s) {
        return s == null ? INVALID_SOCKET.socket : s.socket;
    }

    /**
     * Attaches an object: a completion key that is no number. Every packet of an operation on this
     * socket that is queued from now on brings it along, in {@link LongRef#attachment} or {@link
     * OverlappedEntry#attachment}, also after {@code closesocket}; an AcceptEx is an operation on
     * the listener. It stays until another one is attached, and through any reuse of the socket.
     *
     * @param object whatever the thread that dequeues wants to know; null for nothing
     * @return what was attached before
     */
    public @Nullable Object attach(@Nullable Object object) {
        synchronized (socket) {
            Object before = socket.attachment;
            socket.attachment = object;
            return before;
        }
    }

    /** What is attached, null for nothing. */
    public @Nullable Object attachment() {
        return socket.attachment;
    }

    @Override
    boolean isOpen() {
        return socket.isOpen();
    }

    /** Closes the socket; false if it is closed. */
    boolean close() {
        boolean closed = Closing.close(socket);
        forgetValue();
        return closed;
    }

    @Override
    public String toString() {
        return socket.toString();
    }
}
