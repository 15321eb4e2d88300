package lapwing.drill;

import java.lang.foreign.MemorySegment;
import lapwing.winsock.IntRef;
import lapwing.winsock.Kernel32;
import lapwing.winsock.Overlapped;
import lapwing.winsock.Sockaddr;
import lapwing.winsock.WsaMsg;
import org.jspecify.annotations.Nullable;

/**
 * An OVERLAPPED of a script with all that operations on it may still write to, as a program embeds
 * the structure in its own. The fields belong to the script's calls; an operation under way writes
 * only into what they refer to.
 */
final class NamedOverlapped extends Overlapped implements Named {
    private final String name;

    /** Of the last AcceptEx or receive. */
    @Nullable MemorySegment buffer;

    /** Of the last AcceptEx. */
    @Nullable AcceptBuffer acceptBuffer;

    /** The sender, as the last WSARecvFrom or WSARecvMsg has stored it. */
    final Sockaddr from = new Sockaddr();

    final IntRef fromLength = new IntRef();
    final IntRef flags = new IntRef();

    /** Of the last WSARecvMsg; null if a WSARecvFrom came later. */
    @Nullable WsaMsg message;

    NamedOverlapped(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    /** Gives the structure a manual-reset event. */
    void addEvent(boolean silent) {
        hEvent = Kernel32.CreateEvent(true, false);
        hEventLowBit = silent;
    }

    /** How a structure that a completion brings is printed. */
    static String nameOf(@Nullable Overlapped o) {
        return o == null ? "NULL" : o instanceof Named named ? named.name() : o.toString();
    }
}
