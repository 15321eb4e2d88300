package lapwing.drill;

import static lapwing.drill.Outcome.ofInt;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import lapwing.winsock.CompletionRoutine;
import lapwing.winsock.IntRef;
import lapwing.winsock.Sockaddr;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.Winsock;
import lapwing.winsock.WsaBuf;
import org.jspecify.annotations.Nullable;

/** WSARecv, WSASend and their datagram forms. */
final class OverlappedTransferCalls {
    static final Map<String, Calls.Body> TABLE =
            Map.of(
                    "WSARecv", OverlappedTransferCalls::receive,
                    "WSASend", OverlappedTransferCalls::send,
                    "WSARecvFrom", OverlappedTransferCalls::receiveFrom,
                    "WSASendTo", OverlappedTransferCalls::sendTo);

    private OverlappedTransferCalls() {}

    private static String receive(Call call) {
        SocketHandle s = call.socketHandle(1);
        int wanted = call.size(2);
        NamedOverlapped o = call.overlappedOrNull(3);
        Options options = call.options(4);
        IntRef flags = o == null ? new IntRef() : o.flags;
        flags.value = options.flags("flags");
        CompletionRoutine routine = options.has("routine") ? call.script()::routineRan : null;
        MemorySegment buffer = Memory.dotted(wanted);
        if (o != null) {
            o.clear();
            o.buffer = buffer;
        }
        IntRef bytes = new IntRef();
        Winsock.WSASetLastError(0);
        int result =
                Winsock.WSARecv(
                        s,
                        one(buffer),
                        options.has("nobuffers") ? 0 : 1,
                        options.has("nobytes") ? null : bytes,
                        flags,
                        o,
                        routine);
        return received(result, bytes, o == null ? buffer : null);
    }

    private static String send(Call call) {
        SocketHandle s = call.socketHandle(1);
        MemorySegment data = Memory.copyOf(call.data(2));
        NamedOverlapped o = call.overlappedOrNull(3);
        Options options = call.options(4);
        CompletionRoutine routine = options.has("routine") ? call.script()::routineRan : null;
        if (o != null) {
            o.clear();
        }
        IntRef bytes = new IntRef();
        Winsock.WSASetLastError(0);
        int result =
                Winsock.WSASend(
                        s, one(data), 1, options.has("nobytes") ? null : bytes, 0, o, routine);
        return received(result, bytes, null);
    }

    private static String receiveFrom(Call call) {
        SocketHandle s = call.socketHandle(1);
        MemorySegment buffer = Memory.dotted(call.size(2));
        NamedOverlapped o = call.overlapped(3);
        o.clear();
        o.buffer = buffer;
        o.flags.value = 0;
        o.fromLength.value = Addresses.room().value;
        o.message = null;
        IntRef bytes = new IntRef();
        Winsock.WSASetLastError(0);
        int result =
                Winsock.WSARecvFrom(
                        s, one(buffer), 1, bytes, o.flags, o.from, o.fromLength, o, null);
        return received(result, bytes, null);
    }

    private static String sendTo(Call call) {
        SocketHandle s = call.socketHandle(1);
        MemorySegment data = Memory.copyOf(call.data(2));
        Sockaddr to = call.address(3);
        NamedOverlapped o = call.overlappedOrNull(4);
        if (o != null) {
            o.clear();
        }
        IntRef bytes = new IntRef();
        Winsock.WSASetLastError(0);
        int result = Winsock.WSASendTo(s, one(data), 1, bytes, 0, to, to.length(), o, null);
        return received(result, bytes, null);
    }

    /** The buffers of a call that has just one. */
    static WsaBuf[] one(MemorySegment memory) {
        return new WsaBuf[] {new WsaBuf().set(memory, (int) memory.byteSize())};
    }

    /** The outcome of a transfer; {@code shown} is the buffer whose data is printed, if any. */
    static String received(int result, IntRef bytes, @Nullable MemorySegment shown) {
        return ofInt(
                result,
                () ->
                        Outcome.bytes(bytes.value)
                                + (shown == null
                                        ? ""
                                        : " " + PrintedData.of(shown, 0, bytes.value)));
    }
}
