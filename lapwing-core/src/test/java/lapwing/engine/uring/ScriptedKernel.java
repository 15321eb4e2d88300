package lapwing.engine.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static lapwing.engine.uring.RingLayout.*;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's side of a ring, played by a test: it takes entries and refuses them as it is told,
 * and completes what the test says. Its chains are the kernel's: one that is not taken whole is two
 * (torn), and behind an entry that fails the others are cancelled. It does not wait: where a leader
 * sleeps, the {@link ScriptedClock} has passed at once.
 */
final class ScriptedKernel extends Kernel {
    private static final int PRIVATE_ANONYMOUS = 0x22;
    private static final int SQ_HEAD = 0;
    private static final int SQ_TAIL = 64;
    private static final int CQ_HEAD = 128;
    private static final int CQ_TAIL = 192;
    private static final int CQES = 256;

    private final int submissions;
    private final int completions;
    private final ScriptedClock clock;
    private final MemorySegment rings;
    private final MemorySegment entries;
    private final Deque<Integer> refusals = new ArrayDeque<>();

    /** Completions for which there was no place. */
    private final Deque<long[]> overflow = new ArrayDeque<>();

    /** What the kernel has. */
    private final Set<Entry> pending = new LinkedHashSet<>();

    /** The loop's own read; null while the kernel does not have it. */
    private @Nullable Entry read;

    /** What has been taken, but for the loop's own reads. */
    final List<Entry> taken = new ArrayList<>();

    /** Descriptors that entries have closed. */
    final List<Integer> closed = new ArrayList<>();

    /** What neither a loop nor a script may do. */
    final List<String> faults = new ArrayList<>();

    /** The most entries it takes with a call. */
    int appetite = Integer.MAX_VALUE;

    /** Takes nothing while completions find no place, as older kernels do. */
    boolean isStrict;

    /** Answers attempts and cancels by itself. */
    private boolean answers;

    /** When the loop's own timeouts are due. */
    private final List<Long> alarms = new ArrayList<>();

    /** How many of them there have been. */
    int timeouts;

    int calls;

    /** How long the last call was to wait for, timeouts considered, nanoseconds. */
    long wait;

    /** Happens once, in the next call, before anything is taken. */
    @Nullable Runnable beforeTaking;

    /** Happens once, when a leader sleeps. */
    @Nullable Runnable whileAsleep;

    /** Called when a leader sleeps for ever. */
    Runnable whenItSleeps = () -> {};

    /** Called for each entry that is taken. */
    Consumer<Entry> witness = entry -> {};

    /** Called when everything is to be cancelled, before it is. */
    Runnable beforeTheEnd = () -> {};

    ScriptedKernel(int submissions, int completions, ScriptedClock clock) {
        this.submissions = submissions;
        this.completions = completions;
        this.clock = clock;
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

    /** Refuses nothing any more. */
    void relent() {
        refusals.clear();
    }

    /**
     * Takes everything from now on, but for what it is still to refuse, and does what it is told.
     */
    void obey() {
        appetite = Integer.MAX_VALUE;
        isStrict = false;
        beforeTaking = null;
        whileAsleep = null;
        answers = true;
        List.copyOf(pending).forEach(this::answer);
    }

    /** Completes an entry. Those before it in its chain have succeeded. */
    void complete(Entry entry, int result) {
        pending.removeIf(before -> leadsTo(before, entry));
        if (!pending.remove(entry)) {
            faults.add(entry + " has ended before");
            return;
        }
        if (!entry.skips() || result < 0) {
            post(entry.userData, result);
        }
        Entry behind = entry.behind;
        if (behind != null && !entry.fails(result)) {
            begin(behind);
        }
        for (; behind != null && entry.fails(result); behind = behind.behind) {
            pending.remove(behind);
            if (!entry.skips()) { // F9
                post(behind.userData, -Errno.ECANCELED);
            }
        }
    }

    private static boolean leadsTo(Entry before, Entry entry) {
        Entry next = before.behind;
        return next != null && (next == entry || leadsTo(next, entry));
    }

    /** Completes the loop's own read. */
    void completeRead(int result) {
        Entry there = read;
        if (there != null) {
            read = null;
            post(there.userData, result);
        }
    }

    /** True if something has not ended that bears that user data. */
    boolean has(long userData) {
        return pending.stream().anyMatch(entry -> entry.userData == userData);
    }

    /** True if the kernel may read or write memory from there on. */
    boolean uses(MemorySegment memory) {
        return pending.stream().anyMatch(entry -> isIn(memory, entry));
    }

    static boolean isIn(MemorySegment memory, Entry entry) {
        long offset = entry.address - memory.address();
        return entry.transfers() && offset >= 0 && offset < memory.byteSize();
    }

    /** What has not ended. */
    List<Entry> pending() {
        return List.copyOf(pending);
    }

    /** Completions that find no place in the queue. */
    int overflowing() {
        return overflow.size();
    }

    // ---- the completion queue ----

    void post(long userData, int result) {
        overflow.add(new long[] {userData, result & 0xFFFFFFFFL});
        if (overflow.size() == 1) {
            flush();
        }
    }

    private int ready() {
        return rings.get(JAVA_INT, CQ_TAIL) - rings.get(JAVA_INT, CQ_HEAD);
    }

    private void flush() {
        while (!overflow.isEmpty() && ready() < completions) {
            long[] completion = overflow.remove();
            int tail = rings.get(JAVA_INT, CQ_TAIL);
            long at = CQES + (tail & completions - 1) * CQE_SIZE;
            rings.set(JAVA_LONG, at + CQE_USER_DATA, completion[0]);
            rings.set(JAVA_LONG, at + CQE_RESULT_AND_FLAGS, completion[1]);
            rings.set(JAVA_INT, CQ_TAIL, tail + 1);
        }
    }

    // ---- the calls ----

    @Override
    long enter(CallMemory call, int fd, int count, int least, int flags, long arg, long size) {
        calls++;
        wait = least == 0 ? 0 : limit(arg);
        Runnable before = beforeTaking;
        beforeTaking = null;
        if (before != null) {
            before.run();
        }
        alarm();
        if ((flags & ENTER_GETEVENTS) != 0) {
            flush();
        }
        if (!refusals.isEmpty()) {
            return -refusals.remove();
        }
        if (isStrict && count > 0 && !overflow.isEmpty()) {
            return -Errno.EBUSY;
        }
        int number = take(Math.min(count, appetite));
        for (long due : alarms) {
            wait = Math.min(wait, Math.max(due - clock.nanoTime(), 0));
        }
        return wait == 0 || number < count ? number : await(number);
    }

    private static long limit(long argument) {
        if (argument == 0) {
            return Long.MAX_VALUE;
        }
        return time(Native.at(argument, EXT_ARG_SIZE).get(JAVA_LONG, EXT_ARG_TIMESPEC));
    }

    private static long time(long at) {
        MemorySegment time = Native.at(at, 16);
        return time.get(JAVA_LONG, 0) * 1_000_000_000L + time.get(JAVA_LONG, 8);
    }

    private int take(int most) {
        int head = rings.get(JAVA_INT, SQ_HEAD);
        if (rings.get(JAVA_INT, SQ_TAIL) - head < most) {
            faults.add("more are counted than there are");
        }
        rings.set(JAVA_INT, SQ_HEAD, head + most);
        List<Entry> all = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            all.add(new Entry(entries, (head + i & submissions - 1) * SQE_SIZE));
        }
        for (int i = 0; i < most; i++) {
            Entry entry = all.get(i);
            entry.behind = entry.isLinked() && i + 1 < most ? all.get(i + 1) : null;
            note(entry);
            if (i == 0 || all.get(i - 1).behind != entry) {
                begin(entry);
            }
        }
        return most;
    }

