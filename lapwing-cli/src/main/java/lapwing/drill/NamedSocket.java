package lapwing.drill;

import lapwing.winsock.Constants;
import lapwing.winsock.Handle;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.Winsock;

/** A socket of a script, open until {@code closesocket} or {@code abort} has succeeded. */
final class NamedSocket implements Named {
    /** What the word INVALID stands for where a socket is wanted. */
    static final NamedSocket INVALID = new NamedSocket("INVALID", SocketHandle.INVALID_SOCKET);

    private final String name;
    private volatile SocketHandle handle;

    NamedSocket(String name, SocketHandle handle) {
        this.name = name;
        this.handle = handle;
    }

    @Override
    public String name() {
        return name;
    }

    /** INVALID_SOCKET once the socket is closed. */
    SocketHandle handle() {
        return handle;
    }

    boolean isOpen() {
        return !handle.equals(SocketHandle.INVALID_SOCKET);
    }

    void markClosed() {
        handle = SocketHandle.INVALID_SOCKET;
    }

    /**
     * For functions of Kernel32 where INVALID_HANDLE_VALUE has a meaning of its own: a handle that
     * is not open instead.
     */
    Handle fileHandle() {
        return isOpen() ? handle : NotOpen.SOCKET;
    }

    private static final class NotOpen {
        static final SocketHandle SOCKET = make();

        private static SocketHandle make() {
            SocketHandle s =
                    Winsock.WSASocket(Constants.AF_INET, Constants.SOCK_STREAM, 0, null, 0, 0);
            Winsock.closesocket(s);
            return s;
        }
    }
}
