package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import lapwing.socket.Request;
import lapwing.socket.RequestDetails;
import org.jspecify.annotations.Nullable;

/** What only some calls have beside: a routine, places for what comes with a datagram. */
final class CallDetails extends RequestDetails {
    @Nullable CompletionRoutine routine;
    @Nullable RoutineQueue routines;

    /** Of WSARecvFrom: where the sender goes. */
    @Nullable Sockaddr from;

    @Nullable IntRef fromLength;

    /** Of a message: where its flags go. */
    @Nullable WsaMsg message;

    /** Where its control data goes. */
    @Nullable MemorySegment controlRoom;

    /** Of a receive of a message: room for the kernel's control data; kept. */
    @Nullable MemorySegment kernelControl;

    @Override
    public void clear() {
        super.clear();
        routine = null;
        routines = null;
        from = null;
        fromLength = null;
        message = null;
        controlRoom = null;
    }

    /** Tells what has come with a datagram; returns the status to report. */
    int datagramCame(Request request, int status) {
        if (from != null) {
            from.address.set(request.peer());
            if (fromLength != null) {
                fromLength.value = from.length();
            }
        }
        return message == null ? status : Messages.received(request, message, controlRoom, status);
    }
}
