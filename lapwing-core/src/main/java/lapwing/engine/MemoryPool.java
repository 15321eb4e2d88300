package lapwing.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Native memory for as long as an operation needs it: what heap memory is copied through, what a
 * file is read into. Not left to the collector, which sees a small heap and does not come.
 *
 * <p>Blocks have sizes in steps of a quarter of a power of two; small ones are cut from slabs, as a
 * slab has an arena and closing one costs a handshake with all threads. A block that is given back
 * is kept for the next one who asks. What was spare during a whole {@link #PERIOD} goes back to the
 * system, so the pool is as large as what operations under way have needed lately, and in the end
 * empty. While nothing is spare there is no thread.
 *
 * <p>Want of memory is an answer, not an exception. For any thread; the lock protects all fields
 * and is never held while the system is asked.
 */
public final class MemoryPool {
    private static final ScheduledThreadPoolExecutor CLOCK = clock();

    /** For the data of operations. */
    public static final MemoryPool COMMON = new MemoryPool(CLOCK);

    /** For what engines say to the system; a loop keeps some. */
    public static final MemoryPool ARGUMENTS = new MemoryPool(CLOCK);

    /** How long memory stays spare, ms. */
    private static final int PERIOD = 1000;

    private static final int SMALLEST = 1 << 8;

    /** Larger blocks are not kept. */
    private static final int LARGEST = 1 << 24;

    private static final int SLAB = 1 << 16;

    /** Blocks of one arena. */
    private static final class Slab {
        final Arena arena;
        final int count;
        int lent;

        /** Of its blocks, those found long unused. */
        int unused;

        /** Who goes back to the system with it. */
        @Nullable Slab next;

        Slab(Arena arena, int count) {
            this.arena = arena;
            this.count = count;
        }
    }

    /** Memory with one owner, who gives it back. */
    public final class Block {
        private final Slab slab;
        private final MemorySegment memory;
        private boolean lent;

        /** Who is spare below it. */
        private @Nullable Block next;

        private Block(Slab slab, MemorySegment memory) {
            this.slab = slab;
            this.memory = memory;
        }

        /** As large as was asked for, or larger. What is in it is anybody's. */
        public MemorySegment memory() {
            return memory;
        }

        /**
         * Ends the ownership: nobody, the system included, uses the memory any more.
         *
         * @throws IllegalStateException if it was given back already
         */
        public void giveBack() {
            keep(this);
        }
    }

    /** Blocks of one size that nobody has; the last one in is the first one out. */
    private static final class Shelf {
        @Nullable Block top;
        int size;

        /** The fewest there were in this period: so many were not needed. */
        int unneeded;

        void push(Block block) {
            block.next = top;
            top = block;
            size++;
        }

        @Nullable Block pop() {
            Block block = top;
            if (block != null) {
                top = block.next;
                block.next = null;
                size--;
                unneeded = Math.min(unneeded, size);
            }
            return block;
        }
    }

    private final @Nullable Shelf[] shelves = new Shelf[shelf(LARGEST) + 1];
    private final @Nullable ScheduledThreadPoolExecutor clock;
    private boolean ticking;
    private int lent;

    /**
     * A new pool.
     *
     * @param clock has {@link #tick} called every period while something is spare; null if somebody
     *     else does that
     */
    MemoryPool(@Nullable ScheduledThreadPoolExecutor clock) {
        this.clock = clock;
    }

    private static ScheduledThreadPoolExecutor clock() {
        ScheduledThreadPoolExecutor clock =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().daemon().name("lapwing-memory").factory());
        clock.setKeepAliveTime(PERIOD, TimeUnit.MILLISECONDS);
        clock.allowCoreThreadTimeOut(true);
        return clock;
    }

    /** Rounds up to the next quarter of a power of two. */
    private static int rounded(int size) {
        int step = step(size);
        return (size - 1 >> step) + 1 << step;
    }

    private static int step(int size) {
        return 29 - Integer.numberOfLeadingZeros(size - 1);
    }

    /** Where blocks of a size are kept. */
    private static int shelf(int size) {
        return 4 * (step(size) - step(SMALLEST)) + (size - 1 >> step(size)) - 7;
    }

    /** Lends memory of {@code size} bytes at least; null if there is none. */
    public @Nullable Block take(int size) {
        int wanted = Math.max(size, SMALLEST);
        if (wanted > LARGEST) {
            return ask(wanted, 1);
        }
        synchronized (this) {
            Shelf shelf = shelves[shelf(wanted)];
            Block block = shelf == null ? null : shelf.pop();
            if (block != null) {
                lend(block);
                return block;
            }
        }
        int rounded = rounded(wanted);
        return ask(rounded, Math.max(1, SLAB / rounded));
    }

    /** Asks the system for a slab; if it has none, for the one that our spare memory would be. */
    private @Nullable Block ask(int size, int count) {
        Block block = slab(size, count);
        return block == null && release(true) ? slab(size, count) : block;
    }

    /** One block of a new slab is lent, the others are kept; null without memory. */
    @SuppressWarnings("MustBeClosedChecker") // closed when all its blocks are spare
    private @Nullable Block slab(int size, int count) {
        Arena arena = null;
        try {
            arena = Arena.ofShared();
            Slab slab = new Slab(arena, count);
            MemorySegment all = arena.allocate((long) size * count, 64);
            Block[] blocks = new Block[count];
            for (int i = 0; i < count; i++) {
                blocks[i] = new Block(slab, all.asSlice((long) i * size, size));
            }
            return lendFirst(blocks);
        } catch (OutOfMemoryError e) { // of either kind
            if (arena != null) {
                arena.close();
            }
            return null;
        }
    }

    private synchronized Block lendFirst(Block[] blocks) {
        for (int i = blocks.length - 1; i > 0; i--) {
            shelf(blocks[i]).push(blocks[i]);
        }
        lend(blocks[0]);
        return blocks[0];
    }

    private void lend(Block block) {
        block.lent = true;
        block.slab.lent++;
        lent++;
    }

    private Shelf shelf(Block block) {
        int place = shelf((int) block.memory.byteSize());
        Shelf shelf = shelves[place];
        if (shelf == null) {
            shelf = new Shelf();
            shelves[place] = shelf;
        }
        return shelf;
    }

    private void keep(Block block) {
        boolean kept = block.memory.byteSize() <= LARGEST;
        boolean starts;
        synchronized (this) {
            if (!block.lent) {
                throw new IllegalStateException("a block was given back twice");
            }
            block.lent = false;
            block.slab.lent--;
            lent--;
            if (kept) {
                shelf(block).push(block);
            }
            starts = kept && !ticking;
            ticking |= starts;
        }
        if (!kept) {
            block.slab.arena.close();
        } else if (starts) {
            schedule();
        }
    }

    private void schedule() {
        try {
            if (clock != null) {
                var _ = clock.schedule(this::tick, PERIOD, TimeUnit.MILLISECONDS);
            }
        } catch (OutOfMemoryError e) { // no thread to be had: the next one tries
            synchronized (this) {
                ticking = false;
            }
        }
    }

    /** A period is over. */
    void tick() {
        try {
            release(false);
        } finally {
            boolean goesOn;
            synchronized (this) {
                goesOn = spare() > 0;
                ticking = goesOn;
            }
            if (goesOn) {
                schedule();
            }
        }
    }

    /** Number of blocks that somebody has. */
    public synchronized int lent() {
        return lent;
    }

    /** Bytes that nobody has. */
    synchronized long spare() {
        long sum = 0;
        for (Shelf shelf : shelves) {
            if (shelf != null && shelf.top != null) {
                sum += shelf.size * shelf.top.memory.byteSize();
            }
        }
        return sum;
    }

    /** Gives the system what was not needed, or all that is spare; true if that was something. */
    private boolean release(boolean all) {
        Slab going = null;
        synchronized (this) {
            for (Shelf shelf : shelves) {
                if (shelf != null) {
                    going = clear(shelf, all ? 0 : shelf.size - shelf.unneeded, going);
                    shelf.unneeded = shelf.size;
                }
            }
        }
        for (Slab slab = going; slab != null; slab = slab.next) {
            slab.arena.close();
        }
        return going != null;
    }

    /**
     * Takes slabs off a shelf of which no block has an owner and none is among the {@code kept}
     * that were lent last; puts them before {@code behind}.
     */
    private static @Nullable Slab clear(Shelf shelf, int kept, @Nullable Slab behind) {
        int place = 0;
        for (Block block = shelf.top; block != null; block = block.next, place++) {
            block.slab.unused += place < kept ? 0 : 1;
        }
        Slab going = behind;
        Block last = null;
        for (Block block = shelf.top; block != null; block = block.next) {
            Slab slab = block.slab;
            if (slab.unused < slab.count) {
                last = block;
                continue;
            }
            shelf.size--;
            if (last == null) {
                shelf.top = block.next;
            } else {
                last.next = block.next;
            }
            if (slab.lent == 0) { // its first block
                slab.lent = -1;
                slab.next = going;
                going = slab;
            }
        }
        for (Block block = shelf.top; block != null; block = block.next) {
            block.slab.unused = 0;
        }
        return going;
    }
}
