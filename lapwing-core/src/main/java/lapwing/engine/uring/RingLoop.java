package lapwing.engine.uring;

import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import lapwing.engine.Clock;
import lapwing.engine.Endpoint;
import lapwing.engine.FreeDescriptors;
import lapwing.engine.Lead;
import lapwing.engine.Loop;
import lapwing.engine.Notes;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import org.jspecify.annotations.Nullable;

/*
 * One ring, and who owns what.
 *
 * Three things are shared. The SUBMISSION side (the entries not yet published, the slot table) belongs
 * to whoever holds `lock`; any thread may start an operation. The COMPLETION side belongs to the leader,
 * one thread at a time, and needs no lock. The memory of an operation belongs to the operation from
 * start() until its last completion has been reaped; a cancel is a wish, not an end.
 *
 * Leading. Normally the loop's own thread leads: it waits in the kernel, reaps, ends operations. A waiter
 * of a completion port can adopt the loop and do all that itself. While it leads, the adopter saves
 * everything: no hand-over, and what it starts between two waits goes to the kernel with the next wait,
 * in one call. The price is that nobody looks after the ring while the adopter is out in the program's
 * code, so the own thread supervises.
 *
 * Why not SINGLE_ISSUER | DEFER_TASKRUN, which uring-facts recommends? Such a ring can be entered by one
 * thread for ever; when that thread is an adopter that stays away or ends, nobody can take over, and its
 * pending sends stand still. With COOP_TASKRUN alone any thread may enter, and the kernel completes
 * requests of a submitter that sleeps anywhere. Measured with the C server of our bench with either set
 * of flags, in one run: echo 1.00 (64 connections), 1.06 (one), short connections 1.15 by medians and
 * 1.03 by best windows, each with a spread of 10 %: no difference that would be worth the stranding.
 *
 * The parts, each with its reasons at its head. Here they are put together, and here the lock is taken
 * (and in Supervision):
 *
 *     SubmissionQueue, Entries, SlotTable      what goes to the kernel
 *     Outcomes, EndedBatch                     what comes back, and whom it wakes
 *     StarvedAccepts                           what waits outside the kernel, for a descriptor
 *     Refused                                  what the kernel never hears of
 *     StuckSends                               what waits outside the ring, for room
 *     RingLead, Supervision                    who leads, and what if it does not
 *     WakeUp, EventFd                          how a leader that sleeps in the kernel is woken
 *
 * Who takes `lock` may hold a monitor of the contract, never the other way round: operations are ended,
 * and so their users called, without it. WakeUp's lock is the last.
 */
final class RingLoop extends Loop implements Runnable {
    /** Rounds that go wrong, one behind the other, before the ring is given up. */
    private static final int MOST_TROUBLES = 20;

    /** Looks whether the kernel has taken the last entries, each behind a pause. */
    private static final int MOST_DRAINS = 1000;

    /** Behind a round that has gone wrong. */
    private static final long PAUSE_NANOS = 1_000_000;

    /** Until a leader that is about to enter the kernel has done so. */
    private static final long MOMENT_NANOS = 10_000;

    private final Ring ring;
    private final Thread own;
    private final RingLead lead;
    private final EventFd wakeUp;
    private final Supervision supervision;
    private final Alarm alarm;

    private final Object lock = new Object();
    private final SlotTable slots = new SlotTable();
    private final Entries entries;
    private final SubmissionQueue submissionQueue;
    private final StarvedAccepts starved = new StarvedAccepts(this);
    private final StuckSends stuck;
    private final Outcomes outcomes;
    private final Refused refused = new Refused();
    private final EndedBatch batch = new EndedBatch();

    /** The ring has been given up. */
    private volatile boolean failed;

    /** The read that wakes the leader is with the ring. Guarded by lock. */
    private boolean isArmed;

    /** Rounds in a row that have gone wrong. The leader's. */
    private int troubles;

    /** The process is about to end: everything is submitted at once, and nobody adopts. */
    private volatile boolean settling;

    /** The own thread is done with the ring. Guarded by lock. */
    private boolean over;

    RingLoop(Ring ring, String name) throws RingException {
        this(ring, name, Clock.REAL);
    }

    RingLoop(Ring ring, String name, Clock clock) throws RingException {
        super(clock);
        this.ring = ring;
        own = new Thread(this, name);
        own.setDaemon(true);
        stuck = new StuckSends(slots);
        try {
            wakeUp = new EventFd();
        } catch (Throwable t) {
            stuck.close();
            throw t;
        }
        lead = new Adoption();
        entries = new Entries(ring, slots);
        submissionQueue = new SubmissionQueue(ring, slots, entries);
        supervision = new Supervision(own, lead, ring, this::flush, timers, clock);
        alarm = new Alarm(timers, clock);
        outcomes = new Outcomes(slots, entries, submissionQueue, starved, stuck);
    }

