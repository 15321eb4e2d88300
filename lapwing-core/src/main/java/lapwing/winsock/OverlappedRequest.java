package lapwing.winsock;

/**
 * The request of a program's structure: that, and its event, routine or packet, get the outcome.
 */
class OverlappedRequest extends Request {
    final Overlapped overlapped;

    OverlappedRequest(Overlapped overlapped) {
        this.overlapped = overlapped;
    }

    @Override
    final void begin() {
        super.begin();
        overlapped.begin();
    }

    @Override
    boolean endsWithThread(SocketHandle s) {
        return s.port == null || overlapped.hEvent != null;
    }

    @Override
    void completed(SocketHandle s, int status, int bytes, boolean immediate) {
        CompletionRoutine routine = routine();
        RoutineQueue routines = routines();
        boolean silent = overlapped.hEventLowBit;
        vacate();
        if (routine != null && routines != null) {
            overlapped.finish(status, bytes, null); // hEvent is ignored: O17
            int error = NtStatus.toWinsock(status);
            routines.add(routine, error, bytes, overlapped, Results.flags(status));
            return;
        }
        CompletionPort port = s.port;
        boolean skipped =
                immediate && (s.modes & Constants.FILE_SKIP_COMPLETION_PORT_ON_SUCCESS) != 0; // P10
        if (port != null && !silent && !skipped) {
            port.complete(s.key, s.attachment(), overlapped, bytes, status);
        } else {
            overlapped.finish(status, bytes, overlapped.hEvent);
        }
    }
}
