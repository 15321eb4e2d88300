package lapwing.winsock;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import lapwing.engine.Loop;
import lapwing.engine.Operation;
import org.jspecify.annotations.Nullable;

/**
 * An operation of a socket, from the call that starts it to the delivery of its outcome. Belongs to
 * one {@link Overlapped} and is used again with it. Fields are guarded by the socket's monitor.
 */
final class Request extends Operation {
    /** What the program has asked for; the stages of it are operations of the engine. */
    enum Purpose {
        RECEIVE,
        SEND,
        TRANSMIT,
        ACCEPT,
        CONNECT,
        DISCONNECT,
        NOTIFY
    }

    final Overlapped overlapped;
    private volatile boolean busy;

    Purpose purpose = Purpose.NOTIFY;
    @Nullable SocketHandle socket;

    /** The thread that has started it (CancelIo); null while it is not under way. */
    @Nullable Thread starter;

    /** Where the engine has it; null while it waits its turn. */
    private @Nullable Loop loop;

    /** True if the program has cancelled it, or closed its socket. */
    boolean abandoned;

    /** Neighbours in the socket's list of pending requests. */
    @Nullable Request previous;

    @Nullable Request next;

    /** Neighbours in the queue of sends or receives, see {@link RequestQueue}. */
    @Nullable Request ahead;

    @Nullable Request behind;

    /** Of AcceptEx: its arguments; null for accept. */
    @Nullable Acceptance accepting;

    /** What only some requests have; null until one of its lives needed it. */
    private @Nullable RequestDetails details;

    Request(Overlapped overlapped) {
        this.overlapped = overlapped;
    }

    boolean isBusy() {
        return busy;
    }

    /** Takes the request for a new life. */
    void prepare(SocketHandle socket, Purpose purpose, Kind kind) {
        this.socket = socket;
        this.purpose = purpose;
        this.kind = kind;
        blocks = 0;
        flags = 0;
        moved = 0;
        control = null;
        loop = null;
        abandoned = false;
        if (details != null) {
            details.clear();
        }
        accepting = null;
    }

    /** True of ConnectEx: the context is due afterwards. */
    boolean isExtended() {
        return purpose == Purpose.CONNECT && !Waiting.isPlain(this);
    }

    /** True of an AcceptEx whose client is there, and has to speak. */
    boolean awaitsData() {
        return purpose == Purpose.ACCEPT && kind == Kind.RECEIVE;
    }

    /** What only some requests have, to be filled in. */
    RequestDetails details() {
        if (details == null) {
            details = new RequestDetails();
        }
        return details;
    }

    /** Sets who is told of the end, on the calling thread. */
    void routine(@Nullable CompletionRoutine routine) {
        if (routine != null) {
            details().routine = routine;
            details().routines = ThreadState.current().routines;
        }
    }

    @Nullable RoutineQueue routines() {
        return details == null ? null : details.routines;
    }

    @Nullable CompletionRoutine routine() {
        return details == null ? null : details.routine;
    }

    @Nullable Transmission transmission() {
        return details == null ? null : details.transmission;
    }

    /** True of a transmission that ends in a disconnect. */
    boolean disconnectsAfter() {
        Transmission transmission = transmission();
        return transmission != null && transmission.disconnects;
    }

    int sentBefore() {
        return details == null ? 0 : details.sentBefore;
    }

    @Nullable Sockaddr from() {
        return details == null ? null : details.from;
    }

    @Nullable WsaMsg message() {
        return details == null ? null : details.message;
    }

    /** Hands the request to a loop. */
    void startOn(Loop where) {
        loop = where;
        where.start(this);
    }

    /** True once the engine has it. */
    boolean isStarted() {
        return loop != null;
    }

    /** The engine is done with a stage of it. */
    void stopped() {
        loop = null;
    }

    /** Asks the loop that has it for an early end. */
    void cancel() {
        if (loop != null) {
            loop.cancel(this);
        }
    }

    Loop loop() {
        return Objects.requireNonNull(loop);
    }

    /** The loop that has it, or will have it; null if it is nowhere. Needs no monitor: a guess. */
    @Nullable Loop endsOn() {
        SocketHandle s = socket;
        Loop where = loop;
        return where != null ? where : s == null ? null : s.loop();
    }

