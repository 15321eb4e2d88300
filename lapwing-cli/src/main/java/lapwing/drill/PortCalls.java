package lapwing.drill;

import static lapwing.drill.Outcome.ofBool;

import java.util.Map;
import lapwing.winsock.CompletionPort;
import lapwing.winsock.Handle;
import lapwing.winsock.IntRef;
import lapwing.winsock.Kernel32;
import lapwing.winsock.LongRef;
import lapwing.winsock.Overlapped;
import lapwing.winsock.OverlappedEntry;
import lapwing.winsock.Ref;
import lapwing.winsock.SocketHandle;
import org.jspecify.annotations.Nullable;

/** Completion ports and their packets. */
final class PortCalls {
    static final Map<String, Calls.Body> TABLE =
            Map.of(
                    "CreateIoCompletionPort", PortCalls::make,
                    "associate", PortCalls::associate,
                    "SetFileCompletionNotificationModes", PortCalls::setModes,
                    "GetQueuedCompletionStatus", PortCalls::dequeue,
                    "GetQueuedCompletionStatusEx", PortCalls::dequeueSeveral,
                    "PostQueuedCompletionStatus", PortCalls::post,
                    "CloseHandle", PortCalls::close);

    private static final int MOST_ENTRIES = 64;

    private PortCalls() {}

    private static String make(Call call) {
        String name = call.newName(1);
        int concurrency = call.has(2) ? call.number(2) : 0;
        @Nullable CompletionPort port =
                Kernel32.CreateIoCompletionPort(SocketHandle.INVALID_SOCKET, null, 0, concurrency);
        if (port != null) {
            call.script().add(new NamedPort(name, port));
        }
        return Outcome.ofMade(port != null, "NULL");
    }

    private static String associate(Call call) {
        Handle s = call.socket(1).fileHandle();
        CompletionPort port = call.portHandle(2);
        long key = call.key(3);
        return Outcome.ofMade(Kernel32.CreateIoCompletionPort(s, port, key, 0) != null, "NULL");
    }

    private static String setModes(Call call) {
        SocketHandle s = call.socketHandle(1);
        int flags = call.flags(2);
        return ofBool(Kernel32.SetFileCompletionNotificationModes(s, flags));
    }

    private static String dequeue(Call call) {
        CompletionPort port = call.portHandle(1);
        int milliseconds = call.milliseconds(2);
        IntRef bytes = new IntRef();
        LongRef key = new LongRef();
        Ref<Overlapped> overlapped = new Ref<>();
        boolean taken =
                Kernel32.GetQueuedCompletionStatus(port, bytes, key, overlapped, milliseconds);
        String result = ofBool(taken);
        Overlapped o = overlapped.value;
        String packet =
                taken || o != null
                        ? Outcome.bytes(bytes.value) + " key=" + Long.toUnsignedString(key.value)
                        : "";
        return result + packet + " overlapped=" + NamedOverlapped.nameOf(o);
    }

    private static String dequeueSeveral(Call call) {
        CompletionPort port = call.portHandle(1);
        int asked = call.number(2);
        int most = Integer.compareUnsigned(asked, MOST_ENTRIES) > 0 ? MOST_ENTRIES : asked;
        int milliseconds = call.milliseconds(3);
        OverlappedEntry[] entries = OverlappedEntry.array(MOST_ENTRIES);
        IntRef taken = new IntRef();
        boolean result =
                Kernel32.GetQueuedCompletionStatusEx(
                        port, entries, most, taken, milliseconds, false);
        return ofBool(result, () -> packets(entries, taken.value));
    }

    private static String packets(OverlappedEntry[] entries, int count) {
        StringBuilder text = new StringBuilder(" count=").append(count);
        for (int i = 0; i < count; i++) {
            OverlappedEntry entry = entries[i];
            Overlapped o = entry.lpOverlapped;
            text.append(" [key=")
                    .append(Long.toUnsignedString(entry.lpCompletionKey))
                    .append(" overlapped=")
                    .append(NamedOverlapped.nameOf(o))
                    .append(Outcome.bytes(entry.dwNumberOfBytesTransferred))
                    .append(" status=")
                    .append(o == null ? "-" : Codes.status(o.internal()))
                    .append(']');
        }
        return text.toString();
    }

    private static String post(Call call) {
        CompletionPort port = call.portHandle(1);
        int bytes = call.number(2);
        long key = call.key(3);
        Overlapped o = call.overlappedOrNull(4);
        return ofBool(Kernel32.PostQueuedCompletionStatus(port, bytes, key, o));
    }

    private static String close(Call call) {
        NamedPort port = call.port(1);
        boolean closed = Kernel32.CloseHandle(port.handle());
        if (closed) {
            port.markClosed();
        }
        return ofBool(closed);
    }
}
