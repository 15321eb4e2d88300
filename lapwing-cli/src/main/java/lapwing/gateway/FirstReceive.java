package lapwing.gateway;

import lapwing.winsock.IntRef;
import lapwing.winsock.Kernel32;
import lapwing.winsock.NtStatus;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.Winsock;
import org.jspecify.annotations.Nullable;

/** The receive of {@code --first-data wait=T}: takes what the client sends until the deadline. */
final class FirstReceive extends Op {
    private static final IntRef NO_FLAGS = new IntRef();

    private @Nullable SocketHandle socket;

    FirstReceive(Tunnel tunnel) {
        super(tunnel);
    }

    /** Starts; false if the client is already gone. */
    boolean start(SocketHandle client, FirstBlock block) {
        socket = client;
        return started(Winsock.WSARecv(client, block.data, 1, null, NO_FLAGS, this, null) == 0)
                == 0;
    }

    /** The deadline has come. The receive ends with 995, or with data if that was faster (O16). */
    void giveUp() {
        SocketHandle s = socket;
        if (s != null) {
            Kernel32.CancelIoEx(s, this);
        }
    }

    @Override
    void ended(int status, int bytes) {
        socket = null;
        if (status == NtStatus.STATUS_SUCCESS) {
            tunnel.firstReceived(bytes, bytes == 0);
        } else if (status == NtStatus.STATUS_CANCELLED) {
            tunnel.firstReceived(0, false);
        } else {
            tunnel.clientFailed(NtStatus.toWinsock(status));
        }
    }
}
