package lapwing.port;

import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import lapwing.engine.Lead;
import lapwing.engine.Loop;
import lapwing.engine.choice.Engines;
import org.jspecify.annotations.Nullable;

/**
 * An I/O completion port: packets first in first out (P24), waiters last in first out. Any number
 * of threads, virtual ones too, may wait.
 *
 * <p>The <em>concurrency value</em> bounds the threads that work on packets at the same time. A
 * thread counts from the packet it has got until it waits on a port again (P42), waits for
 * something else, or ends; a waiter is released only while fewer than that many count. A thread
 * that comes back while packets are queued gets one at once, before any waiter. So a port with more
 * threads than the value keeps that many busy, and replaces one that blocks. When it wakes up again
 * there is one too many for a moment.
 *
 * <p>That a thread waits in a function of this library is known at once, anything else within some
 * 2 ms by {@link Thread#getState}: a lock, a sleep, the end of the thread. A platform thread inside
 * a native function, such as a read by {@code java.io}, looks as if it computed; after 100 ms in
 * which packets waited it is no longer counted. Work that computes for longer than that is
 * therefore joined by another thread, at most one in 100 ms, where Windows would release none. A
 * thread whose wait brought nothing does not count; on Windows it does.
 *
 * <p>A port made with concurrency 1 has a loop of its own. A platform thread that dequeues alone
 * and again and again is made the leader of that loop: it then waits in the kernel itself, and what
 * it starts between two waits goes out with the next one. A second thread on the port, or a leader
 * that stays away, ends that; nobody notices but the clock.
 *
 * @param <E> what the face has packets laid into
 */
public final class Port<E> {
    /** Dequeues in a row by one thread that make it the leader. */
    private static final int STREAK = 32;

    /** How long the leader takes packets that its rounds have not brought, and makes no round. */
    private static final long MOST_ASTRAY_NANOS = 1_000_000;

    /** The port was closed during the wait. */
    public static final int ABANDONED = -1;

    /** The port had been closed before. */
    public static final int NOT_OPEN = -2;

    /** There are packets, but enough threads run. */
    private static final int HELD = -3;

    /** There are packets, but the leader has to make a round first. */
    private static final int OVERDUE = -4;

    /** A waiter has become the leader. */
    private static final int LEADS = -5;

    /** A wait has brought nothing. */
    private static final int NOTHING = -6;

    private final Loop loop;
    private final Lead lead;
    private final boolean own;

    // All below: guarded by this.
    private final PacketQueue<E> packets;
    private final Runners runners;
    private @Nullable PortThread top;
    private boolean watched;
    private boolean closed;
    private int associated;
    private @Nullable PortThread lastTaker;
    private int streak;

    /** Packets in the queue when the leader came back from its last round, less those taken. */
    private int brought;

    /** When the leader took the first packet beyond those, by nanoTime; 0 if it has not. */
    private long astraySince;

    static {
        InterruptSignal.prepare();
    }

    /**
     * Makes a port.
     *
     * @param concurrency the DWORD of CreateIoCompletionPort: 0 for the number of processors
     */
    public Port(int concurrency, EntryWriter<E> writer) {
        packets = new PacketQueue<>(writer);
        runners = runners(concurrency, Runners.PATIENCE);
        // last: if there is no memory for something, no loop is left behind
        Loop common = Engines.current().commonLoop();
        loop = concurrency == 1 ? Engines.current().ownLoop() : common;
        lead = loop.lead();
        own = loop != common;
    }

    Port(Loop loop, Loop common, int concurrency, int patience, EntryWriter<E> writer) {
        packets = new PacketQueue<>(writer);
        runners = runners(concurrency, patience);
        this.loop = loop;
        lead = loop.lead();
        own = loop != common;
    }

    private static Runners runners(int concurrency, int patience) {
        int limit = concurrency < 0 ? Integer.MAX_VALUE : concurrency;
        return new Runners(
                limit == 0 ? Runtime.getRuntime().availableProcessors() : limit, patience);
    }

    /** Where the operations of its sockets run. */
    public Loop loop() {
        return loop;
    }

    /** True until it is closed. */
    public synchronized boolean isOpen() {
        return !closed;
    }

    /** A socket comes to the port; false if that is closed. */
    public synchronized boolean associate() {
        if (!closed) {
            associated++;
        }
        return !closed;
    }

    /** A socket has left the port. */
    public void dissociate() {
        boolean last;
        synchronized (this) {
            last = --associated == 0 && closed;
        }
        if (last && own) {
            loop.retire();
        }
    }

    /** Closes the port: waiters return abandoned (P21). False if it was closed before. */
    public boolean close() {
        boolean last;
        synchronized (this) {
            if (closed) {
                return false;
            }
            closed = true;
            last = associated == 0;
            packets.clear();
            for (PortThread w = top; w != null; w = w.below) {
                LockSupport.unpark(w.thread);
            }
        }
        if (own) {
            lead.wake();
            if (last) {
                loop.retire();
            }
        }
        return true;
    }

