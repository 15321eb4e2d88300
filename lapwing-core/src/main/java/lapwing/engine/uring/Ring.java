package lapwing.engine.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static lapwing.engine.uring.RingLayout.*;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The memory that a ring shares with the kernel: submission entries going in, completion entries
 * coming out. No policy and no lock: {@link RingLoop} says who may call what.
 */
final class Ring {
    private static final VarHandle INT = JAVA_INT.varHandle();
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED_POPULATE = 0x8001;

    /** The most worker threads for each thread that submits, of either kind. */
    private static final int MOST_WORKERS = 4;

    private final Kernel kernel;
    private final int fd;
    private final int features;
    private final MemorySegment rings;
    private final MemorySegment entries;
    private final long sqHead;
    private final long sqTail;
    private final int sqMask;
    private final int sqSize;
    private final long cqHead;
    private final long cqTail;
    private final long cqes;
    private final int cqMask;
    private final int cqSize;
    private final MemorySegment wait;

    /**
     * Our end of the submission queue: entries before it are filled in. Guarded by the loop's lock.
     */
    private int filled;

    /** How far the kernel may read. Guarded by the loop's lock. */
    private int published;

    /** The kernel's end of it when we last looked. Guarded by the loop's lock. */
    private int taken;

    /** Entries before it have been read. Written by the leader only. */
    private int read;

    /** The descriptor is not ours any more. */
    private boolean lost;

    /** Result and flags of the entry read last. */
    private long outcome;

    /** Over memory that is mapped; {@link #open} for all but the tests. */
    Ring(Kernel kernel, int fd, MemorySegment params, MemorySegment rings, MemorySegment entries) {
        this.kernel = kernel;
        this.fd = fd;
        this.rings = rings;
        this.entries = entries;
        features = params.get(JAVA_INT, PARAMS_FEATURES);
        sqSize = params.get(JAVA_INT, PARAMS_SQ_ENTRIES);
        sqMask = sqSize - 1;
        sqHead = params.get(JAVA_INT, SQ_OFF_HEAD);
        sqTail = params.get(JAVA_INT, SQ_OFF_TAIL);
        cqSize = params.get(JAVA_INT, PARAMS_CQ_ENTRIES);
        cqMask = cqSize - 1;
        cqHead = params.get(JAVA_INT, CQ_OFF_HEAD);
        cqTail = params.get(JAVA_INT, CQ_OFF_TAIL);
        cqes = params.get(JAVA_INT, CQ_OFF_CQES);
        wait = Arena.ofAuto().allocate(EXT_ARG_SIZE + 16L, 8);
        wait.set(JAVA_LONG, EXT_ARG_TIMESPEC, wait.address() + EXT_ARG_SIZE);
        long array = params.get(JAVA_INT, SQ_OFF_ARRAY);
        int[] inOrder = new int[sqSize];
        for (int i = 0; i < sqSize; i++) {
            inOrder[i] = i;
        }
        // in one piece: a thousand single stores would set off the compiler while the JVM starts
        MemorySegment.copy(inOrder, 0, rings, JAVA_INT, array, sqSize);
    }

    /**
     * Sets up a ring.
     *
     * @param flags set-up flags beyond CQSIZE and CLAMP
     * @return the ring
     * @throws RingException with the errno if the kernel refuses
     */
    static Ring open(int submissions, int completions, int flags) throws RingException {
        return open(Kernel.REAL, submissions, completions, flags);
    }

