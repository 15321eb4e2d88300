package lapwing.engine.uring;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The one door to native code: libc's {@code syscall}, with the error number captured. A single
 * signature keeps start-up short (uring-facts F38). Results are as the kernel gives them: 0 or
 * more, or a negative errno.
 */
final class Native {
    private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();

    /** Linux captures nothing else; looking a member up costs ten milliseconds of start-up. */
    private static final long ERRNO =
            CAPTURE.byteSize() == ValueLayout.JAVA_INT.byteSize()
                    ? 0
                    : CAPTURE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    private static final FunctionDescriptor SIGNATURE =
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG);

    /** For calls that may wait: a collection may run meanwhile. */
    private static final MethodHandle WAITING = handle();

    /**
     * For calls that end at once: a collection waits for them (F33), so nothing else may use it.
     */
    private static final MethodHandle QUICK = handle(Linker.Option.critical(false));

    private Native() {}

    @SuppressWarnings("restricted")
    private static MethodHandle handle(Linker.Option... more) {
        Linker linker = Linker.nativeLinker();
        Linker.Option[] options = java.util.Arrays.copyOf(more, more.length + 1);
        options[more.length] = Linker.Option.captureCallState("errno");
        MemorySegment function = linker.defaultLookup().findOrThrow("syscall");
        return linker.downcallHandle(function, SIGNATURE, options);
    }

    /** Memory into which a call may put the error number; one thread at a time. */
    static MemorySegment errnoMemory(Arena arena) {
        return arena.allocate(CAPTURE);
    }

    /** A system call that may wait. */
    static long waiting(
            MemorySegment errno, long number, long a, long b, long c, long d, long e, long f) {
        try {
            long result = (long) WAITING.invokeExact(errno, number, a, b, c, d, e, f);
            return result == -1 ? -errno.get(ValueLayout.JAVA_INT, ERRNO) : result;
        } catch (RuntimeException | Error failure) {
            throw failure; // such as a want of memory, which is not to look like a defect
        } catch (Throwable t) {
            throw new AssertionError("system call " + number, t);
        }
    }

    /** A system call that ends at once. */
    static long quick(
            MemorySegment errno, long number, long a, long b, long c, long d, long e, long f) {
        try {
            long result = (long) QUICK.invokeExact(errno, number, a, b, c, d, e, f);
            return result == -1 ? -errno.get(ValueLayout.JAVA_INT, ERRNO) : result;
        } catch (RuntimeException | Error failure) {
            throw failure; // such as a want of memory, which is not to look like a defect
        } catch (Throwable t) {
            throw new AssertionError("system call " + number, t);
        }
    }

    /** Memory at a foreign address, of which the caller knows that it stays mapped. */
    @SuppressWarnings("restricted")
    static MemorySegment at(long address, long size) {
        return MemorySegment.ofAddress(address).reinterpret(size);
    }
}
