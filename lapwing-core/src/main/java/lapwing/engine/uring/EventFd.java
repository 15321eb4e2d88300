package lapwing.engine.uring;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static lapwing.engine.uring.RingLayout.OP_READ;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What wakes the leader of a ring: an eventfd, on which the ring always has a read pending. */
final class EventFd extends WakeUp {
    /** User data of the read. */
    static final long READ = -2;

    private final MemorySegment memory = Arena.ofAuto().allocate(16, 8);
    private final int fd;
    private final long buffer;
    private final long one;

    EventFd() throws RingException {
        long result =
                CallMemory.single(SyscallNumbers.EVENTFD2, 0, UringEndpoint.SOCK_CLOEXEC, 0, 0);
        if (result < 0) {
            throw new RingException("eventfd2", "for a loop", (int) -result);
        }
        fd = (int) result;
        buffer = memory.address();
        one = buffer + 8;
        memory.set(JAVA_LONG, 8, 1L);
    }

    /** Asks for the next read. Holding the loop's lock, with room for an entry. */
    void arm(Ring ring) {
        ring.add(OP_READ, 0, 0, fd, 0, buffer, 8, 0, READ);
    }

    @Override
    protected void send() {
        CallMemory.single(SyscallNumbers.WRITE, fd, one, 8, 0);
    }

    /** Closes the eventfd; the ring must be closed already. */
    @Override
    void close() {
        super.close(); // first: the number may soon be somebody else's
        CallMemory.closeDescriptor(fd);
    }
}
