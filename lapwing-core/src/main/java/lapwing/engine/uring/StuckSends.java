package lapwing.engine.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import lapwing.engine.Notes;
import lapwing.engine.Operation;

/**
 * Sends that wait for room while the peer has ended its own direction. A poll of the ring always
 * counts that end as an event (F40), so it cannot wait for such a socket: send and poll would turn
 * in circles. An epoll set waits for nothing but what it is asked for, and the ring polls the set.
 *
 * <p>A socket stays in the set until its descriptor is closed, and is silent there after each event
 * (EPOLLONESHOT). Guarded by the loop's lock.
 */
final class StuckSends {
    /** User data of the poll of the set. */
    static final long READY = -3;

    private static final int CTL_ADD = 1;
    private static final int CTL_MOD = 3;
    private static final int EPOLLOUT = 4;
    private static final int EPOLLONESHOT = 1 << 30;

    /** {@code struct epoll_event} is packed on one machine. */
    private static final long DATA = SyscallNumbers.X86 ? 4 : 8;

    private static final long EVENT_SIZE = DATA + 8;
    private static final int MOST_AT_A_TIME = 64;

    private final SlotTable slots;
    private final MemorySegment events = Arena.ofAuto().allocate(EVENT_SIZE * MOST_AT_A_TIME, 8);
    private final int fd;

    /** There has been one. */
    private boolean used;

    /** The ring polls the set. */
    private boolean polled;

    StuckSends(SlotTable slots) throws RingException {
        this.slots = slots;
        long result =
                CallMemory.single(
                        SyscallNumbers.EPOLL_CREATE1, UringEndpoint.SOCK_CLOEXEC, 0, 0, 0);
        if (result < 0) {
            throw new RingException("epoll_create1", "for a loop", (int) -result);
        }
        fd = (int) result;
    }

    /** Takes a send without a slot; 0, or the error with which it ends. */
    int add(Operation send) {
        slots.take(send);
        int done = control(CTL_ADD, send);
        if (done == -Errno.EEXIST) {
            done = control(CTL_MOD, send);
        }
        if (done < 0) {
            slots.free(Notes.token(send));
            return done;
        }
        Notes.setStage(send, Stage.STUCK);
        used = true;
        return 0;
    }

    private int control(int what, Operation send) {
        UringEndpoint socket = (UringEndpoint) Objects.requireNonNull(send.endpoint);
        events.set(JAVA_INT_UNALIGNED, 0, EPOLLOUT | EPOLLONESHOT);
        events.set(JAVA_LONG_UNALIGNED, DATA, Notes.token(send));
        long at = events.address();
        return (int) CallMemory.single(SyscallNumbers.EPOLL_CTL, fd, what, socket.fd, at);
    }

    /**
     * Has the ring poll the set if there is anything to wait for; false if it has no room for that.
     */
    boolean watch(SubmissionQueue submissionQueue) {
        if (used && !polled) {
            polled = submissionQueue.poll(fd, READY);
        }
        return polled || !used;
    }

    /** The poll of the set has ended: those that have room now are tried again. */
    void ready(SubmissionQueue submissionQueue, Refused refused) {
        polled = false;
        long at = events.address();
        long count = CallMemory.single(SyscallNumbers.EPOLL_PWAIT, fd, at, MOST_AT_A_TIME, 0);
        for (int i = 0; i < count; i++) {
            Operation send = slots.get(events.get(JAVA_LONG_UNALIGNED, i * EVENT_SIZE + DATA));
            if (send != null) {
                retry(send, submissionQueue, refused);
            }
        }
    }

    /** Tries a send again: if it is cancelled, for the last time. */
    void retry(Operation send, SubmissionQueue submissionQueue, Refused refused) {
        slots.free(Notes.token(send));
        Notes.setStage(send, Stage.RETRIES);
        refused.start(submissionQueue, send);
    }

    /** Closes the set; the ring must be closed already. */
    void close() {
        CallMemory.closeDescriptor(fd);
    }
}
