package lapwing.gateway;

import lapwing.winsock.NtStatus;
import lapwing.winsock.SocketHandle;

/** The AcceptEx of one tunnel. */
final class Accept extends TunnelOperation {
    private boolean shed;
    private long silentSince;

    Accept(Tunnel tunnel) {
        super(tunnel);
    }

    /** Posts it; false if that failed. */
    boolean start(Listener listener, SocketHandle socket, FirstBlock block) {
        shed = false;
        silentSince = 0;
        return started(
                        Functions.ACCEPT_EX.call(
                                listener.handle,
                                socket,
                                block.output,
                                block.receiveLength,
                                FirstBlock.ADDRESS,
                                FirstBlock.ADDRESS,
                                null,
                                this))
                == 0;
    }

    /**
     * A client has been here, silent, since {@code time} or a little longer; sheds it after {@code
     * limit}. The system counts whole seconds, so what was seen first is more exact than what is
     * seen now.
     */
    void silentSince(long time, long limit) {
        if (silentSince == 0) {
            silentSince = time;
        }
        if (!shed && tunnel.worker.now - silentSince >= limit) {
            shed = true;
            tunnel.closeClient(); // ends this operation with 995
        }
    }

    @Override
    void ended(int status, int bytes) {
        if (status == NtStatus.STATUS_SUCCESS && !shed) {
            tunnel.accepted(bytes);
        } else {
            tunnel.notAccepted(status, shed, silentSince != 0);
        }
    }
}
