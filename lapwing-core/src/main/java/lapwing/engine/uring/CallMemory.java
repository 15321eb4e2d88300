package lapwing.engine.uring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** What a thread needs to make system calls: a place for the error number and one scratch block. */
final class CallMemory {
    /** Not by a method reference: linking one costs start-up time. */
    private static final ThreadLocal<CallMemory> OF_THREAD =
            new ThreadLocal<>() {
                @Override
                protected CallMemory initialValue() {
                    return new CallMemory();
                }
            };

    /**
     * Some of them by thread, as every system call asks: before the optimizing compiler is done a
     * thread-local costs a native call. Whoever sees an outdated element sees another thread's
     * number in it.
     */
    private static final @Nullable CallMemory[] RECENT = new CallMemory[64];

    private final long thread = Thread.currentThread().threadId();
    final MemorySegment errno;
    final Scratch scratch;

    private CallMemory() {
        Arena arena = Arena.ofAuto();
        errno = Native.errnoMemory(arena);
        scratch = new Scratch(arena);
    }

    static CallMemory ofThread() {
        long thread = Thread.currentThread().threadId();
        int place = (int) thread & RECENT.length - 1;
        CallMemory recent = RECENT[place];
        if (recent == null || recent.thread != thread) {
            recent = OF_THREAD.get();
            RECENT[place] = recent;
        }
        return recent;
    }

    /** A system call that ends at once. */
    long quick(int number, long a, long b, long c, long d, long e, long f) {
        return Native.quick(errno, number, a, b, c, d, e, f);
    }
}