    private void note(Entry entry) {
        if (entry.userData == EventFd.READ) {
            read = entry;
            return;
        }
        if (entry.userData == Alarm.RANG) {
            timeouts++;
            alarms.add(clock.nanoTime() + time(entry.address));
            return;
        }
        taken.add(entry);
        if (entry.opcode != OP_ASYNC_CANCEL && entry.opcode != OP_NOP) {
            pending.add(entry);
        }
        witness.accept(entry);
    }

    /** Begins with an entry whose turn has come. */
    private void begin(Entry entry) {
        if (entry.opcode == OP_CLOSE) {
            close(entry.fd);
            complete(entry, 0);
        } else if (answers) {
            answer(entry);
        }
    }

    private void close(int fd) {
        if (closed.contains(fd)) {
            faults.add("a descriptor is closed twice, the second time it may be another's");
        } else {
            closed.add(fd);
            CallMemory.closeDescriptor(fd);
        }
    }

    private void answer(Entry entry) {
        boolean first = pending.stream().noneMatch(before -> leadsTo(before, entry));
        if (entry.opcode == OP_ASYNC_CANCEL) {
            pending.stream()
                    .filter(each -> each.userData == entry.address)
                    .findFirst()
                    .ifPresentOrElse(
                            each -> complete(each, -Errno.ECANCELED),
                            () -> post(entry.userData, -Errno.ENOENT));
        } else if (pending.contains(entry) && first && entry.isAttempt()) {
            complete(entry, -Errno.EAGAIN);
        }
    }

    /** The leader sleeps until something has completed, or until nothing will any more. */
    private long await(int number) {
        if (ready() == 0 && whileAsleep != null) {
            Runnable now = whileAsleep;
            whileAsleep = null;
            now.run();
        }
        if (ready() == 0 && read == null) {
            faults.add("a leader sleeps that nothing would wake");
        }
        wake();
        if (ready() == 0) {
            clock.pass(wait);
            wake();
            alarm();
        }
        if (ready() == 0 && wait == Long.MAX_VALUE) {
            whenItSleeps.run();
        }
        if (number > 0 || ready() > 0) {
            return number;
        }
        return wait == Long.MAX_VALUE ? -Errno.EINTR : -Errno.ETIME;
    }

    /** Completes the timeouts that are due. */
    private void alarm() {
        for (long due : List.copyOf(alarms)) {
            if (due - clock.nanoTime() <= 0) {
                alarms.remove(due);
                post(Alarm.RANG, -Errno.ETIME);
            }
        }
    }

    private void wake() {
        if (read != null && Signals.take(read.fd)) {
            completeRead(8);
        }
    }

    @Override
    long register(CallMemory call, int fd, int what, long argument, int count) {
        if (what == REGISTER_SYNC_CANCEL) {
            beforeTheEnd.run();
            pending.clear();
        }
        return 0;
    }
}
