package lapwing.drill;

import lapwing.winsock.CompletionPort;
import lapwing.winsock.Kernel32;
import lapwing.winsock.SocketHandle;
import org.jspecify.annotations.Nullable;

/** A completion port of a script, open until {@code CloseHandle} has succeeded. */
final class NamedPort implements Named {
    private final String name;
    private final CompletionPort handle;
    private volatile boolean open = true;

    NamedPort(String name, CompletionPort handle) {
        this.name = name;
        this.handle = handle;
    }

    /** What the word INVALID stands for where a port is wanted. */
    static NamedPort invalid() {
        return NotOpen.PORT;
    }

    @Override
    public String name() {
        return name;
    }

    /** Also after the end: a port that is not open is as invalid as any. */
    CompletionPort handle() {
        return handle;
    }

    boolean isOpen() {
        return open;
    }

    void markClosed() {
        open = false;
    }

    private static final class NotOpen {
        static final NamedPort PORT = make();

        private static NamedPort make() {
            @Nullable CompletionPort handle =
                    Kernel32.CreateIoCompletionPort(SocketHandle.INVALID_SOCKET, null, 0, 0);
            if (handle == null) {
                throw new IllegalStateException(
                        "CreateIoCompletionPort: " + Codes.error(Kernel32.GetLastError()));
            }
            Kernel32.CloseHandle(handle);
            NamedPort port = new NamedPort("INVALID", handle);
            port.markClosed();
            return port;
        }
    }
}
