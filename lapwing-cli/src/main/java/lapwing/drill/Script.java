package lapwing.drill;

import java.util.ArrayList;
import java.util.List;
import lapwing.winsock.Kernel32;
import lapwing.winsock.Overlapped;
import lapwing.winsock.Winsock;
import org.jspecify.annotations.Nullable;

/** What a script has made, and what its completion routines have said. Threads share it. */
final class Script {
    private final List<Named> objects = new ArrayList<>(); // guarded by this; oldest first
    private final StringBuilder routines = new StringBuilder(); // guarded by this

    synchronized void add(Named object) {
        objects.add(object);
    }

    /** The newest object of that name. */
    synchronized @Nullable Named find(String name) {
        for (Named object : objects.reversed()) {
            if (object.name().equals(name)) {
                return object;
            }
        }
        return null;
    }

    /** All open sockets, also those whose name has passed to a newer object; oldest first. */
    synchronized List<NamedSocket> openSockets() {
        List<NamedSocket> open = new ArrayList<>();
        for (Named object : objects) {
            if (object instanceof NamedSocket s && s.isOpen()) {
                open.add(s);
            }
        }
        return open;
    }

    /** A completion routine; it is called on the thread that started the operation. */
    synchronized void routineRan(int error, int bytes, Overlapped o, int flags) {
        routines.append(" [overlapped=")
                .append(NamedOverlapped.nameOf(o))
                .append(" error=")
                .append(Codes.error(error))
                .append(" bytes=")
                .append(Integer.toUnsignedString(bytes))
                .append(']');
    }

    /** What the routines have said since this was last asked. */
    synchronized String takeRoutines() {
        String said = routines.toString();
        routines.setLength(0);
        return said;
    }

    /** Closes what is still open. */
    void close() {
        for (NamedSocket s : openSockets()) {
            Winsock.closesocket(s.handle());
            s.markClosed();
        }
        for (NamedPort p : openPorts()) {
            Kernel32.CloseHandle(p.handle());
            p.markClosed();
        }
    }

    private synchronized List<NamedPort> openPorts() {
        List<NamedPort> open = new ArrayList<>();
        for (Named object : objects) {
            if (object instanceof NamedPort p && p.isOpen()) {
                open.add(p);
            }
        }
        return open;
    }
}
