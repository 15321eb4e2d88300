package lapwing.socket;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Which memory may be given to the kernel. Memory of an automatic or the global arena (direct byte
 * buffers included) stays as long as somebody refers to it, and an operation does. Memory of a
 * closable arena could be freed under the kernel's hands and is refused. Heap memory moves, and is
 * copied.
 */
public final class Memory {
    private static final Class<?> AUTOMATIC = Arena.ofAuto().scope().getClass();
    private static final Class<?> GLOBAL = Arena.global().scope().getClass();
    private static final Class<?> DIRECT =
            MemorySegment.ofBuffer(ByteBuffer.allocateDirect(1)).scope().getClass();

    private Memory() {}

    /**
     * True if the kernel may use the memory in place, false if it has to be copied.
     *
     * @throws IllegalArgumentException if the memory can be freed while an operation uses it
     */
    public static boolean isStable(MemorySegment segment) {
        if (!segment.isNative()) {
            return false;
        }
        Class<?> scope = segment.scope().getClass();
        if (scope != AUTOMATIC && scope != GLOBAL && scope != DIRECT) {
            throw new IllegalArgumentException(
                    "buffer of "
                            + segment.byteSize()
                            + " bytes: its arena can be closed while the system still uses the memory;"
                            + " allocate it from Arena.ofAuto() or Arena.global(), or use a direct ByteBuffer");
        }
        return true;
    }
}
