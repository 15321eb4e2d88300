package lapwing.gateway;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import lapwing.winsock.CompletionPort;
import lapwing.winsock.Constants;
import lapwing.winsock.IntRef;
import lapwing.winsock.Kernel32;
import lapwing.winsock.Sockaddr;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.Winsock;
import org.jspecify.annotations.Nullable;

/** What the gateway asks of sockets besides moving data: making them and setting options. */
final class Sockets {
    private static final MemorySegment ONE = Arena.global().allocateFrom(ValueLayout.JAVA_INT, 1);

    /** struct linger {l_onoff = 1, l_linger = 0}: closesocket sends a reset. */
    private static final MemorySegment RESET =
            Arena.global().allocateFrom(ValueLayout.JAVA_SHORT, (short) 1, (short) 0);

    private Sockets() {}

    /**
     * A TCP socket on {@code port} without Nagle's delay, on which calls without an OVERLAPPED do
     * not wait, or null with the reason in WSAGetLastError.
     */
    static @Nullable SocketHandle prepare(int family, CompletionPort port) {
        SocketHandle s =
                Winsock.WSASocket(
                        family,
                        Constants.SOCK_STREAM,
                        Constants.IPPROTO_TCP,
                        null,
                        0,
                        Constants.WSA_FLAG_OVERLAPPED);
        if (s.equals(SocketHandle.INVALID_SOCKET)) {
            return null;
        }
        Winsock.setsockopt(s, Constants.IPPROTO_TCP, Constants.TCP_NODELAY, ONE, Integer.BYTES);
        keepUrgentByte(s);
        Winsock.ioctlsocket(s, Constants.FIONBIO, new IntRef(1));
        if (Kernel32.CreateIoCompletionPort(s, port, 0, 0) == null) {
            int error = Kernel32.GetLastError();
            Winsock.closesocket(s);
            Winsock.WSASetLastError(error);
            return null;
        }
        return s;
    }

    /**
     * Lets connects share local ports as long as the peers differ, and choose them late: a bind
     * that reserves a port for itself fails when many are in TIME_WAIT (S11).
     */
    static void shareLocalPorts(SocketHandle s) {
        Winsock.setsockopt(
                s, Constants.SOL_SOCKET, Constants.SO_REUSE_UNICASTPORT, ONE, Integer.BYTES);
    }

    /**
     * Gives an accepted socket its listener's properties; until then only data may be moved (A43).
     */
    static boolean updateAcceptContext(SocketHandle s, MemorySegment listener) {
        return Winsock.setsockopt(
                        s,
                        Constants.SOL_SOCKET,
                        Constants.SO_UPDATE_ACCEPT_CONTEXT,
                        listener,
                        Long.BYTES)
                == 0;
    }

    /** The same for a socket connected by ConnectEx (C35). */
    static boolean updateConnectContext(SocketHandle s) {
        return Winsock.setsockopt(
                        s, Constants.SOL_SOCKET, Constants.SO_UPDATE_CONNECT_CONTEXT, null, 0)
                == 0;
    }

    /**
     * An urgent byte stays where it is in the stream; else it would be missing there, as nobody
     * here asks for it. Accepted sockets have that from their listener, so only a new socket for a
     * backend costs a call.
     */
    private static void keepUrgentByte(SocketHandle s) {
        Winsock.setsockopt(s, Constants.SOL_SOCKET, Constants.SO_OOBINLINE, ONE, Integer.BYTES);
    }

    /** Whether a socket's own name is that one. */
    static boolean isNamed(SocketHandle s, Sockaddr name) {
        Sockaddr own = new Sockaddr();
        return Winsock.getsockname(s, own, new IntRef(FirstBlock.ADDRESS)) == 0
                && own.toInetSocketAddress().equals(name.toInetSocketAddress());
    }

    /** Closes with a reset: the peer must not take this for an orderly end. */
    static void reset(SocketHandle s) {
        Winsock.setsockopt(s, Constants.SOL_SOCKET, Constants.SO_LINGER, RESET, 2 * Short.BYTES);
        Winsock.closesocket(s);
    }

    /**
     * Whole seconds since a client was connected to a socket that AcceptEx still holds, or -1 if
     * there is none (A46).
     */
    static int connectTime(SocketHandle s, MemorySegment four, IntRef length) {
        length.value = Integer.BYTES;
        if (Winsock.getsockopt(s, Constants.SOL_SOCKET, Constants.SO_CONNECT_TIME, four, length)
                != 0) {
            return -1;
        }
        return four.get(ValueLayout.JAVA_INT, 0);
    }
}