    /** Queues a packet, or hands it to the waiter that came last. False if the port is closed. */
    public boolean post(
            long key,
            @Nullable Object attachment,
            @Nullable Object payload,
            int transferred,
            int status) {
        return post(key, attachment, payload, transferred, status, null);
    }

    /**
     * Ends an operation, with a packet. Who learns of the end otherwise, by the operation itself,
     * finds the packet queued.
     */
    public void complete(
            long key,
            @Nullable Object attachment,
            Object payload,
            int transferred,
            int status,
            Ending operation) {
        post(key, attachment, payload, transferred, status, operation);
    }

    private boolean post(
            long key,
            @Nullable Object attachment,
            @Nullable Object payload,
            int transferred,
            int status,
            @Nullable Ending operation) {
        synchronized (this) {
            if (operation != null) {
                operation.finish(status, transferred);
            }
            if (closed) {
                return false;
            }
            packets.add(key, attachment, payload, transferred, status);
            if (top != null) {
                try {
                    match();
                } finally {
                    watch(); // also if there was no memory for an entry: it is tried again
                }
                if (packets.isEmpty()) {
                    return true;
                }
            }
        }
        if (own) {
            lead.wake();
        }
        return true;
    }

    /** Hands packets to waiters while more threads may run. Holding the monitor. */
    private void match() {
        while (top != null && !packets.isEmpty() && runners.hasRoom()) {
            PortThread waiter = top;
            packets.takeOne(entries(waiter.out), 0); // first: there may be no memory for the entry
            top = waiter.below;
            waiter.below = null;
            waiter.out = null;
            waiter.handed = true;
            waiter.port = this;
            runners.start(waiter);
            loop.unpark(waiter.thread);
        }
    }

    /** Sees to it that held packets do not wait for ever. Holding the monitor. */
    private void watch() {
        if (isHeld() && !watched) {
            Watch.add(this::look);
            watched = true;
        }
    }

    private boolean isHeld() {
        return top != null && !packets.isEmpty() && !closed;
    }

    /** A look of the watch: false if it is over. */
    private synchronized boolean look() {
        if (isHeld()) {
            runners.look(true);
            match();
        }
        watched = isHeld();
        return watched;
    }

    /** The thread turns to something else: it counts no more. */
    synchronized void leave(PortThread thread) {
        runners.stop(thread);
        thread.port = null;
        match();
    }

    /** The thread goes on with the packet it had when it left. */
    synchronized void comeBack(PortThread thread) {
        thread.port = this;
        runners.start(thread);
    }

    /**
     * Dequeues.
     *
     * @param me the calling thread
     * @param interest what else ends the wait, as soon as it is true; null for nothing
     * @return how many packets, 0 at the deadline, {@link #ABANDONED} or {@link #NOT_OPEN}
     */
    public int take(
            PortThread me,
            @Nullable E[] out,
            int most,
            int milliseconds,
            @Nullable BooleanSupplier interest)
            throws InterruptedException {
        Port<?> other = me.port;
        if (other != null && other != this) {
            other.leave(me);
        }
        // Before the queue is looked at: a loop's own thread that posts and then hands over wakes
        // nobody, because nobody leads but itself.
        boolean leads = own && lead.isCallers();
        int taken = poll(me, out, most, leads);
        if (taken == OVERDUE) {
            lead.round(0);
            taken = pollAfterRound(me, out, most);
        }
        if (taken > 0 || taken == NOT_OPEN) {
            if (own && !leads && lead.isOthers()) {
                lead.release();
            }
            return taken;
        }
        long deadline = Deadline.of(milliseconds);
        if (leads && taken == 0) {
            return leadAndTake(me, out, most, deadline, milliseconds == 0, interest);
        }
        if (leads) {
            lead.release(); // held back, it would look after the loop no better
        }
        return milliseconds == 0 ? 0 : parkAndTake(me, out, most, deadline, interest);
    }

    /** {@link #poll} for a thread that has just led a round. */
    private synchronized int pollAfterRound(PortThread me, @Nullable E[] out, int most) {
        brought = packets.size();
        astraySince = 0;
        return poll(me, out, most, false);
    }

    /**
     * True if the leader has taken packets of others for a while, such as posted ones, and has not
     * looked at the ring: it may hold what came before them. Holding the monitor.
     */
    private boolean isOverdue() {
        if (brought > 0) {
            return false;
        }
        long now = System.nanoTime();
        if (astraySince == 0) {
            astraySince = now;
        }
        return now - astraySince >= MOST_ASTRAY_NANOS;
    }

