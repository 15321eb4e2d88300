package lapwing.engine.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

/** What has been written to an eventfd. */
final class Signals {
    private static final int READ = SyscallNumbers.X86 ? 0 : 63;
    private static final int POLLFD_SIZE = 8;

    private Signals() {}

    /** Takes what is there; false if nothing is. */
    static boolean take(int fd) {
        try (CallMemory call = CallMemory.take()) {
            long at = call.scratch.expectStructure(POLLFD_SIZE + 16); // of no time
            call.scratch.memory.set(JAVA_INT_UNALIGNED, Scratch.CONTROL, fd);
            short events = RingLayout.POLLIN;
            call.scratch.memory.set(JAVA_SHORT_UNALIGNED, Scratch.CONTROL + 4, events);
            long time = at + POLLFD_SIZE;
            return call.quick(SyscallNumbers.PPOLL, at, 1, time, 0, 0, 0) > 0
                    && call.quick(READ, fd, at, 8, 0, 0, 0) == 8;
        }
    }
}
