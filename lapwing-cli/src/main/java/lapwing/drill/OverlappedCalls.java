package lapwing.drill;

import static lapwing.drill.Outcome.ofBool;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import lapwing.winsock.Constants;
import lapwing.winsock.Event;
import lapwing.winsock.IntRef;
import lapwing.winsock.Kernel32;
import lapwing.winsock.Overlapped;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.Winsock;
import lapwing.winsock.WinsockError;
import org.jspecify.annotations.Nullable;

/** Overlapped structures: making them, their results, cancelling, and a look inside. */
final class OverlappedCalls {
    static final Map<String, Calls.Body> TABLE =
            Map.of(
                    "OVERLAPPED", OverlappedCalls::make,
                    "CancelIoEx", OverlappedCalls::cancelOne,
                    "CancelIo", OverlappedCalls::cancelAll,
                    "WSAGetOverlappedResult", OverlappedCalls::winsockResult,
                    "GetOverlappedResult", OverlappedCalls::win32Result,
                    "WaitForEvent", OverlappedCalls::waitForEvent,
                    "Internal", OverlappedCalls::internal,
                    "buffer", OverlappedCalls::buffer);

    private OverlappedCalls() {}

    private static String make(Call call) {
        NamedOverlapped o = new NamedOverlapped(call.newName(1));
        Options options = call.options(2);
        boolean silent = options.has("silent");
        if (silent || options.has("event")) {
            o.addEvent(silent);
        }
        call.script().add(o);
        return "ok";
    }

    private static String cancelOne(Call call) {
        SocketHandle s = call.socketHandle(1);
        Overlapped o = call.overlappedOrNull(2);
        return ofBool(Kernel32.CancelIoEx(s, o));
    }

    private static String cancelAll(Call call) {
        return ofBool(Kernel32.CancelIo(call.socketHandle(1)));
    }

    private static String winsockResult(Call call) {
        SocketHandle s = call.socketHandle(1);
        Overlapped o = call.overlapped(2);
        boolean wait = isWait(call);
        IntRef bytes = new IntRef();
        boolean result = Winsock.WSAGetOverlappedResult(s, o, bytes, wait, new IntRef());
        return ofBool(result, () -> Outcome.bytes(bytes.value));
    }

    private static String win32Result(Call call) {
        SocketHandle s = call.socketHandle(1);
        Overlapped o = call.overlapped(2);
        boolean wait = isWait(call);
        IntRef bytes = new IntRef();
        boolean result = Kernel32.GetOverlappedResult(s, o, bytes, wait);
        return ofBool(result, () -> Outcome.bytes(bytes.value));
    }

    private static boolean isWait(Call call) {
        return call.oneOf(3, "wait", "nowait").equals("wait");
    }

    private static String waitForEvent(Call call) {
        @Nullable Event event = call.overlapped(1).hEvent;
        int milliseconds = call.milliseconds(2);
        int result =
                event == null
                        ? Constants.WAIT_FAILED
                        : Kernel32.WaitForSingleObject(event, milliseconds);
        return switch (result) {
            case Constants.WAIT_OBJECT_0 -> "WAIT_OBJECT_0";
            case WinsockError.WAIT_TIMEOUT -> "WAIT_TIMEOUT";
            default -> "WAIT_FAILED";
        };
    }

    private static String internal(Call call) {
        Overlapped o = call.overlapped(1);
        return "status=" + Codes.status(o.internal()) + Outcome.bytes((int) o.internalHigh());
    }

    private static String buffer(Call call) {
        @Nullable MemorySegment buffer = call.overlapped(1).buffer;
        int from = call.size(2);
        int to = call.size(3);
        if (buffer == null) {
            throw new BadLine("no receive yet");
        }
        int end = (int) Math.min(to, buffer.byteSize());
        return from < end ? PrintedData.of(buffer, from, end - from) : PrintedData.of(new byte[0]);
    }
}
