package lapwing.engine.uring;

import static lapwing.engine.uring.RingLayout.*;

import java.util.concurrent.locks.LockSupport;
import lapwing.engine.Endpoint;
import lapwing.engine.FreeDescriptors;
import lapwing.engine.Notes;
import lapwing.engine.Operation;

/**
 * The submission side of a ring: the entries that the kernel has not been shown yet. It belongs,
 * like the table of the operations under way, to whoever holds the loop's lock; nothing here may be
 * called without.
 */
final class SubmissionSide {
    /**
     * User data of entries that are no operation's: what they complete with tells nobody anything.
     */
    static final long IGNORED = -1;

    /** Tries to find room, 100 µs apart. */
    private static final int MOST_TRIES = 10_000;

    private final Ring ring;
    private final SlotTable slots;
    private final Submissions submissions;

    private boolean failed;

    /** Entries that close a descriptor have been filled in since somebody asked. */
    private boolean closes;

    /**
     * The leader has counted its entries and not yet come back from the kernel. Set under the lock,
     * taken back by the leader without.
     */
    private volatile boolean entering;

    SubmissionSide(Ring ring, SlotTable slots, Submissions submissions) {
        this.ring = ring;
        this.slots = slots;
        this.submissions = submissions;
    }

    // ---- filling in ----

    /** Gives the operation a slot and fills in its entries. */
    void start(Operation operation) {
        makeRoom(Submissions.places(operation));
        slots.take(operation);
        int mark = ring.mark();
        try {
            submissions.fill(operation, Notes.token(operation));
        } catch (Throwable t) { // nothing has happened
            ring.rewind(mark);
            slots.free(Notes.token(operation));
            throw t;
        }
    }

    /** From now on the kernel is asked for nothing: every start fails. */
    void giveUp() {
        failed = true;
    }

    /** Closes what entries would have closed that the kernel has not taken, and never will. */
    void closeUntaken() {
        for (int i = ring.firstUntaken(); i != ring.mark(); i++) {
            int fd = ring.target(i, OP_CLOSE);
            if (fd >= 0) {
                CallMemory.closeDescriptor(fd);
                FreeDescriptors.closed();
            }
        }
    }

    boolean hasFailed() {
        return failed;
    }

    /** Asks for an early end of an operation that has a slot. */
    void cancel(Operation operation) {
        makeRoom(1);
        ring.add(
                OP_ASYNC_CANCEL, CQE_SKIP_SUCCESS, 0, -1, 0, Notes.token(operation), 0, 0, IGNORED);
    }

    /** Asks for one event of a descriptor that is ours; false if there is no room for it. */
    boolean poll(int fd, long userData) {
        boolean possible = hasRoom(1);
        if (possible) {
            ring.add(OP_POLL_ADD, 0, 0, fd, 0, 0, 0, POLLIN, userData);
        }
        return possible;
    }

    /** Closes the descriptor of a socket that is marked as closed. */
    void close(UringEndpoint socket) {
        if (hasRoom(1)) {
            addClose(socket);
        } else {
            socket.closeNow();
        }
    }

    private void addClose(UringEndpoint socket) {
        closes = true;
        ring.add(OP_CLOSE, CQE_SKIP_SUCCESS, 0, socket.fd, 0, 0, 0, 0, IGNORED);
    }

    /** True if descriptors will be free when the kernel has what was filled in; says so once. */
    boolean takeCloses() {
        boolean taken = closes;
        closes = false;
        return taken;
    }

    /** Asks for the read that wakes the leader; false if there is no room for it. */
    boolean arm(EventFd wakeUp) {
        boolean possible = hasRoom(1);
        if (possible) {
            wakeUp.arm(ring);
        }
        return possible;
    }

    private void makeRoom(int places) {
        if (!hasRoom(places)) {
            throw new IllegalStateException("the kernel takes no submissions");
        }
    }

    /**
     * Sees to it that there is room, by a submission if need be: a kernel that is short of memory
     * is waited for, for a second, as whoever wants the lock waits too. False if there is none.
     */
    private boolean hasRoom(int places) {
        for (int i = 0; !failed && i < MOST_TRIES; i++) {
            if (ring.hasRoom(places)) {
                return true;
            }
            int done = submit();
            if (done < 0 && !ring.hasRoom(places)) {
                if (!Errno.isPassing(-done)) {
                    return false;
                }
                LockSupport.parkNanos(100_000);
            }
        }
        return false;
    }

    // ---- the end of the stream behind a send ----

    /** See {@link lapwing.engine.Loop#endFollows}. */
    void endFollows(Operation send) {
        if (send.kind == Operation.Kind.SEND) {
            send.flags |= Endpoint.END_FOLLOWS; // for the rest, if it is sent in parts
            ring.amend(Notes.token(send), 0, UringEndpoint.MSG_MORE);
        }
    }

    /** See {@link lapwing.engine.Loop#closeBehind}. */
    boolean closeBehind(Operation send, UringEndpoint socket) {
        boolean possible =
                send.kind == Operation.Kind.SEND
                        && isTried(send)
                        && !failed
                        && ring.hasRoom(1)
                        && ring.amend(Notes.token(send), IO_LINK, UringEndpoint.MSG_MORE);
        if (possible) {
            Notes.setStage(send, Stage.CLOSES);
            Notes.cancel(send);
            socket.markClosed();
            addClose(socket);
        }
        return possible;
    }

    private static boolean isTried(Operation send) {
        byte stage = Notes.stage(send);
        return stage == Stage.TRIES || stage == Stage.RETRIES;
    }

    // ---- handing over ----

    /**
     * For the leader, which is to enter the kernel without the lock: how many entries it has to
     * take. It says {@link #entered} afterwards.
     */
    int publish() {
        int count = ring.publish();
        entering = count > 0;
        return count;
    }

    /** For the leader, behind {@link #publish}; needs no lock. */
    void entered() {
        if (entering) {
            entering = false;
        }
    }

    /**
     * Shows the kernel what has been filled in, and submits it. What the leader has counted it
     * takes itself first: with other entries in their place its count could cut a chain.
     */
    private int submit() {
        while (entering && ring.hasUntaken()) {
            LockSupport.parkNanos(10_000);
        }
        int count = ring.publish();
        return count == 0 ? 0 : ring.submit(count);
    }

    /** Gives the kernel what has been filled in. */
    void flush() {
        if (!failed) {
            submit();
        }
    }

    /** The same until the kernel has taken everything, or was short of memory for a second. */
    void drain() {
        flush();
        for (int i = 0; !failed && i < 1000 && ring.publish() > 0; i++) {
            LockSupport.parkNanos(1_000_000);
            flush();
        }
    }
}
