package lapwing.engine.uring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lapwing.engine.PerThread;
import org.jspecify.annotations.Nullable;

/**
 * What a thread needs to make system calls: a place for the error number and one scratch block. It
 * is taken for a call and given back behind it; what a call has left there is to be read before.
 *
 * <p>A platform thread has one for itself, at the price of a look. Virtual threads may be a hundred
 * thousand, so they share a {@link CallPool}. Nothing between take and close may park: then no more
 * are in use than there are carriers. So nobody takes a second one, or a monitor, meanwhile.
 *
 * <p>Every system call of a thread goes through here, so that a test can count them.
 */
class CallMemory extends PerThread.Owned implements AutoCloseable {
    private static final PerThread<CallMemory> OF_THREAD =
            new PerThread<>() {
                @Override
                protected CallMemory make() {
                    return new CallMemory(Arena.ofAuto(), null, 0);
                }
            };

    final MemorySegment errno;
    final Scratch scratch;

    /** Where it goes back to; null if it belongs to a platform thread. */
    private final @Nullable CallPool pool;

    /** Its number in the pool, from 1. */
    final int number;

    /**
     * The number of the one below in the pool, 0 for none. Of whoever has taken it or is trying.
     */
    int below;

    /** A block for a pool, or with a number of 0 for a thread. */
    CallMemory(Arena arena, @Nullable CallPool pool, int number) {
        errno = Native.errnoMemory(arena);
        scratch = new Scratch(arena);
        this.pool = pool;
        this.number = number;
    }

    static CallMemory take() {
        return Thread.currentThread().isVirtual() ? CallPool.COMMON.take() : OF_THREAD.get();
    }

    /** Has the calling thread, a platform thread, make its calls through that: for tests. */
    static void use(CallMemory made) {
        OF_THREAD.set(made);
    }

    @Override
    public final void close() {
        if (pool != null) {
            pool.give(this);
        }
    }

    /** A system call that ends at once. */
    long quick(int number, long a, long b, long c, long d, long e, long f) {
        try {
            long result = (long) Native.QUICK.invokeExact(errno, (long) number, a, b, c, d, e, f);
            return result == -1 ? -Native.errno(errno) : result;
        } catch (RuntimeException | Error failure) {
            throw failure; // such as a want of memory, which is not to look like a defect
        } catch (Throwable t) {
            throw new AssertionError("system call " + number, t);
        }
    }

    /** A system call that may wait. */
    long waiting(int number, long a, long b, long c, long d, long e, long f) {
        try {
            long result = (long) Native.WAITING.invokeExact(errno, (long) number, a, b, c, d, e, f);
            return result == -1 ? -Native.errno(errno) : result;
        } catch (RuntimeException | Error failure) {
            throw failure; // such as a want of memory, which is not to look like a defect
        } catch (Throwable t) {
            throw new AssertionError("system call " + number, t);
        }
    }

    /** A quick call that leaves nothing but its result. */
    static long single(int number, long a, long b, long c, long d) {
        try (CallMemory call = take()) {
            return call.quick(number, a, b, c, d, 0, 0);
        }
    }

    /** Closes a descriptor. */
    static void closeDescriptor(int fd) {
        single(SyscallNumbers.CLOSE, fd, 0, 0, 0);
    }
}
