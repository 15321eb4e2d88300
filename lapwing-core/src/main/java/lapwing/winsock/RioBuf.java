package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * {@code RIO_BUF}: a part of a registered buffer. It is captured at the call and may be changed at
 * once. Not thread-safe.
 */
public final class RioBuf {
    /** What {@link RIORegisterBuffer} has returned. */
    public RioBufferId BufferId = RioBufferId.INVALID;

    /** Where in the buffer the part begins, bytes, unsigned. */
    public int Offset;

    /** How many bytes it has. */
    public int Length;

    /** The last part, so that using one again allocates nothing; immutable, for any thread. */
    private @Nullable Part part;

    private record Part(RioBufferId buffer, int offset, MemorySegment memory) {}

    /** No buffer. */
    public RioBuf() {}

    /**
     * A part of a buffer.
     *
     * @param buffer the registered buffer
     * @param from where in it the part begins
     * @param count how many bytes it has
     */
    public RioBuf(RioBufferId buffer, int from, int count) {
        BufferId = buffer;
        Offset = from;
        Length = count;
    }

    /** Why a request with it is refused, 0 if it is not. */
    int refusal() {
        RioBufferId buffer = BufferId;
        if (buffer == null || buffer == RioBufferId.INVALID) {
            return WinsockError.WSAEINVAL;
        }
        if (!buffer.isRegistered()) {
            return WinsockError.WSAEFAULT;
        }
        long end = Integer.toUnsignedLong(Offset) + Integer.toUnsignedLong(Length);
        return Length < 0 || end > buffer.memory.byteSize() ? WinsockError.WSAEINVAL : 0;
    }

    /** The memory from its first byte on; {@link #Length} bytes at least if it is not refused. */
    MemorySegment memory() {
        Part last = part;
        if (last == null || last.buffer != BufferId || last.offset != Offset) {
            MemorySegment memory = BufferId.memory.asSlice(Integer.toUnsignedLong(Offset));
            last = new Part(BufferId, Offset, memory);
            part = last;
        }
        return last.memory;
    }

    @Override
    public String toString() {
        return Length + " bytes from " + Offset + " on of a " + BufferId;
    }
}
