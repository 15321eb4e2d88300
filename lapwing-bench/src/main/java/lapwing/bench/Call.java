package lapwing.bench;

import static lapwing.winsock.Constants.*;
import static lapwing.winsock.Winsock.*;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import lapwing.winsock.Kernel32;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.WinsockError;

/** Calls that must not fail, and options in one line. */
final class Call {
    private static final MemorySegment VALUE = Arena.ofAuto().allocate(8, 8);

    private Call() {}

    /** A call that returns 0. */
    static void ok(int result, String call) {
        if (result != 0) {
            throw failure(call);
        }
    }

    /** A call that returns TRUE. */
    static void ok(boolean result, String call) {
        if (!result) {
            throw failure(call);
        }
    }

    /** A call that starts an operation: at once or pending. */
    static void started(int result, String call) {
        if (result != 0 && WSAGetLastError() != WinsockError.WSA_IO_PENDING) {
            throw failure(call);
        }
    }

    /** The same of a BOOL function. */
    static void started(boolean result, String call) {
        if (!result && WSAGetLastError() != WinsockError.WSA_IO_PENDING) {
            throw failure(call);
        }
    }

    static IllegalStateException failure(String call) {
        return new IllegalStateException(
                call + ": " + WinsockError.nameOf(Kernel32.GetLastError()));
    }

    /** A TCP socket with Nagle's algorithm off. */
    static SocketHandle tcp() {
        SocketHandle s = WSASocket(AF_INET, SOCK_STREAM, 0, null, 0, WSA_FLAG_OVERLAPPED);
        option(s, IPPROTO_TCP, TCP_NODELAY, 1);
        return s;
    }

    static void option(SocketHandle s, int level, int name, int value) {
        VALUE.set(ValueLayout.JAVA_INT, 0, value);
        ok(setsockopt(s, level, name, VALUE, 4), "setsockopt " + level + " " + name);
    }

    /** Lets connects choose local ports late and share them; not every engine can. */
    static void shareLocalPorts(SocketHandle s) {
        VALUE.set(ValueLayout.JAVA_INT, 0, 1);
        setsockopt(s, SOL_SOCKET, SO_REUSE_UNICASTPORT, VALUE, 4);
    }
}