    /**
     * What can be had at once: a number of packets, 0, {@link #HELD}, {@link #NOT_OPEN}, or {@link
     * #OVERDUE} for a thread that leads.
     */
    private synchronized int poll(PortThread me, @Nullable E[] out, int most, boolean leads) {
        if (closed) {
            return NOT_OPEN;
        }
        if (me.port != null) {
            runners.stop(me);
            me.port = null;
        }
        if (packets.isEmpty()) {
            return 0;
        }
        if (leads && isOverdue()) {
            return OVERDUE;
        }
        if (!runners.hasRoom()) {
            runners.look(false);
            if (!runners.hasRoom()) {
                return HELD;
            }
        }
        int taken = packets.take(out, 0, most);
        brought = Math.max(brought - taken, 0);
        me.port = this;
        runners.start(me);
        countStreak(me);
        match(); // the look may have found room for more
        return taken;
    }

    /** The fast path: the waiter waits in the kernel. */
    private int leadAndTake(
            PortThread me,
            @Nullable E[] out,
            int most,
            long deadline,
            boolean once,
            @Nullable BooleanSupplier interest)
            throws InterruptedException {
        if (me.led != lead) {
            me.stopLeading();
        }
        me.led = lead;
        while (me.signal().round(lead, once ? 0 : Deadline.nanosLeft(deadline))) {
            int taken = pollAfterRound(me, out, most);
            if (taken == HELD) {
                lead.release();
                break;
            }
            if (taken != 0) {
                return taken == NOT_OPEN ? ABANDONED : taken;
            }
            if (once || isDue(interest) || Deadline.hasPassed(deadline)) {
                return 0;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        return once
                ? Math.max(0, poll(me, out, most, false))
                : parkAndTake(me, out, most, deadline, interest);
    }

    /** The general path: the waiter parks until a packet is handed to it. */
    private int parkAndTake(
            PortThread me,
            @Nullable E[] out,
            int most,
            long deadline,
            @Nullable BooleanSupplier interest)
            throws InterruptedException {
        if (me.led != lead) {
            me.stopLeading();
        }
        if (own && lead.isOthers()) {
            lead.release();
        }
        int taken = joinWaiters(me, out, most);
        while (taken == 0) {
            park(deadline);
            taken = outcome(me, out, most, deadline, interest);
        }
        return switch (taken) {
            case NOT_OPEN -> ABANDONED;
            case NOTHING -> 0;
            case LEADS -> leadAndTake(me, out, most, deadline, false, interest);
            default -> taken;
        };
    }

    /** Takes what is there, or makes the thread the topmost waiter: 0. */
    private synchronized int joinWaiters(PortThread me, @Nullable E[] out, int most) {
        int taken = poll(me, out, most, false);
        if (taken > 0 || taken == NOT_OPEN) {
            return taken;
        }
        me.out = out;
        me.below = top;
        top = me;
        watch();
        return 0;
    }

    private void park(long deadline) {
        long left = Deadline.nanosLeft(deadline);
        if (left == Long.MAX_VALUE) {
            LockSupport.park(this);
        } else {
            LockSupport.parkNanos(this, left);
        }
    }

    /**
     * What a waiter that was unparked has come to: packets, {@link #NOT_OPEN}, {@link #LEADS},
     * {@link #NOTHING}; it waits no more then. 0 if it is to wait on.
     */
    private synchronized int outcome(
            PortThread me,
            @Nullable E[] out,
            int most,
            long deadline,
            @Nullable BooleanSupplier interest)
            throws InterruptedException {
        if (me.out == null) {
            me.handed = false;
            countStreak(me);
            return 1 + packets.take(out, 1, most);
        }
        boolean interrupted = Thread.interrupted();
        boolean leads = own && packets.isEmpty() && lead.isCallers();
        boolean over = closed || leads || interrupted || isDue(interest);
        if (!over && !Deadline.hasPassed(deadline)) {
            return 0;
        }
        remove(me);
        if (interrupted) {
            throw new InterruptedException();
        }
        return closed ? NOT_OPEN : leads ? LEADS : NOTHING;
    }

    @SuppressWarnings("unchecked") // whoever waits on this port has given such an array
    private @Nullable E[] entries(@Nullable Object @Nullable [] out) {
        return (@Nullable E[]) Objects.requireNonNull(out);
    }

    private static boolean isDue(@Nullable BooleanSupplier interest) {
        return interest != null && interest.getAsBoolean();
    }

    /**
     * Notes a dequeue; the one that makes the streak makes the thread the leader. Holding the
     * monitor.
     */
    private void countStreak(PortThread taker) {
        if (!own) {
            return;
        }
        streak = lastTaker == taker && top == null ? streak + 1 : 0;
        lastTaker = taker;
        if (streak >= STREAK) {
            streak = 0;
            if (!taker.thread.isVirtual()) {
                lead.adopt();
            }
        }
    }

    /** Takes a waiter off the stack. Holding the monitor. */
    private void remove(PortThread gone) {
        gone.out = null;
        if (top == gone) {
            top = gone.below;
        } else {
            for (PortThread w = top; w != null; w = w.below) {
                if (w.below == gone) {
                    w.below = gone.below;
                    break;
                }
            }
        }
        gone.below = null;
    }

    @Override
    public String toString() {
        return "completion port";
    }
}
