package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import lapwing.engine.Address;
import lapwing.engine.Status;
import lapwing.socket.Connecting;
import lapwing.socket.Request;
import lapwing.socket.Socket;
import lapwing.socket.SocketNames;
import org.jspecify.annotations.Nullable;

/** The calls that are given an address, or give one. All return a Winsock error code. */
final class AddressCalls {
    private AddressCalls() {}

    /** What the program has given; null if there is nothing, or not all of it. */
    private static @Nullable Address given(@Nullable Sockaddr name, int length) {
        return name == null || length < name.length() ? null : name.address;
    }

    static int bind(Socket s, @Nullable Sockaddr name, int length) {
        return Results.code(Connecting.bind(s, given(name, length)));
    }

    static int connect(Socket s, @Nullable Sockaddr name, int length) {
        BlockedCaller request = new BlockedCaller();
        int status = Connecting.connect(s, request, given(name, length));
        return Results.code(
                status == Status.PENDING ? BlockingCalls.awaitUnlessCancelled(s, request) : status);
    }

    static int connectEx(
            Socket s,
            @Nullable Sockaddr name,
            int length,
            @Nullable MemorySegment data,
            int dataLength,
            @Nullable Overlapped overlapped) {
        Request request = overlapped == null ? null : overlapped.take();
        if (!s.isOpen()) {
            return WinsockError.WSAENOTSOCK;
        }
        if (overlapped == null || request == null) {
            return WinsockError.ERROR_INVALID_PARAMETER;
        }
        overlapped.begin(); // also before a failure: O3
        return Results.code(
                Connecting.connectEx(s, request, given(name, length), data, dataLength));
    }

    /** getsockname. */
    static int local(Socket s, @Nullable Sockaddr name, @Nullable IntRef length) {
        Address found = new Address();
        int status = SocketNames.local(s, found);
        int needed = s.v6 ? Sockaddr.SIZE_V6 : Sockaddr.SIZE_V4;
        return status < 0 ? Results.code(status) : store(found, needed, name, length);
    }

    /** getpeername. */
    static int peer(Socket s, @Nullable Sockaddr name, @Nullable IntRef length) {
        Address found = new Address();
        int status = SocketNames.peer(s, found);
        int needed = Sockaddr.length(found);
        return status < 0 ? Results.code(status) : store(found, needed, name, length);
    }

    private static int store(
            Address found, int needed, @Nullable Sockaddr name, @Nullable IntRef length) {
        if (name == null || length == null || length.value < needed) {
            return WinsockError.WSAEFAULT;
        }
        name.address.set(found);
        length.value = name.length();
        return 0;
    }
}
