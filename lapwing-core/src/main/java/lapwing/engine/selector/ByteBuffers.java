package lapwing.engine.selector;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import lapwing.engine.Operation;

/** An operation's memory as byte buffers. They are views: what is read lands in the blocks. */
final class ByteBuffers {
    private static final ByteBuffer[] NONE = {};
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    /** The longest that a segment can be as a byte buffer. */
    private static final int LONGEST = Integer.MAX_VALUE - 8;

    private ByteBuffers() {}

    /**
     * The blocks from byte {@code skip} on; of one that is too long for a buffer the part that is
     * not, and none behind it.
     */
    static ByteBuffer[] of(Operation operation, int skip) {
        if (operation.blocks == 0) {
            return NONE;
        }
        ByteBuffer[] result = new ByteBuffer[operation.blocks];
        int left = skip;
        for (int i = 0; i < result.length; i++) {
            MemorySegment block = operation.memory(i);
            int length = operation.length(i);
            int part = Math.min(left, length);
            result[i] =
                    length == part
                            ? EMPTY
                            : block.asSlice(part, Math.min(length - part, LONGEST)).asByteBuffer();
            left -= part;
            if (length - part > LONGEST) {
                return Arrays.copyOf(result, i + 1); // the rest comes behind it
            }
        }
        return result;
    }

    /** Room left, or bytes left to send. */
    static boolean hasRemaining(ByteBuffer[] blocks) {
        for (ByteBuffer block : blocks) {
            if (block.hasRemaining()) {
                return true;
            }
        }
        return false;
    }

    /** Moves as many bytes from {@code source} as there are and fit; returns how many. */
    static int fill(ByteBuffer[] blocks, ByteBuffer source) {
        int before = source.remaining();
        for (ByteBuffer block : blocks) {
            int part = Math.min(block.remaining(), source.remaining());
            block.put(source.slice(source.position(), part));
            source.position(source.position() + part);
        }
        return before - source.remaining();
    }
}