    /** Takes a copy of data, so that the program may change it at once. */
    void capture(MemorySegment data, int length) {
        MemorySegment captured = details().captured;
        if (captured == null || captured.byteSize() < length) {
            captured = Arena.ofAuto().allocate(Math.max(64, length));
            details().captured = captured;
        }
        MemorySegment.copy(data, 0, captured, 0, length);
        addBlock(captured, length);
    }

    /** Marks the request as under way, started by the calling thread. */
    void occupy() {
        starter = Thread.currentThread();
        busy = true;
    }

    /** Gives the request back; its fields may be used for the next life at once. */
    void vacate() {
        clearBlocks();
        accepting = null;
        if (details != null) {
            details.transmission = null;
        }
        starter = null;
        busy = false;
    }

    /** Takes over the program's blocks. */
    void blocks(WsaBuf[] buffers, int count, boolean receives) {
        if (count > MOST_BLOCKS) {
            gather(buffers, count, receives);
            return;
        }
        for (int i = 0; i < count; i++) {
            WsaBuf buffer = buffers[i];
            if (buffer.isStable()) {
                addBlock(buffer.buf(), buffer.len);
            } else {
                copied(buffer.buf(), buffer.len, receives);
            }
        }
    }

    /** Makes one block of more than the engine takes. */
    private void gather(WsaBuf[] buffers, int count, boolean receives) {
        int length = 0;
        for (int i = 0; i < count; i++) {
            length += buffers[i].len;
        }
        MemorySegment all = Arena.ofAuto().allocate(Math.max(length, 1));
        MemorySegment[] parts = new MemorySegment[count];
        long at = 0;
        for (int i = 0; i < count; i++) {
            parts[i] = buffers[i].buf().asSlice(0, buffers[i].len);
            if (!receives) {
                all.asSlice(at, buffers[i].len).copyFrom(parts[i]);
            }
            at += buffers[i].len;
        }
        if (receives) {
            details().scattered = parts;
        }
        addBlock(all, length);
    }

    /** Takes over one block. */
    void block(MemorySegment buffer, int length, boolean receives) {
        if (Memory.isStable(buffer)) {
            addBlock(buffer, length);
        } else {
            copied(buffer, length, receives);
        }
    }

    private void copied(MemorySegment heap, int length, boolean receives) {
        MemorySegment copy = Arena.ofAuto().allocate(Math.max(length, 1));
        if (receives) {
            @Nullable MemorySegment[] copies = details().copies;
            if (copies == null || copies.length <= blocks) {
                copies =
                        copies == null
                                ? new MemorySegment[blocks + 1]
                                : java.util.Arrays.copyOf(copies, blocks + 1);
                details().copies = copies;
            }
            copies[blocks] = heap;
        } else {
            MemorySegment.copy(heap, 0, copy, 0, length);
        }
        addBlock(copy, length);
    }

    /** Copies received bytes to where the program wants them. */
    void copyOut(int bytes) {
        if (details == null) {
            return;
        }
        MemorySegment[] parts = details.scattered;
        for (int i = 0, at = 0; parts != null && at < bytes; i++) {
            int part = (int) Math.min(bytes - at, parts[i].byteSize());
            MemorySegment.copy(memory(0), at, parts[i], 0, part);
            at += part;
        }
        @Nullable MemorySegment[] copies = details.copies;
        if (copies == null) {
            return;
        }
        int left = bytes;
        for (int i = 0; i < blocks && left > 0; i++) {
            int part = Math.min(left, length(i));
            MemorySegment target = i < copies.length ? copies[i] : null;
            if (target != null) {
                MemorySegment.copy(memory(i), 0, target, 0, part);
            }
            left -= part;
        }
    }

    /** Which of its lives this is. */
    int life() {
        return overlapped.starts();
    }

    @Override
    protected void ended() {
        SocketHandle s = Objects.requireNonNull(socket);
        int present = life();
        try {
            ended(s);
        } catch (Throwable t) {
            Cancelling.giveUp(s, this, present);
            throw t; // to be reported
        }
    }

    private void ended(SocketHandle s) {
        switch (purpose) {
            case RECEIVE -> Receiving.ended(s, this);
            case SEND -> Sending.ended(s, this);
            case TRANSMIT -> Transmitting.ended(s, this);
            case ACCEPT -> Accepting.ended(s, this);
            case CONNECT -> Connecting.ended(s, this);
            case DISCONNECT -> Disconnecting.ended(s, this);
            case NOTIFY -> {}
        }
    }
}