    /** Starts the loop's own thread. */
    void begin() {
        own.start();
    }

    /** Gives everything back, of a loop that has not begun or has nothing under way. */
    void discard() {
        ring.close();
        slots.discard();
        wakeUp.close();
        stuck.close();
    }

    // ---- starting and cancelling ----

    @Override
    public void start(Operation operation) {
        Notes.begin(operation);
        Entries.begin(operation);
        if (operation.kind == Operation.Kind.CONNECT) {
            ((UringEndpoint) Objects.requireNonNull(operation.endpoint))
                    .acknowledgeWithData(operation.blocks > 0);
        }
        boolean sleeping;
        boolean taken;
        synchronized (lock) {
            refused.start(submissionQueue, operation);
            taken = refused.isEmpty();
            sleeping = wakeUp.isAsleep();
        }
        see(sleeping, taken);
    }

    /**
     * Sees to it that what the caller has just filled in reaches the kernel, or that somebody ends
     * what was not taken.
     */
    private void see(boolean sleeping, boolean taken) {
        if (!taken) {
            tellOfRefused();
        }
        if (settling) {
            flush();
        }
        supervision.seeToIt(); // before the wake-up: what wakes the leader may be something else
        if (sleeping) {
            wakeUp.signal();
        }
    }

    @Override
    public void submit() {
        drain(MOMENT_NANOS); // the leader has counted its entries, and enters
    }

    @Override
    public void cancel(Operation operation) {
        boolean sleeping;
        boolean taken;
        synchronized (lock) {
            Notes.cancel(operation);
            if (!starved.cancel(operation)) {
                boolean there = slots.get(Notes.token(operation)) == operation;
                if (!there && !submissionQueue.hasWaiting()) {
                    return; // it has ended
                }
                if (there && Notes.stage(operation) == Stage.STUCK) {
                    stuck.retry(operation, submissionQueue, refused);
                } else {
                    submissionQueue.cancel(operation);
                }
            }
            sleeping = wakeUp.isAsleep();
            taken = refused.isEmpty();
        }
        see(sleeping, taken);
    }

    @Override
    public void close(Endpoint endpoint) {
        UringEndpoint socket = (UringEndpoint) endpoint;
        boolean mine = lead.isCallers() || Thread.currentThread() == own;
        if (!mine) {
            socket.close();
        } else if (socket.markClosed()) {
            synchronized (lock) {
                submissionQueue.close(socket);
            }
        }
    }

    @Override
    public void descriptorIsFree() {
        starved.retrySoon();
    }

    @Override
    public void endFollows(Operation send) {
        synchronized (lock) {
            submissionQueue.endFollows(send);
        }
    }

    @Override
    public boolean closeBehind(Operation send, Endpoint endpoint) {
        synchronized (lock) {
            return submissionQueue.closeBehind(send, (UringEndpoint) endpoint);
        }
    }

    @Override
    protected void firstTimerChanged() {
        if (wakeUp.isAsleep()) {
            wakeUp.signal();
        } else if (failed) {
            LockSupport.unpark(own);
        }
    }

    // ---- leading ----

    @Override
    public Lead lead() {
        return lead;
    }

    /** The lead, and what an adopter does with it. */
    private final class Adoption extends RingLead {
        Adoption() {
            super(own, wakeUp);
        }

        @Override
        public boolean round(long nanos) {
            if (!enter()) {
                return false;
            }
            supervision.countRound();
            guarded(nanos);
            boolean leads = leave();
            if (leads) {
                supervision.rouse();
            }
            return leads;
        }

        @Override
        public boolean isAlone() {
            return batch.takeSingle();
        }
    }

    @Override
    public void retire() {
        lead.retire();
    }

    /**
     * {@inheritDoc}
     *
     * <p>The own thread leads, so that what is queued behind what was staged has its turn as well;
     * if it sleeps and the kernel has taken everything, nothing is left.
     */
    @Override
    public boolean settle() {
        settling = true;
        lead.bar();
        synchronized (lock) {
            if (over || failed) {
                return true;
            }
            submissionQueue.flush(refused);
            return !submissionQueue.hasWaiting()
                    && lead.isOwn()
                    && wakeUp.isAsleep()
                    && ring.ready() == 0
                    && !ring.hasUntaken();
        }
    }

