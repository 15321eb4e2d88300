package lapwing.winsock;

import lapwing.socket.Disconnecting;
import lapwing.socket.Socket;
import org.jspecify.annotations.Nullable;

/** shutdown and DisconnectEx. Both return a Winsock error code. */
final class DisconnectCalls {
    private DisconnectCalls() {}

    static int shutdown(Socket s, int how) {
        if (s.isOpen() && (how < Constants.SD_RECEIVE || how > Constants.SD_BOTH)) {
            return WinsockError.WSAEINVAL;
        }
        boolean receives = how != Constants.SD_SEND;
        boolean sends = how != Constants.SD_RECEIVE;
        return Results.code(Disconnecting.shutdown(s, receives, sends));
    }

    static int disconnectEx(Socket s, @Nullable Overlapped overlapped, int flags, int reserved) {
        OverlappedRequest request = BlockingCalls.request(overlapped);
        if (request == null) {
            return WinsockError.ERROR_INVALID_PARAMETER;
        }
        int status;
        synchronized (s) {
            status = Disconnecting.refusal(s);
            if (status == 0 && (reserved != 0 || (flags & ~Constants.TF_REUSE_SOCKET) != 0)) {
                return WinsockError.WSAEINVAL;
            }
            if (status == 0) {
                status = Disconnecting.start(s, request, flags == Constants.TF_REUSE_SOCKET);
            }
        }
        return Results.code(BlockingCalls.outcome(s, overlapped, request, status));
    }
}
