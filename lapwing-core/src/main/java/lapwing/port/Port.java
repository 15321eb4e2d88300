package lapwing.port;

import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import lapwing.engine.Lead;
import lapwing.engine.Loop;
import lapwing.engine.choice.Engines;
import org.jspecify.annotations.Nullable;

/**
 * An I/O completion port: packets first in first out (P24), {@link Waiters} last in first out. A
 * packet goes to a waiter while fewer threads than the concurrency value work on packets, see
 * {@link Runners}; a thread that comes back while packets are queued gets one at once, before any
 * waiter.
 *
 * <p>A port made with concurrency 1 has a loop of its own. A platform thread that dequeues alone
 * and again and again is made the leader of that loop: it then waits in the kernel itself, and what
 * it starts between two waits goes out with the next one. A second thread on the port, or a leader
 * that stays away, ends that; nobody notices but the clock.
 *
 * @param <E> what the face has packets laid into
 */
public final class Port<E> {
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
    private final Waiters waiters = new Waiters();
    private final Leadership leadership = new Leadership();
    private boolean watched;
    private boolean closed;
    private int associated;

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
            waiters.wakeAll();
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
            if (!waiters.isEmpty()) {
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
        PortThread waiter = waiters.top();
        while (waiter != null && !packets.isEmpty() && runners.hasRoom()) {
            packets.takeOne(entries(waiter.out), 0); // first: there may be no memory for the entry
            waiters.remove(waiter);
            waiter.out = null;
            waiter.handed = true;
            waiter.port = this;
            runners.start(waiter);
            loop.unpark(waiter.thread);
            waiter = waiters.top();
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
        return !waiters.isEmpty() && !packets.isEmpty() && !closed;
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
        leadership.roundMade(packets.size());
        return poll(me, out, most, false);
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
        if (leads && leadership.isRoundDue()) {
            return OVERDUE;
        }
        if (!runners.hasRoom()) {
            runners.look(false);
            if (!runners.hasRoom()) {
                return HELD;
            }
        }
        int taken = packets.take(out, 0, most);
        leadership.taken(taken);
        me.port = this;
        runners.start(me);
        noteDequeue(me);
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
        waiters.push(me);
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
            noteDequeue(me);
            return 1 + packets.take(out, 1, most);
        }
        boolean interrupted = Thread.interrupted();
        boolean leads = own && packets.isEmpty() && lead.isCallers();
        boolean over = closed || leads || interrupted || isDue(interest);
        if (!over && !Deadline.hasPassed(deadline)) {
            return 0;
        }
        waiters.remove(me);
        me.out = null;
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

    /** Notes a dequeue, which may make the thread the leader. Holding the monitor. */
    private void noteDequeue(PortThread taker) {
        if (own && leadership.isEarned(taker, waiters.isEmpty()) && !taker.thread.isVirtual()) {
            lead.adopt();
        }
    }

    @Override
    public String toString() {
        return "completion port";
    }
}