    @Override
    public void addWaiter() {
        supervision.addWaiter();
    }

    @Override
    public void removeWaiter() {
        supervision.removeWaiter();
    }

    @Override
    public void unpark(Thread thread) {
        batch.unpark(thread);
    }

    // ---- the own thread ----

    @Override
    public void run() {
        while (!lead.isRetired() || !lead.isOwn() || busy()) {
            try {
                leadOrWatch();
            } catch (Throwable t) { // a want of memory
                clock.park(this, PAUSE_NANOS);
            }
        }
        drain(PAUSE_NANOS); // descriptors closed in the last batch
        synchronized (lock) {
            over = true;
        }
        discard();
        FreeDescriptors.closed();
    }

    /** One round, or the watch while another thread leads. A test may be the own thread. */
    void leadOrWatch() {
        if (!lead.isOwn()) {
            supervision.watch();
        } else if (failed) {
            endRefused(); // first: whoever left something may have woken us from another wait
            timers.ring();
            clock.park(this, timers.limit(Long.MAX_VALUE)); // or there is more to refuse
        } else {
            guarded(Long.MAX_VALUE);
            if (lead.isAskedFor()) {
                lead.handOver();
                flush(); // what was started before: who leads now may stay away
            } else {
                supervision.leadsOn();
            }
        }
    }

    private void flush() {
        boolean taken;
        synchronized (lock) {
            submissionQueue.flush(refused);
            taken = refused.isEmpty();
        }
        if (!taken) {
            tellOfRefused();
        }
    }

    /** Has the own thread end what was not taken: an adopter may be away, or asleep. */
    private void tellOfRefused() {
        lead.release();
        lead.wake();
        LockSupport.unpark(own);
    }

    /** Flushes again and again, with pauses, until the kernel has taken everything. */
    private void drain(long pauseNanos) {
        flush();
        for (int i = 0; i < MOST_DRAINS && !isDrained(); i++) {
            clock.park(this, pauseNanos);
            flush();
        }
    }

    private boolean isDrained() {
        synchronized (lock) {
            return submissionQueue.isDrained();
        }
    }

    @Override
    public boolean isOver() {
        synchronized (lock) {
            return over;
        }
    }

    private boolean busy() {
        synchronized (lock) {
            return slots.busy() > 0
                    || submissionQueue.hasWaiting()
                    || !starved.isEmpty()
                    || !refused.isEmpty()
                    || !timers.isEmpty();
        }
    }

    // ---- one round of the leader ----

    /** A round that may go wrong: once costs a pause, again and again the loop. */
    private void guarded(long nanos) {
        String trouble;
        int errno = 0;
        Throwable cause = null;
        try {
            int result = round(nanos);
            if (result >= 0 || Errno.isPassing(-result)) {
                troubles = 0;
                return;
            }
            errno = -result;
            trouble = "the kernel says " + Errno.name(errno);
        } catch (OutOfMemoryError e) {
            wakeUp.riseUp();
            clock.park(this, PAUSE_NANOS); // that will pass
            return;
        } catch (Throwable t) {
            wakeUp.riseUp();
            trouble = "a defect";
            cause = t;
        }
        if (cause != null) {
            clock.park(this, PAUSE_NANOS); // no busy loop
        }
        if (++troubles >= MOST_TROUBLES) {
            fail(trouble, errno, cause);
        }
    }

    /** Makes a round; what the kernel has said of it, below 0 if it has refused. */
    private int round(long nanos) {
        int count;
        boolean closes;
        boolean anyRefused;
        long wait = nanos;
        synchronized (lock) {
            isArmed = isArmed || submissionQueue.arm(wakeUp);
            if (submissionQueue.hasWaiting()) {
                submissionQueue.startWaiting(refused);
            }
            boolean watched = stuck.watch(submissionQueue);
            if (nanos != 0) {
                alarm.set(submissionQueue);
            }
            closes = submissionQueue.takeCloses();
            count = submissionQueue.publish();
            supervision.published();
            anyRefused = !refused.isEmpty();
            if (anyRefused || !isArmed || !watched || submissionQueue.hasWaiting()) {
                wait = 0;
            }
            wakeUp.fallAsleep();
        }
        wait = alarm.limit(wait); // behind that: who arms an earlier one wakes us
        if (wakeUp.takeToken()) {
            wait = 0;
        }
        int result = 0;
        if (count > 0 || wait == 0 || ring.ready() == 0) {
            try {
                result = ring.enter(count, wait);
            } finally {
                submissionQueue.entered();
            }
            alarm.entered(count == 0 || result == count);
            pauseBehind(result);
        }
        wakeUp.riseUp();
        int woken = reap();
        if (closes) {
            FreeDescriptors.closed();
        }
        if (anyRefused) {
            endRefused();
        }
        timers.ring();
        return result < 0 ? result : woken;
    }

