package lapwing.gateway;

import lapwing.winsock.Constants;
import lapwing.winsock.NtStatus;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.Winsock;
import org.jspecify.annotations.Nullable;

/**
 * The DisconnectEx of one side of a tunnel: sends FIN, waits for the peer's, frees the socket for
 * reuse.
 */
final class Parting extends TunnelOperation {
    private @Nullable SocketHandle socket;
    private boolean reusable;

    Parting(Tunnel tunnel) {
        super(tunnel);
    }

    void start(SocketHandle s) {
        socket = s;
        reusable = false;
        if (started(Functions.DISCONNECT_EX.call(s, this, Constants.TF_REUSE_SOCKET, 0)) != 0) {
            giveUp();
        }
    }

    /** Closes the socket if the parting is still going on. */
    void giveUp() {
        SocketHandle s = socket;
        if (s != null) {
            socket = null;
            Winsock.closesocket(s);
        }
    }

    /** Whether the socket has become free for another connection; asked once for each parting. */
    boolean takeReusable() {
        boolean taken = reusable;
        reusable = false;
        return taken;
    }

    @Override
    void ended(int status, int bytes) {
        if (status == NtStatus.STATUS_SUCCESS && socket != null) {
            socket = null;
            reusable = true;
        } else {
            giveUp();
        }
    }
}
