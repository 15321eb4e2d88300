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
    static final MethodHandle WAITING = handle();

    /**
     * For calls that end at once: a collection waits for them (F33), so nothing else may use it.
     */
    static final MethodHandle QUICK = handle(Linker.Option.critical(false));

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

    /** The error number that a call has put there. */
    static int errno(MemorySegment memory) {
        return memory.get(ValueLayout.JAVA_INT, ERRNO);
    }

    /** Memory at a foreign address, of which the caller knows that it stays mapped. */
    @SuppressWarnings("restricted")
    static MemorySegment at(long address, long size) {
        return MemorySegment.ofAddress(address).reinterpret(size);
    }
}
