package lapwing.engine;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One asynchronous operation of an endpoint, an object that its user keeps and starts again and
 * again.
 *
 * <p>Life: the user fills in the arguments and calls {@link Loop#start}; from then on the operation
 * and its memory belong to the loop. It ends exactly once: the loop fills in the results and calls
 * {@link #ended()} on the thread that leads the loop, and does not touch the object any more.
 * {@link Loop#cancel} only asks; the end still comes. Starting an operation that has not ended is a
 * bug.
 *
 * <p>Fields are written by the starter before {@code start} and by the loop before {@code ended};
 * the loop's lock orders the two.
 */
public abstract class Operation {
    /** What to do. */
    public enum Kind {
        /** Take a connection: result {@link #accepted} and {@link #peer}. */
        ACCEPT,
        /** Connect to {@link #peer}, then send the blocks, if any, whole. */
        CONNECT,
        /**
         * Receive into the blocks what is there; wait for something first. No blocks: only wait.
         */
        RECEIVE,
        /** Send the blocks whole. */
        SEND,
        /** Receive one datagram, its sender into {@link #peer}. */
        RECEIVE_FROM,
        /** Send the blocks as one datagram to {@link #peer}. */
        SEND_TO,
        /**
         * Wait for the peer's end without taking data: {@link #bytes} 0 if it has closed and all is
         * read, 1 if there is something to read first.
         */
        AWAIT_CLOSE
    }

    /** What to do; null before the first start. */
    public @Nullable Kind kind;

    /** Where; null before the first start. */
    public @Nullable Endpoint endpoint;

    /** The most blocks an operation may have; whoever has more gathers them into one. */
    public static final int MOST_BLOCKS = 64;

    /** The first block, in place: most operations have one, and thousands of them wait. */
    private @Nullable MemorySegment first;

    private int firstLength;

    /** The blocks behind the first; null until there was one. */
    private @Nullable MoreBlocks more;

    /** Number of blocks. Their memory is kept reachable until the end. */
    public byte blocks;

    /** Flags of {@link Endpoint} such as {@link Endpoint#PEEK}. */
    public byte flags;

    private @Nullable Address peer;

    /**
     * Memory for control data of a datagram, null for none; {@link #controlLength} of it count, at
     * the start of a SEND_TO and after a receive.
     */
    public @Nullable MemorySegment control;

    /** Bytes of control data. */
    public int controlLength;

    /** Result: 0 or an error of {@link Status}. */
    public int status;

    /** Result: bytes transferred. */
    public int bytes;

    /** Result of an accept: the new connection, owned by whoever handles the end. */
    public @Nullable Endpoint accepted;

    /** Results of a receive: bits of {@link Endpoint}, such as {@link Endpoint#TRUNCATED}. */
    public byte resultFlags;

    /** Bytes that have been moved already: the operation goes on from there. */
    public int moved;

    // The engine's notes, see Notes.

    long token;
    byte stage;

    /** Guarded by the loop's lock. */
    boolean cancelled;

    /** The next one in an {@link OperationQueue}. */
    @Nullable Operation following;

    protected Operation() {}

    /** The other side's address: argument or result, see {@link Kind}. */
    public final Address peer() {
        if (peer == null) {
            peer = new Address();
        }
        return peer;
    }

    /** Hands that address over: it is the caller's, the operation will make another one. */
    public final Address takePeer() {
        Address taken = peer();
        peer = null;
        return taken;
    }

    /** Adds a block behind those that are there. */
    public final void addBlock(MemorySegment segment, int length) {
        if (blocks == 0) {
            first = segment;
            firstLength = length;
        } else {
            if (more == null) {
                more = new MoreBlocks();
            }
            more.set(blocks - 1, segment, length);
        }
        blocks++;
    }

    /** The memory of block {@code i}. */
    public final MemorySegment memory(int i) {
        return Objects.requireNonNull(
                i == 0 || more == null ? first : more.memory[i - 1], "no such block");
    }

    /** How many bytes of block {@code i} count. */
    public final int length(int i) {
        return i == 0 || more == null ? firstLength : more.lengths[i - 1];
    }

    /** Lets {@code bytes} more of the last block count. */
    public final void lengthen(int bytes) {
        if (blocks == 1 || more == null) {
            firstLength += bytes;
        } else {
            more.lengths[blocks - 2] += bytes;
        }
    }

    /** Forgets the blocks, so that their memory can be collected. */
    public final void clearBlocks() {
        first = null;
        if (more != null && blocks > 1) {
            Arrays.fill(more.memory, 0, blocks - 1, null);
        }
        blocks = 0;
    }

    /** True if {@link Loop#cancel} has been asked for since the last start. */
    public final boolean isCancelled() {
        return cancelled;
    }

    /** Sum of the blocks' lengths, bytes. */
    public final int total() {
        int sum = 0;
        for (int i = 0; i < blocks; i++) {
            sum += length(i);
        }
        return sum;
    }

    /**
     * Called once when the operation has ended, on the thread that leads its loop. Must not block
     * and must not throw. It may start this or other operations.
     */
    protected abstract void ended();

    /**
     * For engines: ends the operation. A defect in {@link #ended} is reported to the thread's
     * handler and does not take the loop, and all others, along.
     */
    public final void end(int status, int bytes) {
        this.status = status;
        this.bytes = bytes;
        try {
            ended();
        } catch (Throwable t) {
            tell(t);
        }
    }

    /** Tells the calling thread's handler of a defect. */
    static void tell(Throwable t) {
        Thread thread = Thread.currentThread();
        try {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, t);
        } catch (Throwable again) {
            // it has no memory either, or a defect of its own: nobody is left to be told
        }
    }

    /**
     * What an operation ends with that a failure of ours has met: there is no other word for it.
     */
    public static int statusOf(Throwable failure) {
        return failure instanceof IndexOutOfBoundsException
                        || failure instanceof IllegalArgumentException
                        || failure instanceof UnsupportedOperationException
                ? Status.ACCESS_VIOLATION // memory that is shorter than it says, or read-only
                : Status.INSUFFICIENT_RESOURCES;
    }

    /** Block 1 and those behind it. */
    private static final class MoreBlocks {
        private @Nullable MemorySegment[] memory = new MemorySegment[3];
        private int[] lengths = new int[3];

        void set(int i, MemorySegment segment, int length) {
            if (i == memory.length) {
                memory = Arrays.copyOf(memory, i * 2);
                lengths = Arrays.copyOf(lengths, i * 2);
            }
            memory[i] = segment;
            lengths[i] = length;
        }
    }
}
