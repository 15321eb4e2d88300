package lapwing.gateway;

import lapwing.winsock.Overlapped;
import lapwing.winsock.Winsock;
import lapwing.winsock.WinsockError;

/**
 * One overlapped operation of a tunnel, made with the tunnel and used again and again.
 *
 * <p>The tunnel counts its operations between start and packet, because its objects and buffers may
 * serve the next connection only when the last packet has come (O16).
 */
abstract class TunnelOperation extends Overlapped {
    final Tunnel tunnel;

    TunnelOperation(Tunnel tunnel) {
        this.tunnel = tunnel;
    }

    /**
     * Books the result of the call that should have started this operation.
     *
     * @param done what the call returned: true if it ended at once, which queues a packet all the
     *     same (P8)
     * @return 0 if a packet will come, otherwise the Winsock error the call failed with
     */
    final int started(boolean done) {
        if (!done) {
            int error = Winsock.WSAGetLastError();
            if (error != WinsockError.ERROR_IO_PENDING) {
                return error;
            }
        }
        tunnel.pending++;
        return 0;
    }

    /** The packet has come. */
    final void complete(int status, int bytes) {
        tunnel.pending--;
        try {
            ended(status, bytes);
        } catch (Throwable t) { // the other connections go on, whatever it is
            tunnel.fault(t);
        }
        tunnel.settle(); // throws nothing
    }

    /**
     * The operation has ended; whatever the tunnel's state is by now.
     *
     * @param status the NTSTATUS, 0 for success
     * @param bytes bytes transferred
     */
    abstract void ended(int status, int bytes);
}
