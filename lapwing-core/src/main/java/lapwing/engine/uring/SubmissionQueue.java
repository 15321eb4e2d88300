package lapwing.engine.uring;

import static lapwing.engine.uring.RingLayout.*;

import lapwing.engine.Endpoint;
import lapwing.engine.FreeDescriptors;
import lapwing.engine.Notes;
import lapwing.engine.Operation;
import lapwing.engine.OperationQueue;
import lapwing.engine.Status;

/**
 * The submission queue of a ring: the entries that the kernel has not been shown yet. It belongs,
 * like the table of the operations under way, to whoever holds the loop's lock; nothing here may be
 * called without.
 */
final class SubmissionQueue {
    /**
     * User data of entries that are no operation's: what they complete with tells nobody anything.
     */
    static final long IGNORED = -1;

    private final Ring ring;
    private final SlotTable slots;
    private final Entries entries;

    /**
     * Operations that have found no room, in order: the kernel is short of memory, or the leader is
     * about to enter it. They are given to the kernel by the next flush or round.
     */
    private final OperationQueue waiting = new OperationQueue();

    /** Some that are cancelled still have to be cancelled in the kernel. */
    private boolean owesCancels;

    private boolean failed;

    /** Another accept has been asked for since the leader has made a round. */
    private boolean hasLeft;

    /** Entries that close a descriptor have been filled in since somebody asked. */
    private boolean closes;

    /**
     * The leader has counted its entries and not yet come back from the kernel. Set under the lock,
     * taken back by the leader without.
     */
    private volatile boolean entering;

    SubmissionQueue(Ring ring, SlotTable slots, Entries entries) {
        this.ring = ring;
        this.slots = slots;
        this.entries = entries;
    }

    // ---- filling in ----

    /** Gives the operation a slot and fills in its entries, or has it wait for room. */
    void start(Operation operation) {
        if (failed) {
            throw new IllegalStateException("the ring has failed");
        }
        if (waiting.isEmpty() && hasRoom(Entries.places(operation))) {
            give(operation);
        } else {
            Notes.setToken(operation, 0); // in no slot
            waiting.add(operation);
        }
    }

    private void give(Operation operation) {
        slots.take(operation);
        int mark = ring.mark();
        try {
            entries.fill(operation, Notes.token(operation));
        } catch (Throwable t) { // nothing has happened
            ring.rewind(mark);
            slots.free(Notes.token(operation));
            throw t;
        }
    }

    /** True if something waits for room. */
    boolean hasWaiting() {
        return !waiting.isEmpty() || owesCancels;
    }

    /** Fills in what has waited for room, as far as there is some. */
    void startWaiting(Refused refused) {
        for (Operation next = waiting.peek();
                next != null && hasRoom(Entries.places(next));
                next = waiting.peek()) {
            waiting.poll();
            try {
                give(next);
            } catch (Throwable t) {
                refused.add(next, t);
            }
        }
        if (owesCancels && waiting.isEmpty()) {
            owesCancels = !slots.cancelled(this::tryCancel);
        }
    }

    /** From now on the kernel is asked for nothing: every start fails. */
    void giveUp(Refused refused) {
        failed = true;
        owesCancels = false;
        for (Operation next = waiting.poll(); next != null; next = waiting.poll()) {
            refused.add(next, Status.INSUFFICIENT_RESOURCES);
        }
    }

    /**
     * Takes back what the kernel has not taken of an operation that has failed. It has been short
     * of memory in the middle of a chain, which is two then: the second would go on without the
     * first, with memory that may be another's by then.
     */
    void withdraw(long token) {
        ring.withdraw(token);
    }

    /**
     * Closes what a chain has left open that has failed; if it was torn, the kernel is still to
     * take the entry that does so.
     */
    void closeBroken(UringEndpoint socket) {
        for (int i = ring.firstUntaken(); i != ring.mark(); i++) {
            if (ring.target(i, OP_CLOSE) == socket.fd) {
                return;
            }
        }
        close(socket);
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

    /** Cancels an operation in the kernel; as soon as there is room, if it is not there yet. */
    void cancel(Operation operation) {
        boolean there = slots.get(Notes.token(operation)) == operation;
        owesCancels |= there ? !tryCancel(operation) : !waiting.isEmpty();
    }

    private boolean tryCancel(Operation operation) {
        boolean possible = hasRoom(1);
        if (possible) {
            long token = Notes.token(operation);
            ring.add(OP_ASYNC_CANCEL, CQE_SKIP_SUCCESS, 0, -1, 0, token, 0, 0, IGNORED);
        }
        return possible;
    }

    /**
     * Has another accept of the same listener try to take the client that this one leaves behind,
     * who wakes nobody else (F43): it is cancelled in the kernel alone, and so begins again. Once a
     * round: thousands may be cancelled together, and none is left then.
     */
    void leaveToAnother(Operation accept) {
        if (!hasLeft) {
            hasLeft = true;
            Operation other = slots.likeIt(accept);
            if (other != null) {
                tryCancel(other);
            }
        }
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

    /** Asks for the timeout; false if there is no room for it. */
    boolean arm(Alarm alarm) {
        boolean possible = hasRoom(1);
        if (possible) {
            alarm.add(ring);
        }
        return possible;
    }

    /** Sees to it that there is room, by a submission if need be; waits for nothing. */
    private boolean hasRoom(int places) {
        if (failed || ring.hasRoom(places)) {
            return !failed;
        }
        submit();
        return ring.hasRoom(places);
    }

    // ---- the end of the stream behind a send ----

    /** See {@link lapwing.engine.Loop#endFollows}. */
    void endFollows(Operation send) {
        if (send.kind == Operation.Kind.SEND) {
            send.flags |= Endpoint.END_FOLLOWS; // for what is not filled in yet
            ring.amend(Notes.token(send), 0, UringEndpoint.MSG_MORE);
        }
    }

    /** See {@link lapwing.engine.Loop#closeBehind}. */
    boolean closeBehind(Operation send, UringEndpoint socket) {
        boolean possible =
                send.kind == Operation.Kind.SEND
                        && isTried(send)
                        && slots.get(Notes.token(send)) == send
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
        hasLeft = false;
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
     * Shows the kernel what has been filled in, and submits it. Not while the leader has counted
     * entries that the kernel has not taken: with others in their place its count could cut a
     * chain. Whoever has filled in something since then wakes the leader, which submits it.
     */
    private void submit() {
        if (entering && ring.hasUntaken()) {
            return;
        }
        int count = ring.publish();
        if (count > 0) {
            ring.submit(count);
        }
    }

    /** Gives the kernel what has been filled in, and what has waited for room. */
    void flush(Refused refused) {
        if (!failed) {
            submit();
            if (hasWaiting()) {
                startWaiting(refused);
                submit();
            }
        }
    }

    /** True if the kernel has been given everything, or is asked for nothing any more. */
    boolean isDrained() {
        return failed || (!hasWaiting() && ring.firstUntaken() == ring.mark());
    }
}
