package lapwing.winsock;

import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import lapwing.engine.Engine;
import lapwing.engine.Loop;
import org.jspecify.annotations.Nullable;

/**
 * An I/O completion port: packets first in first out (P24), waiters last in first out. Any number
 * of threads, virtual ones too, may wait.
 *
 * <p>A port made with concurrency 1 has a loop of its own. A platform thread that dequeues alone
 * and again and again is made the leader of that loop: it then waits in the kernel itself, and what
 * it starts between two waits goes out with the next one. A second waiter, or a leader that stays
 * away, ends that; nobody notices but the clock.
 *
 * @see <a href="https://learn.microsoft.com/windows/win32/fileio/i-o-completion-ports">MSDN</a>
 */
public final class CompletionPort extends Handle {
    /** Dequeues in a row by one thread that make it the leader. */
    private static final int STREAK = 32;

    static final int ABANDONED = -1;
    static final int NOT_OPEN = -2;

    private static final class Waiter {
        final Thread thread = Thread.currentThread();
        @Nullable Waiter below;
        boolean filled;
        long key;
        @Nullable Overlapped overlapped;
        int bytes;
        int status;
    }

    private final Loop loop;
    private final boolean own;

    // All below: guarded by this.
    private @Nullable Overlapped[] overlappeds = new Overlapped[64];
    private long[] keys = new long[64];
    private int[] bytes = new int[64];
    private int[] statuses = new int[64];
    private int first;
    private int count;
    private @Nullable Waiter top;
    private boolean closed;
    private int associated;
    private @Nullable Thread lastTaker;
    private int streak;

    CompletionPort(int concurrency) {
        Engine engine = Engine.current();
        loop = concurrency == 1 ? engine.ownLoop() : engine.commonLoop();
        own = loop != engine.commonLoop();
    }

    Loop loop() {
        return loop;
    }

    @Override
    synchronized boolean isOpen() {
        return !closed;
    }

    synchronized boolean associate() {
        if (!closed) {
            associated++;
        }
        return !closed;
    }

    void dissociate() {
        boolean last;
        synchronized (this) {
            last = --associated == 0 && closed;
        }
        if (last && own) {
            loop.retire();
        }
    }

    /** Closes the handle: waiters return abandoned (P21). False if it was closed before. */
    boolean close() {
        boolean last;
        synchronized (this) {
            if (closed) {
                return false;
            }
            closed = true;
            last = associated == 0;
            for (Waiter w = top; w != null; w = w.below) {
                LockSupport.unpark(w.thread);
            }
        }
        forgetValue();
        if (own) {
            loop.wake();
            if (last) {
                loop.retire();
            }
        }
        return true;
    }

    /** Queues a packet, or hands it to the waiter that came last. False if the port is closed. */
    boolean post(long key, @Nullable Overlapped overlapped, int transferred, int status) {
        synchronized (this) {
            if (closed) {
                return false;
            }
            Waiter waiter = top;
            if (waiter != null) {
                top = waiter.below;
                waiter.key = key;
                waiter.overlapped = overlapped;
                waiter.bytes = transferred;
                waiter.status = status;
                waiter.filled = true;
                LockSupport.unpark(waiter.thread);
                return true;
            }
            if (count == keys.length) {
                grow();
            }
            int at = (first + count++) & (keys.length - 1);
            keys[at] = key;
            overlappeds[at] = overlapped;
            bytes[at] = transferred;
            statuses[at] = status;
        }
        if (own) {
            loop.wake();
        }
        return true;
    }

    private void grow() {
        int size = keys.length;
        @Nullable Overlapped[] o = Arrays.copyOf(overlappeds, size * 2);
        long[] k = Arrays.copyOf(keys, size * 2);
        int[] b = Arrays.copyOf(bytes, size * 2);
        int[] s = Arrays.copyOf(statuses, size * 2);
        for (int i = 0; i < count; i++) {
            int from = (first + i) & (size - 1);
            o[i] = overlappeds[from];
            k[i] = keys[from];
            b[i] = bytes[from];
            s[i] = statuses[from];
        }
        overlappeds = o;
        keys = k;
        bytes = b;
        statuses = s;
        first = 0;
    }

