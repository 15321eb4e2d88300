package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import lapwing.port.Ending;
import lapwing.port.Port;
import lapwing.socket.Request;
import lapwing.socket.RequestDetails;
import lapwing.socket.Socket;
import org.jspecify.annotations.Nullable;

/**
 * The request of a program's structure: that, and its event, routine or packet, get the outcome.
 */
class OverlappedRequest extends Request implements Ending {
    final Overlapped overlapped;

    OverlappedRequest(Overlapped overlapped) {
        this.overlapped = overlapped;
    }

    @Override
    protected final RequestDetails newDetails() {
        return new CallDetails();
    }

    /** What only some calls have, to be filled in. */
    final CallDetails call() {
        return (CallDetails) details();
    }

    /** Sets who is told of the end, on the calling thread. */
    final void routine(@Nullable CompletionRoutine routine) {
        if (routine != null) {
            call().routine = routine;
            call().routines = ThreadState.current().routines;
        }
    }

    /** Takes over the program's blocks; false if there is no memory to copy through. */
    boolean blocks(WsaBuf[] buffers, int count, boolean receives) {
        boolean gathers = count > MOST_BLOCKS;
        int length = 0;
        for (int i = 0; i < count; i++) {
            length += gathers || !buffers[i].isStable() ? buffers[i].len : 0;
        }
        if (length > 0 && !copies().reserve(length)) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            WsaBuf buffer = buffers[i];
            if (!gathers && buffer.isStable()) {
                addBlock(buffer.buf(), buffer.len);
                continue;
            }
            MemorySegment place = copies().add(i, buffer.buf(), buffer.len, receives);
            if (!gathers) {
                addBlock(place, buffer.len);
            }
        }
        if (gathers) {
            addBlock(copies().memory(), length);
        }
        return true;
    }

    @Override
    public final int datagramCame(int status) {
        return hasDetails() ? call().datagramCame(this, status) : status;
    }

    @Override
    public final void begin() {
        super.begin();
        overlapped.begin();
    }

    @Override
    public final void linked(Socket s) {
        super.linked(s);
        if (endsWithThread(s)) {
            ThreadState.current().end.concerns(s);
        }
    }

    @Override
    public boolean endsWithThread(Socket s) {
        return s.port == null || overlapped.hEvent != null;
    }

    @Override
    public void completed(Socket s, int status, int bytes, boolean immediate) {
        CompletionRoutine routine = hasDetails() ? call().routine : null;
        RoutineQueue routines = hasDetails() ? call().routines : null;
        boolean silent = overlapped.hEventLowBit;
        vacate();
        if (routine != null && routines != null) {
            overlapped.finish(status, bytes, null); // hEvent is ignored: O17
            int error = NtStatus.toWinsock(status);
            routines.add(routine, error, bytes, overlapped, Results.flags(status));
            return;
        }
        Port<?> port = s.port;
        boolean skipped = immediate && s.endsAtOnce; // P10
        if (port != null && !silent && !skipped) {
            port.complete(s.key, s.attachment, overlapped, bytes, status, this);
        } else {
            overlapped.finish(status, bytes, overlapped.hEvent);
        }
    }

    @Override
    public final void finish(int status, int transferred) {
        overlapped.finish(status, transferred, overlapped.hEvent);
    }
}
