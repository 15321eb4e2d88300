package lapwing.engine.uring;

import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The {@link CallMemory} that virtual threads share: stacks without a lock, as a thread that has
 * taken one must not park to give it back. The top of a stack is a number and a count of the
 * changes, so that nobody takes an old top for the present one. There are several stacks, and a
 * thread keeps to one of them: with one alone, two processors at it make a call up to a fifth
 * dearer, and more of them more. With these it costs 1.05 of what it does on a platform thread.
 *
 * <p>A block is made when a thread finds none, so there will be as many as calls have been under
 * way at a time, for each stack. They stay: their memory is of the global arena, and 360 KiB at the
 * most.
 */
final class CallPool {
    /** As many as the JVM has carriers at the most (jdk.virtualThreadScheduler.maxPoolSize). */
    private static final int MOST = 256;

    private static final int STACKS = 8;

    /** So far apart that no two share a line of a cache. */
    private static final int APART = 16;

    static final CallPool COMMON = new CallPool(MOST);

    /** Of each stack: changes, then in the lower half the number of the block on top, or 0. */
    private final AtomicLongArray tops = new AtomicLongArray((STACKS + 1) * APART);

    /** By number. Written before the number is seen on a stack. */
    private final @Nullable CallMemory[] all;

    private volatile int made;

    CallPool(int most) {
        all = new CallMemory[most + 1];
    }

    /**
     * Takes a block. If there may be no more, one is waited for: they are with threads that run,
     * each for the moment of a call, or on another stack.
     */
    CallMemory take() {
        int stack = stack();
        CallMemory it = pop(stack);
        if (it == null && made < all.length - 1) {
            it = make();
        }
        while (it == null) {
            LockSupport.parkNanos(10_000);
            stack = stack % STACKS + 1;
            it = pop(stack);
        }
        return it;
    }

    private static int stack() {
        return stack(Thread.currentThread().threadId());
    }

    /** The stack of a thread, by its number, which is one of billions in the end. */
    static int stack(long thread) {
        return (int) (thread % STACKS) + 1;
    }

    private @Nullable CallMemory pop(int stack) {
        for (; ; ) {
            long seen = tops.get(stack * APART);
            CallMemory it = all[(int) seen];
            if (it == null || tops.compareAndSet(stack * APART, seen, next(seen, it.below))) {
                return it;
            }
        }
    }

    void give(CallMemory it) {
        int place = stack() * APART;
        long seen;
        do {
            seen = tops.get(place);
            it.below = (int) seen;
        } while (!tops.compareAndSet(place, seen, next(seen, it.number)));
    }

    private static long next(long seen, int number) {
        return (seen >>> 32) + 1 << 32 | number;
    }

    /** A further one, null if there are as many as there may be. Who comes for one may park. */
    private synchronized @Nullable CallMemory make() {
        int number = made + 1;
        if (number == all.length) {
            return null;
        }
        CallMemory it = new CallMemory(Arena.global(), this, number);
        all[number] = it;
        made = number;
        return it;
    }

    /** How many there are. */
    int made() {
        return made;
    }
}
