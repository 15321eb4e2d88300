package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import lapwing.engine.Address;
import lapwing.engine.Endpoint;
import lapwing.engine.Status;
import lapwing.socket.Acceptance;
import lapwing.socket.Accepting;
import lapwing.socket.Memory;
import lapwing.socket.PlainAccepting;
import lapwing.socket.Request;
import lapwing.socket.Socket;
import org.jspecify.annotations.Nullable;

/** accept, WSAAccept with the condition function, and AcceptEx. All return a Winsock error code. */
final class AcceptCalls {
    private AcceptCalls() {}

    static int acceptEx(
            Socket listener,
            Socket accept,
            @Nullable MemorySegment output,
            int dataLength,
            int localLength,
            int remoteLength,
            @Nullable Overlapped overlapped) {
        Request request = overlapped == null ? null : overlapped.take();
        if (overlapped == null || request == null) {
            return WinsockError.ERROR_INVALID_PARAMETER;
        }
        overlapped.begin(); // also before a failure: O3
        if (output == null
                || output.isReadOnly()
                || remoteLength == 0
                || (dataLength | localLength | remoteLength) < 0
                || (long) dataLength + localLength + remoteLength > output.byteSize()) {
            return WinsockError.WSAEFAULT;
        }
        Memory.isStable(output);
        Acceptance to = new AcceptBuffer(accept, output, dataLength, localLength, remoteLength);
        return Results.code(Accepting.acceptEx(listener, request, to));
    }

    /**
     * Waits for a client, and asks the condition function if there is one.
     *
     * @param made gets the connection
     */
    static int accept(
            Socket listener,
            @Nullable Sockaddr address,
            @Nullable IntRef length,
            @Nullable ConditionFunction condition,
            long callbackData,
            Ref<SocketHandle> made) {
        BlockedCaller request = new BlockedCaller();
        int status = PlainAccepting.start(listener, request);
        if (status == Status.PENDING) {
            status = BlockingCalls.awaitUnlessCancelled(listener, request);
        }
        if (status != 0) {
            return Results.code(status);
        }
        Endpoint connection = Objects.requireNonNull(request.accepted);
        request.accepted = null;
        int decision = decision(request.peer(), connection, condition, callbackData);
        if (decision == Constants.CF_DEFER) {
            int put = PlainAccepting.defer(listener, connection, request.takePeer());
            return put == 0 ? WinsockError.WSATRY_AGAIN : Results.code(put);
        }
        if (decision != Constants.CF_ACCEPT) {
            reset(connection);
            return WinsockError.WSAECONNREFUSED;
        }
        if (address != null) {
            address.address.set(request.peer());
        }
        if (length != null) {
            length.value = Sockaddr.length(request.peer());
        }
        made.value =
                new SocketHandle(PlainAccepting.wrap(listener, connection, request.takePeer()));
        return 0;
    }

    private static int decision(
            Address peer,
            Endpoint connection,
            @Nullable ConditionFunction condition,
            long callbackData) {
        if (condition == null) {
            return Constants.CF_ACCEPT;
        }
        try {
            Sockaddr caller = new Sockaddr();
            caller.address.set(peer);
            Sockaddr callee = new Sockaddr();
            connection.localAddress(callee.address);
            return condition.decide(caller, callee, callbackData);
        } catch (RuntimeException | Error e) {
            reset(connection);
            throw e;
        }
    }

    private static void reset(Endpoint connection) {
        connection.set(Endpoint.Option.LINGER, 0);
        connection.close();
    }
}
