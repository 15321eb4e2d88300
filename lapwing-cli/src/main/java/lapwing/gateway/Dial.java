package lapwing.gateway;

import lapwing.winsock.Kernel32;
import lapwing.winsock.NtStatus;
import lapwing.winsock.Sockaddr;
import lapwing.winsock.Winsock;
import lapwing.winsock.WinsockError;
import org.jspecify.annotations.Nullable;

/**
 * The ConnectEx of one tunnel: carries header and first data to the backend whose turn it is, and
 * if that one refuses or is too slow, the same to the next, until all have been asked.
 */
final class Dial extends TunnelOperation {
    private final Worker worker;
    private int backend;
    private int asked;
    private int length;
    private boolean tooSlow;
    private int lastError;
    private @Nullable BackendSocket socket;

    Dial(Tunnel tunnel) {
        super(tunnel);
        worker = tunnel.worker;
    }

    /** Begins with the backend whose turn it is. */
    void begin() {
        backend = worker.backends.turn();
        asked = 0;
        attempt(false);
    }

    /** The connect deadline has passed. */
    void timeOut() {
        BackendSocket s = socket;
        if (s != null) {
            tooSlow = true;
            Kernel32.CancelIoEx(s.handle, this);
        }
    }

    /** The socket of the connection that is being or has been made. */
    @Nullable BackendSocket socket() {
        return socket;
    }

    /** Hands over the socket to whoever keeps it. */
    void forget() {
        socket = null;
    }

    /** The backend asked last. */
    Sockaddr address() {
        return worker.backends.address(backend);
    }

    /** Why the backend asked last did not take the connection. */
    String reason() {
        return WinsockError.nameOf(lastError);
    }

    private void attempt(boolean onFreshSocket) {
        Sockaddr to = address();
        BackendSocket s =
                onFreshSocket
                        ? worker.backendSockets.fresh(to.family())
                        : worker.backendSockets.take(to.family());
        if (s == null) {
            notTaken(Winsock.WSAGetLastError());
            return;
        }
        socket = s;
        tooSlow = false;
        FirstBlock block = tunnel.first();
        int header = worker.headers.write(tunnel, s, block);
        length = header + tunnel.firstLength();
        int error =
                started(
                        Functions.CONNECT_EX.call(
                                s.handle,
                                to,
                                to.length(),
                                length == 0 ? null : block.from(header),
                                length,
                                null,
                                this));
        if (error != 0) {
            failed(s, error);
        }
    }

    @Override
    void ended(int status, int bytes) {
        BackendSocket s = socket;
        if (!tunnel.isConnecting() || s == null) {
            return; // the tunnel was ended meanwhile and has closed the socket
        }
        if (status == NtStatus.STATUS_SUCCESS && isItself(s)) {
            s.reset(); // which leaves no TIME_WAIT on the port that the backend will want
            socket = null;
            notTaken(WinsockError.WSAECONNREFUSED);
        } else if (status == NtStatus.STATUS_SUCCESS && bytes == length) {
            s.uses++;
            tunnel.connected(s);
        } else if (status == NtStatus.STATUS_SUCCESS) {
            tunnel.end(End.BACKEND_RESET, 0); // half of the first block: the connection broke
        } else {
            failed(s, tooSlow ? WinsockError.WSAETIMEDOUT : NtStatus.toWinsock(status));
        }
    }

    private void failed(BackendSocket s, int error) {
        s.close();
        socket = null;
        if (s.uses > 0 && isAboutOwnAddress(error)) {
            attempt(true);
        } else if (mayHaveDelivered(error)) {
            tunnel.end(End.BACKEND_RESET, error);
        } else {
            notTaken(error);
        }
    }

    /** Want of a descriptor will not be better with another backend, everything else may be. */
    private void notTaken(int error) {
        lastError = error;
        if (error == WinsockError.WSAEMFILE) {
            worker.accepts.shortOfDescriptors();
            tunnel.end(End.NO_DESCRIPTOR, error);
        } else {
            nextBackend(error);
        }
    }

    /**
     * While a backend of this machine is down, the system may choose its port for a connect to it.
     * TCP then connects the socket to itself.
     */
    private boolean isItself(BackendSocket s) {
        return worker.backends.mayMeetItself(backend)
                && Sockets.updateConnectContext(s.handle)
                && Sockets.isNamed(s.handle, worker.backends.address(backend));
    }

    private void nextBackend(int error) {
        worker.counters.connectFailed.add(1);
        worker.notices.backendFailed(address(), error);
        if (++asked < worker.backends.count()) {
            backend = worker.backends.after(backend);
            tunnel.armConnect();
            attempt(false);
        } else {
            tunnel.end(End.NO_BACKEND, error);
        }
    }

    /** A reused socket stays bound to its port, and that port may still be in TIME_WAIT (D25). */
    private static boolean isAboutOwnAddress(int error) {
        return error == WinsockError.WSAEADDRINUSE || error == WinsockError.WSAEADDRNOTAVAIL;
    }

    /**
     * The connection was made and then broken: the first block may have been acted upon already.
     */
    private static boolean mayHaveDelivered(int error) {
        return error == WinsockError.WSAECONNRESET || error == WinsockError.WSAECONNABORTED;
    }
}