    private void pauseBehind(int result) {
        if (result < 0 && result != -Errno.EINTR && result != -Errno.ETIME) {
            // EAGAIN, ENOMEM, EBUSY: the kernel is short of something, the entries stay
            clock.park(this, PAUSE_NANOS);
        }
    }

    /**
     * Reads what has completed, all under one lock, then ends the operations without it, whatever
     * goes wrong: what has been read will not come again.
     *
     * @return 0, or what the kernel says instead of waking the leader
     */
    private int reap() {
        int woken = 0;
        int ready = batch.begin(ring.ready());
        try {
            synchronized (lock) {
                entries.reaping(ready);
                for (; ready > 0; ready--) {
                    long userData = ring.next();
                    if (userData == EventFd.READ) {
                        woken = Math.min(ring.result(), 0);
                        wakeUp.hasCome();
                        isArmed = submissionQueue.arm(wakeUp);
                    } else if (userData == StuckSends.READY) {
                        stuck.ready(submissionQueue, refused);
                    } else if (userData == Alarm.RANG) {
                        alarm.rang();
                    } else if (userData != SubmissionQueue.IGNORED) {
                        Operation operation =
                                outcomes.ended(userData, ring.result(), ring.resultFlags());
                        if (operation != null) {
                            batch.add(operation, outcomes.outcome());
                        }
                    }
                }
                stuck.watch(submissionQueue);
            }
        } finally {
            ring.release();
            batch.end();
        }
        return woken == -Errno.ECANCELED ? 0 : woken; // its submitter has ended (F20)
    }

    // ---- what the kernel does not get, or not any more ----

    /** Tries accepts that have found no descriptor again. For whoever lets the timers ring. */
    void retryStarved() {
        boolean sleeping;
        boolean taken;
        synchronized (lock) {
            starved.retry(submissionQueue, refused);
            sleeping = wakeUp.isAsleep();
            taken = refused.isEmpty();
        }
        if (lead.isHeldByCaller()) {
            endRefused();
        } else {
            see(sleeping, taken);
        }
    }

    private void endRefused() {
        for (Operation next = pollRefused(); next != null; next = pollRefused()) {
            next.end(next.status, 0);
        }
    }

    private @Nullable Operation pollRefused() {
        synchronized (lock) {
            return refused.poll();
        }
    }

    /**
     * Gives the ring up. Everything under way ends with WSAENOBUFS, and what is started from now
     * on; packets can still be posted and waited for.
     *
     * <p>The order matters: nothing more goes to the kernel, then it cancels what it has, and only
     * then that ends, so that no memory of an operation is written to behind its end.
     */
    private void fail(String trouble, int errno, @Nullable Throwable cause) {
        failed = true;
        lead.bar();
        synchronized (lock) {
            submissionQueue.giveUp(refused);
            if (errno != Errno.EBADF) { // who has closed the ring may have closed those as well
                submissionQueue.closeUntaken();
            }
        }
        ring.cancelAll(errno);
        try {
            reap(); // a connection may be among it
        } catch (Throwable t) {
            // that defect again; the others are ended below
        }
        synchronized (lock) {
            slots.takeAll(refused, Status.INSUFFICIENT_RESOURCES);
            for (Operation o = starved.takeAny(); o != null; o = starved.takeAny()) {
                refused.add(o, Status.INSUFFICIENT_RESOURCES);
            }
        }
        endRefused();
        tell(trouble, cause);
    }

    private void tell(String trouble, @Nullable Throwable cause) {
        try {
            System.getLogger("lapwing.engine")
                    .log(
                            System.Logger.Level.ERROR,
                            this + " has failed, its sockets get WSAENOBUFS: " + trouble,
                            cause);
        } catch (Throwable t) {
            // nobody to tell
        }
    }

    int fd() {
        return ring.fd();
    }

    boolean has(int feature) {
        return ring.has(feature);
    }

    @Override
    public String toString() {
        return own.getName()
                + " (ring "
                + ring.fd()
                + ", "
                + ring.submissions()
                + "/"
                + ring.completions()
                + " entries)";
    }
}
