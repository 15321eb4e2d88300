package lapwing.socket;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import lapwing.engine.Loop;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import org.jspecify.annotations.Nullable;

/**
 * An operation of a socket, from the call that starts it to the delivery of its outcome, which each
 * kind of request does in its own way. It is used again for other operations. Fields are guarded by
 * the socket's monitor.
 */
public abstract class Request extends Operation {
    private volatile boolean busy;

    /** Which of its lives this is, see {@link Cancelling#giveUp}. */
    private byte life;

    /** What the program has asked for; the stages of it are operations of the engine. */
    public Purpose purpose = Purpose.NOTIFY;

    @Nullable Socket socket;

    /** The thread that has started it (CancelIo); null while it is not under way. */
    @Nullable Thread starter;

    /** Where the engine has it; null while it waits its turn. */
    private @Nullable Loop loop;

    /** True if the program has cancelled it, or closed its socket. */
    boolean abandoned;

    /** Neighbours in the socket's list of pending requests. */
    @Nullable Request previous;

    public @Nullable Request next;

    /** Neighbours in the queue of sends, receives or accepts, see {@link RequestQueue}. */
    @Nullable Request ahead;

    public @Nullable Request behind;

    /** That queue; null while it is in none. */
    @Nullable RequestQueue queue;

    /** Of AcceptEx: its arguments; null for accept. */
    public @Nullable Acceptance accepting;

    /** What only some requests have; null until one of its lives needed it. */
    private @Nullable RequestDetails details;

    public final boolean isBusy() {
        return busy;
    }

    /** Marks the start. */
    public void begin() {
        life++;
    }

    /**
     * Delivers the outcome to whoever wants it. The caller holds the socket's monitor and has taken
     * the request off the socket's lists; the implementation gives it back by {@link #vacate}, and
     * it may be in use again when this returns.
     *
     * @param immediate the starting call itself reports the outcome, too
     */
    public abstract void completed(Socket s, int status, int bytes, boolean immediate);

    /**
     * A datagram has come, whole or cut: who wants to know its sender or its control data is told.
     * Returns the status to report.
     */
    public int datagramCame(int status) {
        return status;
    }

    /** True of a call without a structure, which the modes of the socket are for (O22, O25). */
    public boolean isPlain() {
        return false;
    }

    /** True if the end of the thread that has started it ends it (O34). */
    public abstract boolean endsWithThread(Socket s);

    /** It is on the list of what is under way on a socket, started by the calling thread. */
    public void linked(Socket s) {
        occupy();
    }

    /** What a receive ends with whose socket is closed: with it goes its connection (P35). */
    public int statusOfClosed() {
        return Status.CONNECTION_ABORTED;
    }

    /** Takes the request for a new life. */
    public void prepare(Socket socket, Purpose purpose, Kind kind) {
        this.socket = socket;
        this.purpose = purpose;
        this.kind = kind;
        blocks = 0;
        flags = 0;
        moved = 0;
        resultFlags = 0; // also where it is attempted before it starts
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
        return purpose == Connecting.CONNECT && !isPlain();
    }

    /** Makes what only some requests have; a face may have more of that. */
    protected RequestDetails newDetails() {
        return new RequestDetails();
    }

    /** True if one of its lives has needed them. */
    protected final boolean hasDetails() {
        return details != null;
    }

    /** What only some requests have, to be filled in. */
    public RequestDetails details() {
        if (details == null) {
            details = newDetails();
        }
        return details;
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

    /** Leaves the queue that it is in, if it is in one. */
    public void leaveQueue() {
        if (queue != null) {
            queue.remove(this);
        }
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

    /** Has the loop cancel it, if one has it. */
    void cancel() {
        if (loop != null) {
            loop.cancel(this);
        }
    }

    Loop loop() {
        return Objects.requireNonNull(loop);
    }

    /** The loop that has it, or will have it; null if it is nowhere. Needs no monitor: a guess. */
    public @Nullable Loop endsOn() {
        Socket s = socket;
        Loop where = loop;
        return where != null ? where : s == null ? null : s.loop();
    }

    /** Takes a copy of data, which the program may change at once; false without memory for it. */
    boolean capture(MemorySegment data, int length) {
        Copies copies = details().copies();
        if (!copies.reserve(length)) {
            return false;
        }
        addBlock(copies.add(0, data, length, false), length);
        return true;
    }

    /** Marks the request as under way, started by the calling thread. */
    void occupy() {
        starter = Thread.currentThread();
        busy = true;
    }

    /** Gives the request back; its fields may be used for the next life at once. */
    public void vacate() {
        letGo();
        accepting = null;
        starter = null;
        busy = false;
    }

    /** It has ended, or was refused: its memory belongs to others again. Returns the status. */
    int refused(int status) {
        letGo();
        return status;
    }

    private void letGo() {
        clearBlocks();
        if (details != null) {
            details.letGo();
        }
    }

    /** Takes over one block; false if there is no memory to copy through. */
    boolean block(MemorySegment buffer, int length, boolean receives) {
        if (Memory.isStable(buffer)) {
            addBlock(buffer, length);
            return true;
        }
        Copies copies = details().copies();
        if (!copies.reserve(length)) {
            return false;
        }
        addBlock(copies.add(0, buffer, length, receives), length);
        return true;
    }

    public final Copies copies() {
        return details().copies();
    }

    /** Copies received bytes to where the program wants them. */
    void copyOut(int bytes) {
        Copies copies = details == null ? null : details.copies;
        if (copies != null) {
            copies.copyOut(this, bytes);
        }
    }

    final int life() {
        return life;
    }

    @Override
    protected void ended() {
        Socket s = Objects.requireNonNull(socket);
        int present = life();
        try {
            purpose.ended(s, this);
        } catch (Throwable t) {
            Cancelling.giveUp(s, this, present);
            throw t; // to be reported
        }
    }
}
