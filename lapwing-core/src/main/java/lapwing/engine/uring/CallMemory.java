package lapwing.engine.uring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lapwing.engine.PerThread;

/** What a thread needs to make system calls: a place for the error number and one scratch block. */
final class CallMemory extends PerThread.Owned {
    private static final PerThread<CallMemory> OF_THREAD =
            new PerThread<>() {
                @Override
                protected CallMemory make() {
                    return new CallMemory();
                }
            };

    final MemorySegment errno;
    final Scratch scratch;

    private CallMemory() {
        Arena arena = Arena.ofAuto();
        errno = Native.errnoMemory(arena);
        scratch = new Scratch(arena);
    }

    static CallMemory ofThread() {
        return OF_THREAD.get();
    }

    /** A system call that ends at once. */
    long quick(int number, long a, long b, long c, long d, long e, long f) {
        return Native.quick(errno, number, a, b, c, d, e, f);
    }
}
