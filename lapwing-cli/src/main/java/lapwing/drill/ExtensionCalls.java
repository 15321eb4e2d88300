package lapwing.drill;

import static lapwing.drill.Outcome.ofBool;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import lapwing.winsock.AcceptEx;
import lapwing.winsock.ConnectEx;
import lapwing.winsock.DisconnectEx;
import lapwing.winsock.GetAcceptExSockaddrs;
import lapwing.winsock.IntRef;
import lapwing.winsock.Ref;
import lapwing.winsock.Sockaddr;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.Winsock;
import org.jspecify.annotations.Nullable;

/** AcceptEx, GetAcceptExSockaddrs, ConnectEx and DisconnectEx. */
final class ExtensionCalls {
    static final Map<String, Calls.Body> TABLE =
            Map.of(
                    "AcceptEx", ExtensionCalls::acceptEx,
                    "GetAcceptExSockaddrs", ExtensionCalls::getAcceptExSockaddrs,
                    "ConnectEx", ExtensionCalls::connectEx,
                    "DisconnectEx", ExtensionCalls::disconnectEx);

    private ExtensionCalls() {}

    private static String acceptEx(Call call) {
        SocketHandle listener = call.socketHandle(1);
        SocketHandle s = call.socketHandle(2);
        int data = call.number(3);
        int local = call.number(4);
        int remote = call.number(5);
        NamedOverlapped o = call.overlappedOrNull(6);
        boolean hasBuffer = !call.options(7).has("nobuffer");
        if (data + local + remote < 0) {
            throw new BadLine("a buffer of more than 2 GB");
        }
        MemorySegment buffer = Memory.dotted(data + local + remote);
        if (o != null) {
            o.clear();
            o.buffer = buffer;
            o.acceptBuffer = new AcceptBuffer(buffer, data, local, remote);
        }
        IntRef received = new IntRef();
        AcceptEx function = Extensions.acceptEx();
        Winsock.WSASetLastError(0);
        boolean done =
                function.call(
                        listener, s, hasBuffer ? buffer : null, data, local, remote, received, o);
        return ofBool(done, () -> Outcome.bytes(received.value));
    }

    private static String getAcceptExSockaddrs(Call call) {
        @Nullable AcceptBuffer buffer = call.overlapped(1).acceptBuffer;
        if (buffer == null) {
            throw new BadLine("no AcceptEx yet");
        }
        Ref<MemorySegment> local = new Ref<>();
        Ref<MemorySegment> remote = new Ref<>();
        IntRef localLength = new IntRef();
        IntRef remoteLength = new IntRef();
        GetAcceptExSockaddrs function = Extensions.getAcceptExSockaddrs();
        function.call(
                buffer.memory(),
                buffer.dataLength(),
                buffer.localLength(),
                buffer.remoteLength(),
                local,
                localLength,
                remote,
                remoteLength);
        return "local="
                + print(call.script(), local, localLength)
                + " remote="
                + print(call.script(), remote, remoteLength);
    }

    private static String print(Script script, Ref<MemorySegment> pointer, IntRef length) {
        @Nullable MemorySegment memory = pointer.value;
        if (memory == null) {
            return "NULL";
        }
        Sockaddr address = new Sockaddr();
        address.read(memory, length.value);
        return Addresses.print(script, address);
    }

    private static String connectEx(Call call) {
        SocketHandle s = call.socketHandle(1);
        Sockaddr address = call.address(2);
        byte @Nullable [] data = call.dataOrNull(3);
        NamedOverlapped o = call.overlappedOrNull(4);
        boolean spoil = call.options(5).has("spoil");
        @Nullable MemorySegment buffer = data == null ? null : Memory.copyOf(data);
        int length = data == null ? 0 : data.length;
        if (o != null) {
            o.clear();
        }
        IntRef sent = new IntRef();
        ConnectEx function = Extensions.connectEx();
        Winsock.WSASetLastError(0);
        boolean done = function.call(s, address, address.length(), buffer, length, sent, o);
        if (buffer != null && spoil) {
            buffer.fill((byte) '!');
        }
        return ofBool(done, () -> Outcome.bytes(sent.value));
    }

    private static String disconnectEx(Call call) {
        SocketHandle s = call.socketHandle(1);
        NamedOverlapped o = call.overlappedOrNull(2);
        int flags = call.flags(3);
        int reserved = call.number(4);
        if (o != null) {
            o.clear();
        }
        DisconnectEx function = Extensions.disconnectEx();
        Winsock.WSASetLastError(0);
        return ofBool(function.call(s, o, flags, reserved));
    }
}