    /**
     * Dequeues.
     *
     * @param routines completion routines that end the wait when they are due; null for none
     * @return how many packets, 0 at the deadline, {@link #ABANDONED} or {@link #NOT_OPEN}
     */
    int take(OverlappedEntry[] out, int most, int milliseconds, @Nullable RoutineQueue routines)
            throws InterruptedException {
        int taken = poll(out, 0, most);
        boolean leads = own && loop.isLedByCaller();
        if (taken != 0) {
            if (own && !leads) {
                countStreak();
            }
            return taken;
        }
        long deadline = Deadline.of(milliseconds);
        if (leads) {
            return leadAndTake(out, most, deadline, milliseconds == 0, routines);
        }
        return milliseconds == 0 ? 0 : parkAndTake(out, most, deadline, routines);
    }

    private synchronized int poll(OverlappedEntry[] out, int from, int most) {
        if (closed) {
            return NOT_OPEN;
        }
        int taken = 0;
        while (taken < most - from && count > 0) {
            fill(
                    out[from + taken++],
                    keys[first],
                    overlappeds[first],
                    bytes[first],
                    statuses[first]);
            overlappeds[first] = null;
            first = (first + 1) & (keys.length - 1);
            count--;
        }
        return taken;
    }

    private static void fill(
            OverlappedEntry entry,
            long key,
            @Nullable Overlapped overlapped,
            int bytes,
            int status) {
        entry.lpCompletionKey = key;
        entry.lpOverlapped = overlapped;
        entry.dwNumberOfBytesTransferred = bytes;
        entry.Internal = status & 0xFFFFFFFFL;
    }

    /** The fast path: the waiter waits in the kernel. */
    private int leadAndTake(
            OverlappedEntry[] out,
            int most,
            long deadline,
            boolean once,
            @Nullable RoutineQueue routines)
            throws InterruptedException {
        ThreadState.current().led = loop;
        while (loop.lead(Deadline.nanosLeft(deadline))) {
            int taken = poll(out, 0, most);
            if (taken != 0) {
                return taken == NOT_OPEN ? ABANDONED : taken;
            }
            if (once || isDue(routines) || Deadline.hasPassed(deadline)) {
                return 0;
            }
        }
        return once ? Math.max(0, poll(out, 0, most)) : parkAndTake(out, most, deadline, routines);
    }

    /** The general path: the waiter parks until a packet is handed to it. */
    private int parkAndTake(
            OverlappedEntry[] out, int most, long deadline, @Nullable RoutineQueue routines)
            throws InterruptedException {
        leaveOthers();
        Waiter waiter = new Waiter();
        synchronized (this) {
            int taken = poll(out, 0, most);
            if (taken != 0) {
                return taken == NOT_OPEN ? ABANDONED : taken;
            }
            waiter.below = top;
            top = waiter;
        }
        while (true) {
            long left = Deadline.nanosLeft(deadline);
            if (left == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, left);
            }
            synchronized (this) {
                if (waiter.filled) {
                    fill(out[0], waiter.key, waiter.overlapped, waiter.bytes, waiter.status);
                    int more = closed ? 0 : poll(out, 1, most);
                    countStreak();
                    return 1 + more;
                }
                boolean interrupted = Thread.interrupted();
                boolean leader = own && loop.isLedByCaller();
                if (closed
                        || leader
                        || interrupted
                        || isDue(routines)
                        || Deadline.hasPassed(deadline)) {
                    remove(waiter);
                    if (interrupted) {
                        throw new InterruptedException();
                    }
                    if (!leader || closed) {
                        return closed ? ABANDONED : 0;
                    }
                    break;
                }
            }
        }
        return leadAndTake(out, most, deadline, false, routines);
    }

    private static boolean isDue(@Nullable RoutineQueue routines) {
        return routines != null && !routines.isEmpty();
    }

    /** Gives up the lead of another port's loop, and takes this port's from somebody else. */
    private void leaveOthers() {
        ThreadState.beforeWaiting();
        if (own) {
            synchronized (this) {
                if (lastTaker != Thread.currentThread()) {
                    lastTaker = Thread.currentThread();
                    streak = 0;
                } else {
                    return;
                }
            }
            loop.release();
        }
    }

    /** Notes a dequeue of the calling thread; the one that makes the streak makes it the leader. */
    private synchronized void countStreak() {
        Thread current = Thread.currentThread();
        if (!own || current.isVirtual()) {
            return;
        }
        streak = lastTaker == current && top == null ? streak + 1 : 0;
        lastTaker = current;
        if (streak >= STREAK) {
            streak = 0;
            loop.adopt();
        }
    }

    private void remove(Waiter gone) {
        if (top == gone) {
            top = gone.below;
            return;
        }
        for (Waiter w = top; w != null; w = w.below) {
            if (w.below == gone) {
                w.below = gone.below;
                return;
            }
        }
    }

    @Override
    public String toString() {
        return "completion port";
    }
}
