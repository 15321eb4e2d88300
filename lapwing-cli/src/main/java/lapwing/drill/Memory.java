package lapwing.drill;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Native memory for calls, freed when neither the script nor an operation refers to it. */
final class Memory {
    private Memory() {}

    /** Zeroed; never at address null, also if it is empty. */
    static MemorySegment allocate(int size) {
        return Arena.ofAuto().allocate(Math.max(size, 1), Long.BYTES).asSlice(0, size);
    }

    /** Filled with dots, so that a script sees what was left untouched. */
    static MemorySegment dotted(int size) {
        return allocate(size).fill((byte) '.');
    }

    static MemorySegment copyOf(byte[] data) {
        MemorySegment memory = allocate(data.length);
        MemorySegment.copy(data, 0, memory, JAVA_BYTE, 0, data.length);
        return memory;
    }
}
