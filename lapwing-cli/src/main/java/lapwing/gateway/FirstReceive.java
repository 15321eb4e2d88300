package lapwing.gateway;

import lapwing.winsock.IntRef;
import lapwing.winsock.Kernel32;
import lapwing.winsock.NtStatus;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.Winsock;
import org.jspecify.annotations.Nullable;

/**
 * The receive of first data that AcceptEx has not waited for: what the client sends until the
 * deadline of {@code --first-data wait=T}, or what is there already.
 */
final class FirstReceive extends TunnelOperation {
    private static final IntRef NO_FLAGS = new IntRef();

    private final IntRef count = new IntRef();
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

    /**
     * Takes what is there, waits for nothing, queues no packet.
     *
     * @return bytes received, 0 if the client has ended, -1 with the reason in WSAGetLastError:
     *     WSAEWOULDBLOCK if nothing is there
     */
    int takeNow(SocketHandle client, FirstBlock block) {
        int result = Winsock.WSARecv(client, block.data, 1, count, NO_FLAGS, null, null);
        return result == 0 ? count.value : result;
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
