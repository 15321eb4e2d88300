package lapwing.engine;

import java.lang.foreign.MemorySegment;
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

    /** Blocks of memory; the first {@link #blocks} elements count. Kept reachable until the end. */
    public @Nullable MemorySegment[] memory = new MemorySegment[1];

    /** How many bytes of each block count. */
    public int[] lengths = new int[1];

    /** Number of blocks. */
    public int blocks;

    /** Flags of {@link Endpoint} such as {@link Endpoint#PEEK}. */
    public int flags;

    /** The other side's address: argument or result, see {@link Kind}. */
    public final Address peer = new Address();

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
    public int resultFlags;

    /** The loop's own note on a started operation. */
    public long token;

    /** Set by {@link Loop#cancel}; guarded by the loop's lock. */
    public boolean cancelRequested;

    /** Bytes that have been moved already: the operation goes on from there. */
    public int moved;

    protected Operation() {}

    /** Sets one block. */
    public final void block(MemorySegment segment, int length) {
        memory[0] = segment;
        lengths[0] = length;
        blocks = 1;
    }

    /** Adds a block behind those that are there. */
    public final void addBlock(MemorySegment segment, int length) {
        if (blocks == memory.length) {
            memory = java.util.Arrays.copyOf(memory, blocks * 2);
            lengths = java.util.Arrays.copyOf(lengths, blocks * 2);
        }
        memory[blocks] = segment;
        lengths[blocks++] = length;
    }

    /** Forgets the blocks, so that their memory can be collected. */
    public final void clearBlocks() {
        for (int i = 0; i < blocks; i++) {
            memory[i] = null;
        }
        blocks = 0;
    }

    /** Sum of the blocks' lengths, bytes. */
    public final int total() {
        int sum = 0;
        for (int i = 0; i < blocks; i++) {
            sum += lengths[i];
        }
        return sum;
    }

    /**
     * Called once when the operation has ended, on the thread that leads its loop. Must not block
     * and must not throw. It may start this or other operations.
     */
    protected abstract void ended();

    /** For engines: ends the operation. */
    public final void end(int status, int bytes) {
        this.status = status;
        this.bytes = bytes;
        ended();
    }
}