    static Ring open(Kernel kernel, int submissions, int completions, int flags)
            throws RingException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment params = arena.allocate(PARAMS_SIZE, 8);
            params.set(JAVA_INT, PARAMS_FLAGS, flags | SETUP_CQSIZE | SETUP_CLAMP);
            params.set(JAVA_INT, PARAMS_CQ_ENTRIES, completions);
            long at = params.address();
            long fd = CallMemory.single(SyscallNumbers.IO_URING_SETUP, submissions, at, 0, 0);
            if (fd < 0) {
                throw new RingException(
                        "io_uring_setup", submissions + " entries, flags " + flags, (int) -fd);
            }
            int cqSize = params.get(JAVA_INT, PARAMS_CQ_ENTRIES);
            int sqSize = params.get(JAVA_INT, PARAMS_SQ_ENTRIES);
            long size =
                    Math.max(
                            params.get(JAVA_INT, CQ_OFF_CQES) + cqSize * CQE_SIZE,
                            params.get(JAVA_INT, SQ_OFF_ARRAY) + sqSize * 4L);
            @Nullable MemorySegment rings = null;
            @Nullable MemorySegment entries = null;
            try {
                rings = map((int) fd, size, MAP_SQ_RING);
                entries = map((int) fd, sqSize * SQE_SIZE, MAP_SQES);
                limitWorkers((int) fd);
                return new Ring(kernel, (int) fd, params, rings, entries);
            } catch (Throwable t) { // nothing is left behind
                unmap(entries);
                unmap(rings);
                CallMemory.closeDescriptor((int) fd);
                throw t;
            }
        }
    }

    /**
     * None of our requests should need a worker thread of the kernel (F39). Should one do so after
     * all, there will not be thousands of them. A kernel that cannot do this does without.
     */
    private static void limitWorkers(int fd) {
        try (CallMemory call = CallMemory.take()) {
            long counts = call.scratch.setValue(MOST_WORKERS, MOST_WORKERS);
            int what = REGISTER_IOWQ_MAX_WORKERS;
            call.quick(SyscallNumbers.IO_URING_REGISTER, fd, what, counts, 2, 0, 0);
        }
    }

    private static void unmap(@Nullable MemorySegment mapped) {
        if (mapped != null) {
            long at = mapped.address();
            CallMemory.single(SyscallNumbers.MUNMAP, at, mapped.byteSize(), 0, 0);
        }
    }

    private static MemorySegment map(int fd, long size, long offset) throws RingException {
        long at;
        try (CallMemory call = CallMemory.take()) {
            int flags = MAP_SHARED_POPULATE;
            at = call.quick(SyscallNumbers.MMAP, 0, size, PROT_READ_WRITE, flags, fd, offset);
        }
        if (at < 0 && at > -4096) {
            throw new RingException("mmap", size + " bytes of a ring", (int) -at);
        }
        return Native.at(at, size);
    }

    int fd() {
        return fd;
    }

    boolean has(int feature) {
        return (features & feature) == feature;
    }

    int submissions() {
        return sqSize;
    }

    int completions() {
        return cqSize;
    }

    /** True if there are that many free places for submissions. */
    boolean hasRoom(int places) {
        return free() >= places || look() >= places;
    }

    private int free() {
        return sqSize - (filled - taken);
    }

    private int look() {
        // pairs with the kernel's release: it has read them
        taken = (int) INT.getAcquire(rings, sqHead);
        return free();
    }

    /** Where the next entry will be. */
    int mark() {
        return filled;
    }

    /** Takes back what was filled in behind a mark, of which nothing has been published. */
    void rewind(int mark) {
        filled = mark;
    }

    /** Fills in one entry. The caller has seen to it that there is {@link #hasRoom room}. */
    void add(
            int opcode,
            int flags,
            int priority,
            int target,
            long offset,
            long address,
            int length,
            int opFlags,
            long userData) {
        long at = (filled & sqMask) * SQE_SIZE;
        entries.set(
                JAVA_LONG,
                at + SQE_HEAD,
                opcode | (long) flags << 8 | (long) priority << 16 | (long) target << 32);
        entries.set(JAVA_LONG, at + SQE_OFFSET, offset);
        entries.set(JAVA_LONG, at + SQE_ADDRESS, address);
        entries.set(
                JAVA_LONG,
                at + SQE_LENGTH_AND_FLAGS,
                (length & 0xFFFFFFFFL) | (long) opFlags << 32);
        entries.set(JAVA_LONG, at + SQE_USER_DATA, userData);
        filled++;
    }

    /**
     * Adds flags to the entry filled in last, if it is that of {@code userData} and the kernel has
     * not been shown it.
     */
    boolean amend(long userData, int flags, int opFlags) {
        long at = ((filled - 1) & sqMask) * SQE_SIZE;
        if (filled == published || entries.get(JAVA_LONG, at + SQE_USER_DATA) != userData) {
            return false;
        }
        long head = entries.get(JAVA_LONG, at + SQE_HEAD);
        long tail = entries.get(JAVA_LONG, at + SQE_LENGTH_AND_FLAGS);
        entries.set(JAVA_LONG, at + SQE_HEAD, head | (long) flags << 8);
        entries.set(JAVA_LONG, at + SQE_LENGTH_AND_FLAGS, tail | (long) opFlags << 32);
        return true;
    }

    /** Where the first entry is that the kernel has not taken; the last is before {@link #mark}. */
    int firstUntaken() {
        look();
        return taken;
    }

    /** The descriptor that an entry is about, -1 if it asks for something else. */
    int target(int entry, int opcode) {
        long head = entries.get(JAVA_LONG, (entry & sqMask) * SQE_SIZE + SQE_HEAD);
        return (head & 0xFF) == opcode ? (int) (head >>> 32) : -1;
    }

    /**
     * Makes nothing of the entries of {@code userData} that the kernel has been shown and has not
     * taken.
     */
    void withdraw(long userData) {
        look();
        for (int i = taken; i != published; i++) {
            long at = (i & sqMask) * SQE_SIZE;
            if (entries.get(JAVA_LONG, at + SQE_USER_DATA) == userData) {
                entries.set(JAVA_LONG, at + SQE_HEAD, OP_NOP | (long) CQE_SKIP_SUCCESS << 8);
                entries.set(JAVA_LONG, at + SQE_LENGTH_AND_FLAGS, 0);
            }
        }
    }

    /** Shows the kernel what was filled in; returns how many entries it has not taken yet. */
    int publish() {
        published = filled;
        // pairs with the kernel's acquire: entries before tail are complete
        INT.setRelease(rings, sqTail, filled);
        look();
        return filled - taken;
    }

    /** True if the kernel has been shown entries that it has not taken. */
    boolean hasUntaken() {
        look();
        return published != taken;
    }

    /** Completions that can be read. */
    int ready() {
        // pairs with the kernel's release: entries before tail are complete
        return (int) INT.getAcquire(rings, cqTail) - read;
    }

    /** Reads the next completion entry: returns its user data. */
    long next() {
        long at = cqes + (read++ & cqMask) * CQE_SIZE;
        outcome = rings.get(JAVA_LONG, at + CQE_RESULT_AND_FLAGS);
        return rings.get(JAVA_LONG, at + CQE_USER_DATA);
    }

    /** The result in the entry read last. */
    int result() {
        return (int) outcome;
    }

    /** The flags in the entry read last. */
    int resultFlags() {
        return (int) (outcome >>> 32);
    }

    /** Gives the entries that have been read back to the kernel. */
    void release() {
        // pairs with the kernel's acquire: we are done with them
        INT.setRelease(rings, cqHead, read);
    }

    /** Submits without waiting; returns the count or a negative errno. */
    int submit(int count) {
        try (CallMemory call = CallMemory.take()) {
            return (int) kernel.enter(call, fd, count, 0, 0, 0, 0);
        }
    }

    /**
     * Submits and waits for a completion. Only the leader.
     *
     * @param nanos longest wait; 0 does not wait, {@link Long#MAX_VALUE} has no end
     * @return what the kernel says: do not trust it, look at the queues (F24)
     */
    int enter(int count, long nanos) {
        int least = nanos == 0 ? 0 : 1;
        int flags = ENTER_GETEVENTS | (has(FEAT_NO_IOWAIT) ? ENTER_NO_IOWAIT : 0);
        long argument = 0;
        long size = 0;
        if (nanos != 0 && nanos != Long.MAX_VALUE) {
            wait.set(JAVA_LONG, EXT_ARG_SIZE, nanos / 1_000_000_000L);
            wait.set(JAVA_LONG, EXT_ARG_SIZE + 8L, nanos % 1_000_000_000L);
            flags |= ENTER_EXT_ARG;
            argument = wait.address();
            size = EXT_ARG_SIZE;
        }
        try (CallMemory call = CallMemory.take()) {
            return (int) kernel.enter(call, fd, count, least, flags, argument, size);
        }
    }

    /**
     * Has the kernel cancel all that it has and waits for that, for a second at the most. For a
     * ring of which nobody reads the completions any more.
     */
    void cancelAll(int errno) {
        lost = errno == Errno.EBADF;
        if (lost) {
            return; // somebody has closed the descriptor, the number may be another's by now
        }
        try (CallMemory call = CallMemory.take()) {
            MemorySegment memory = call.scratch.memory;
            long at = call.scratch.expectStructure(SYNC_CANCEL_SIZE);
            memory.set(JAVA_INT, Scratch.CONTROL + SYNC_CANCEL_FD, -1);
            memory.set(JAVA_INT, Scratch.CONTROL + SYNC_CANCEL_FLAGS, CANCEL_ALL_ANY);
            memory.set(JAVA_LONG, Scratch.CONTROL + SYNC_CANCEL_SECONDS, 1);
            kernel.register(call, fd, REGISTER_SYNC_CANCEL, at, 1);
        }
    }

    /** Gives everything back. Nothing may be under way. */
    void close() {
        unmap(entries);
        unmap(rings);
        if (!lost) {
            CallMemory.closeDescriptor(fd);
        }
    }
}
