package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

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
    public WsaBuf(MemorySegment buf) {
        this.buf = buf;
        stable = Memory.isStable(buf);
        len = (int) Math.min(buf.byteSize(), Integer.MAX_VALUE);
    }

    /**
     * The bytes of a buffer between position and limit; the position does not move.
     *
     * @param buf direct or on the heap
     */
    public WsaBuf(ByteBuffer buf) {
        this(MemorySegment.ofBuffer(buf));
    }

    /**
     * Changes memory and length.
     *
     * @param buf the memory
     * @param len how many bytes of it count
     * @return this
     * @throws IllegalArgumentException if its arena can be closed
     */
    public WsaBuf set(MemorySegment buf, int len) {
        stable = Memory.isStable(buf);
        this.buf = buf;
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
