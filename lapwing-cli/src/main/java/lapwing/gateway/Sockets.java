package lapwing.gateway;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import lapwing.winsock.CompletionPort;
import lapwing.winsock.Constants;
import lapwing.winsock.IntRef;
import lapwing.winsock.Kernel32;
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
     * that reserves a port for itself fails when many are in TIME_WAIT. An engine that cannot do it
     * refuses, and all the same the socket works.
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
