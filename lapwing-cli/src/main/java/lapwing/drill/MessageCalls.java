package lapwing.drill;

import static lapwing.drill.OverlappedTransferCalls.one;
import static lapwing.drill.OverlappedTransferCalls.received;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import lapwing.winsock.Constants;
import lapwing.winsock.IntRef;
import lapwing.winsock.Sockaddr;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.WSARecvMsg;
import lapwing.winsock.WSASendMsg;
import lapwing.winsock.Winsock;
import lapwing.winsock.WsaBuf;
import lapwing.winsock.WsaMsg;
import org.jspecify.annotations.Nullable;

/** WSARecvMsg, WSASendMsg, and what a received message has brought. */
final class MessageCalls {
    static final Map<String, Calls.Body> TABLE =
            Map.of(
                    "WSARecvMsg", MessageCalls::receive,
                    "WSASendMsg", MessageCalls::send,
                    "message", MessageCalls::stored);

    private static final int CONTROL_MEMORY = 1024;

    private MessageCalls() {}

    private static String receive(Call call) {
        SocketHandle s = call.socketHandle(1);
        int wanted = call.size(2);
        NamedOverlapped given = call.overlappedOrNull(3);
        Options options = call.options(4);
        int controlSize = options.number("control", 0);
        // A call without a structure stores its message in one that no script sees.
        NamedOverlapped holder = given == null ? new NamedOverlapped("NULL") : given;
        MemorySegment buffer = Memory.dotted(wanted);
        WsaMsg message = message(holder.from, one(buffer), controlSize);
        holder.message = message;
        if (given != null) {
            given.clear();
            given.buffer = buffer;
        }
        IntRef bytes = new IntRef();
        WSARecvMsg function = Extensions.recvMsg();
        Winsock.WSASetLastError(0);
        int result =
                function.call(s, options.has("nomessage") ? null : message, bytes, given, null);
        String outcome = received(result, bytes, given == null ? buffer : null);
        return given == null && result != Constants.SOCKET_ERROR
                ? outcome + " " + print(call.script(), holder)
                : outcome;
    }

    private static WsaMsg message(Sockaddr name, WsaBuf[] buffers, int controlSize) {
        WsaMsg message = new WsaMsg();
        message.name = name;
        message.namelen = Addresses.room().value;
        message.lpBuffers = buffers;
        message.dwBufferCount = buffers.length;
        if (controlSize != 0) {
            MemorySegment control = Memory.allocate(Math.max(CONTROL_MEMORY, controlSize));
            message.Control = new WsaBuf().set(control, controlSize);
        }
        return message;
    }

    private static String send(Call call) {
        SocketHandle s = call.socketHandle(1);
        MemorySegment data = Memory.copyOf(call.data(2));
        Sockaddr to = call.address(3);
        NamedOverlapped o = call.overlappedOrNull(4);
        Options options = call.options(5);
        WsaMsg message = message(to, one(data), 0);
        message.namelen = to.length();
        if (o != null) {
            o.clear();
        }
        IntRef bytes = new IntRef();
        WSASendMsg function = Extensions.sendMsg();
        Winsock.WSASetLastError(0);
        int result =
                function.call(
                        s,
                        options.has("nomessage") ? null : message,
                        0,
                        options.has("nobytes") ? null : bytes,
                        o,
                        null);
        return received(result, bytes, null);
    }

    private static String stored(Call call) {
        return print(call.script(), call.overlapped(1));
    }

    private static String print(Script script, NamedOverlapped o) {
        @Nullable WsaMsg message = o.message;
        @Nullable WsaBuf control = message == null ? null : message.Control;
        return "from="
                + Addresses.print(script, o.from)
                + " flags="
                + Flags.print(message == null ? o.flags.value : message.dwFlags)
                + " control="
                + (control == null ? "0" : Integer.toUnsignedString(control.len));
    }
}
