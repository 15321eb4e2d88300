package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import lapwing.socket.Memory;
import org.jspecify.annotations.Nullable;

/**
 * {@code WSABUF}: a block of memory and how much of it counts. The array of them is captured at the
 * call and may be changed at once; the memory belongs to the operation until its end (O36).
 *
 * <p>Native memory of {@code Arena.ofAuto()}, {@code Arena.global()} and direct byte buffers is
 * used in place; heap memory is copied, in and out; memory of a closable arena is refused.
 */
public final class WsaBuf {
    /** How many bytes of the memory count. */
    public int len;

    private MemorySegment buf;
    private boolean stable;

    /** No memory, length 0. */
    public WsaBuf() {
        buf = MemorySegment.NULL;
        stable = true;
    }

    /**
     * All of a segment.
     *
     * @param buf the memory; see the class for which
     * @throws IllegalArgumentException if its arena can be closed
     */
    public WsaBuf(@Nullable MemorySegment buf) {
        this.buf = orNull(buf);
        stable = Memory.isStable(this.buf);
        len = (int) Math.min(this.buf.byteSize(), Integer.MAX_VALUE);
    }

    /**
     * The bytes of a buffer between position and limit; the position does not move.
     *
     * @param buf direct or on the heap
     */
    public WsaBuf(@Nullable ByteBuffer buf) {
        this(buf == null ? MemorySegment.NULL : MemorySegment.ofBuffer(buf));
    }

    /** The {@code NULL} of C for null. */
    private static MemorySegment orNull(@Nullable MemorySegment memory) {
        return memory == null ? MemorySegment.NULL : memory;
    }

    /**
     * Changes memory and length.
     *
     * @param buf the memory
     * @param len how many bytes of it count
     * @return this
     * @throws IllegalArgumentException if its arena can be closed
     */
    public WsaBuf set(@Nullable MemorySegment buf, int len) {
        MemorySegment memory = orNull(buf);
        stable = Memory.isStable(memory);
        this.buf = memory;
        this.len = len;
        return this;
    }

    /** The memory. */
    public MemorySegment buf() {
        return buf;
    }

    boolean isStable() {
        return stable;
    }

    /** True if {@code len} bytes are there. */
    boolean isValid() {
        return len >= 0 && len <= buf.byteSize();
    }

    @Override
    public String toString() {
        return len + " of " + buf.byteSize() + " bytes";
    }
}
