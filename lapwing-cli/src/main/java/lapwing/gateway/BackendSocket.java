package lapwing.gateway;

import lapwing.winsock.SocketHandle;
import lapwing.winsock.Winsock;

/** A bound socket for ConnectEx that may have served other connections before. */
final class BackendSocket {
    final SocketHandle handle;
    final int family;

    /** How often it has been connected. */
    int uses;

    BackendSocket(SocketHandle handle, int family) {
        this.handle = handle;
        this.family = family;
    }

    void close() {
        Winsock.closesocket(handle);
    }

    void reset() {
        Sockets.reset(handle);
    }
}
