package lapwing.winsock;

/** How the outcome of a request reaches the program: structure, event, routine, packet. */
final class Completion {
    private Completion() {}

    /**
     * Delivers an outcome. The caller holds the socket's monitor and has taken the request off the
     * socket's lists; the request may be in use again when this returns.
     *
     * @param immediate the starting call itself reports it too: with
     *     FILE_SKIP_COMPLETION_PORT_ON_SUCCESS no packet (P10)
     */
    static void deliver(
            SocketHandle socket, Request request, int status, int bytes, boolean immediate) {
        Overlapped overlapped = request.overlapped;
        CompletionRoutine routine = request.routine();
        RoutineQueue routines = request.routines();
        boolean silent = overlapped.hEventLowBit;
        request.vacate();
        if (overlapped instanceof RioOperation registered) {
            registered.ended(status, bytes); // to a completion queue
            return;
        }
        if (routine != null && routines != null) {
            overlapped.finish(status, bytes, null); // hEvent is ignored: O17
            int error = NtStatus.toWinsock(status);
            routines.add(routine, error, bytes, overlapped, Results.flags(status));
            return;
        }
        CompletionPort port = socket.port;
        boolean skipped =
                immediate && (socket.modes & Constants.FILE_SKIP_COMPLETION_PORT_ON_SUCCESS) != 0;
        if (port != null && !silent && !skipped && !(overlapped instanceof Hidden)) {
            port.complete(socket.key, socket.attachment(), overlapped, bytes, status);
        } else {
            overlapped.finish(status, bytes, overlapped.hEvent);
        }
    }

    /** The structure behind a call without one: it never makes a packet (P30). */
    static final class Hidden extends Overlapped {}
}
