package lapwing.engine.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static lapwing.engine.uring.RingLayout.*;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The kernel's side of a ring, played by a test: it takes entries and refuses them as it is told,
 * and completes what the test says. It never waits: a wait in which nothing has completed ends as
 * if by a signal, so time does not pass.
 */
final class ScriptedKernel extends Kernel {
    private static final int PRIVATE_ANONYMOUS = 0x22;
    private static final int SQ_HEAD = 0;
    private static final int SQ_TAIL = 64;
    private static final int CQ_HEAD = 128;
    private static final int CQ_TAIL = 192;
    private static final int CQES = 256;

    /** An entry that the kernel has taken. */
    record Entry(int opcode, int flags, int fd, long address, int length, long userData) {
        boolean isLinked() {
            return (flags & IO_LINK) != 0;
        }
    }

    private final int submissions;
    private final int completions;
    private final MemorySegment rings;
    private final MemorySegment entries;
    private final Deque<Integer> refusals = new ArrayDeque<>();

    /** Completions for which there was no place; they come with the next call. */
    private final Deque<long[]> overflow = new ArrayDeque<>();

    /** What has been taken, but for the loop's own read. */
    final List<Entry> taken = new ArrayList<>();

    /** The most entries it takes with a call. */
    int appetite = Integer.MAX_VALUE;

    int calls;

    ScriptedKernel(int submissions, int completions) {
        this.submissions = submissions;
        this.completions = completions;
        rings = map(CQES + completions * CQE_SIZE + submissions * 4L);
        entries = map(submissions * SQE_SIZE);
    }

    private static MemorySegment map(long size) {
        try (CallMemory call = CallMemory.take()) {
            int number = SyscallNumbers.MMAP;
            return Native.at(call.quick(number, 0, size, 3, PRIVATE_ANONYMOUS, -1, 0), size);
        }
    }

    /** The ring; its descriptor is an eventfd, of which nothing is wanted but to be closed. */
    Ring ring() {
        MemorySegment params = Arena.ofAuto().allocate(PARAMS_SIZE, 8);
        params.set(JAVA_INT, PARAMS_SQ_ENTRIES, submissions);
        params.set(JAVA_INT, PARAMS_CQ_ENTRIES, completions);
        params.set(JAVA_INT, PARAMS_FEATURES, FEAT_NODROP | FEAT_EXT_ARG | FEAT_CQE_SKIP);
        params.set(JAVA_INT, SQ_OFF_HEAD, SQ_HEAD);
        params.set(JAVA_INT, SQ_OFF_TAIL, SQ_TAIL);
        params.set(JAVA_INT, CQ_OFF_HEAD, CQ_HEAD);
        params.set(JAVA_INT, CQ_OFF_TAIL, CQ_TAIL);
        params.set(JAVA_INT, CQ_OFF_CQES, CQES);
        params.set(JAVA_INT, SQ_OFF_ARRAY, (int) (CQES + completions * CQE_SIZE));
        int fd = (int) CallMemory.single(SyscallNumbers.EVENTFD2, 0, 0, 0, 0);
        return new Ring(this, fd, params, rings, entries);
    }

    // ---- the script ----

    /** So many of the next calls fail with that. */
    void refuse(int errno, int times) {
        for (int i = 0; i < times; i++) {
            refusals.add(errno);
        }
    }

    /** Completes an entry. */
    void complete(Entry entry, int result) {
        overflow.add(new long[] {entry.userData, result & 0xFFFFFFFFL});
        flush();
    }

    /** Completions that find no place in the queue. */
    int overflowing() {
        return overflow.size();
    }

    private void flush() {
        int head = rings.get(JAVA_INT, CQ_HEAD);
        int tail = rings.get(JAVA_INT, CQ_TAIL);
        while (!overflow.isEmpty() && tail - head < completions) {
            long[] completion = overflow.remove();
            long at = CQES + (tail++ & completions - 1) * CQE_SIZE;
            rings.set(JAVA_LONG, at + CQE_USER_DATA, completion[0]);
            rings.set(JAVA_LONG, at + CQE_RESULT_AND_FLAGS, completion[1]);
        }
        rings.set(JAVA_INT, CQ_TAIL, tail);
    }

    // ---- the call ----

    @Override
    long enter(CallMemory call, int fd, int count, int least, int flags, long arg, long size) {
        calls++;
        if (!refusals.isEmpty()) {
            return -refusals.remove();
        }
        int head = rings.get(JAVA_INT, SQ_HEAD);
        int there = rings.get(JAVA_INT, SQ_TAIL) - head;
        int number = Math.min(Math.min(count, there), appetite);
        for (int i = 0; i < number; i++) {
            take((head + i & submissions - 1) * SQE_SIZE);
        }
        rings.set(JAVA_INT, SQ_HEAD, head + number);
        flush();
        return number == 0 && least > 0 ? -Errno.EINTR : number;
    }

    private void take(long at) {
        long first = entries.get(JAVA_LONG, at + SQE_HEAD);
        long userData = entries.get(JAVA_LONG, at + SQE_USER_DATA);
        if (userData != EventFd.READ) {
            taken.add(
                    new Entry(
                            (int) first & 0xFF,
                            (int) (first >>> 8) & 0xFF,
                            (int) (first >>> 32),
                            entries.get(JAVA_LONG, at + SQE_ADDRESS),
                            entries.get(JAVA_INT, at + SQE_LENGTH_AND_FLAGS),
                            userData));
        }
    }
}
