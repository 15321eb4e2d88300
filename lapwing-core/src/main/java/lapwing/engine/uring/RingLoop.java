package lapwing.engine.uring;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import lapwing.engine.Endpoint;
import lapwing.engine.Loop;
import lapwing.engine.Operation;

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
 *     SubmissionSide, Submissions, SlotTable   what goes to the kernel
 *     Completions, EndedBatch                  what comes back, and whom it wakes
 *     StarvedAccepts                           what waits outside the kernel, for a descriptor
 *     Lead, Supervision                        who leads, and what if it does not
 *     WakeUp                                   how a leader that sleeps in the kernel is woken
 *
 * Who takes `lock` may hold a monitor of the contract, never the other way round: operations are ended,
 * and so their users called, without it. WakeUp's lock is the last.
 */
final class RingLoop extends Loop implements Runnable {
    private final Ring ring;
    private final Thread own;
    private final Lead lead;
    private final WakeUp wakeUp;
    private final Supervision supervision;

    private final Object lock = new Object();
    private final SlotTable slots = new SlotTable();
    private final SubmissionSide submissionSide;
    private final StarvedAccepts starved = new StarvedAccepts();
    private final Completions completions;
    private final EndedBatch batch = new EndedBatch();

    RingLoop(Ring ring, String name) throws RingException {
        this.ring = ring;
        own = new Thread(this, name);
        own.setDaemon(true);
        wakeUp = new WakeUp();
        lead = new Lead(own, wakeUp);
        Submissions submissions = new Submissions(ring, slots);
        submissionSide = new SubmissionSide(ring, slots, submissions, lead);
        supervision = new Supervision(own, lead, ring, submissionSide, lock);
        completions = new Completions(slots, submissions, submissionSide, starved);
    }

    /** Starts the loop's own thread. */
    void begin() {
        own.start();
    }

    /** Gives everything back, of a loop that has not begun or has nothing under way. */
    void discard() {
        ring.close();
        wakeUp.close();
    }

    // ---- starting and cancelling ----

    @Override
    public void start(Operation operation) {
        operation.cancelRequested = false;
        operation.connected = false;
        operation.resultFlags = 0;
        if (operation.kind == Operation.Kind.CONNECT) {
            ((UringEndpoint) Objects.requireNonNull(operation.endpoint))
                    .acknowledgeWithData(operation.blocks > 0);
        }
        boolean sleeping;
        synchronized (lock) {
            submissionSide.start(operation);
            sleeping = wakeUp.isAsleep();
        }
        see(sleeping);
    }

    /** Sees to it that what the caller has just filled in reaches the kernel. */
    private void see(boolean sleeping) {
        if (sleeping) {
            wakeUp.write();
        } else {
            supervision.seeToIt();
        }
    }

    @Override
    public void cancel(Operation operation) {
        boolean sleeping;
        synchronized (lock) {
            operation.cancelRequested = true;
            if (!starved.cancel(operation)) {
                if (slots.get(operation.token) != operation) {
                    return; // it has ended
                }
                submissionSide.cancel(operation);
            }
            sleeping = wakeUp.isAsleep();
        }
        see(sleeping);
    }

    @Override
    public void close(Endpoint endpoint) {
        UringEndpoint socket = (UringEndpoint) endpoint;
        boolean mine = lead.isLedByCaller() || Thread.currentThread() == own;
        if (!mine) {
            socket.close();
        } else if (socket.markClosed()) {
            synchronized (lock) {
                submissionSide.close(socket);
            }
        }
        starved.retrySoon();
    }

    @Override
    public void endFollows(Operation send) {
        synchronized (lock) {
            submissionSide.endFollows(send);
        }
    }

    @Override
    public boolean closeBehind(Operation send, Endpoint endpoint) {
        synchronized (lock) {
            boolean possible = submissionSide.closeBehind(send, (UringEndpoint) endpoint);
            if (possible) {
                starved.retrySoon();
            }
            return possible;
        }
    }

    // ---- leading ----

    @Override
    public boolean isLedByCaller() {
        return lead.isLedByCaller();
    }

    @Override
    public boolean isLedByOther() {
        return lead.isLedByOther();
    }

    @Override
    public void adopt() {
        lead.adopt();
    }

    @Override
    public void release() {
        lead.release();
    }

    @Override
    public void wake() {
        lead.wake();
    }

    @Override
    public void retire() {
        lead.retire();
    }

    @Override
    public boolean lead(long nanos) {
        if (!lead.enter()) {
            return false;
        }
        supervision.countRound();
        boolean leads = false;
        try {
            round(nanos);
        } finally { // also if there was no memory for something
            leads = lead.leave();
            if (leads) {
                supervision.rouse();
            }
        }
        return leads;
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
    public boolean isAlone() {
        return batch.takeSingle();
    }

    @Override
    public void unpark(Thread thread) {
        batch.unpark(thread);
    }

    // ---- the own thread ----

    @Override
    public void run() {
        synchronized (lock) {
            submissionSide.arm(wakeUp);
        }
        while (!lead.isRetired() || !lead.isOwn() || busy()) {
            if (lead.isOwn()) {
                round(Long.MAX_VALUE);
                if (lead.isAskedFor()) {
                    flush(); // what has just been started: who leads next may be away
                    lead.handOver();
                }
            } else {
                supervision.watch();
            }
        }
        synchronized (lock) {
            submissionSide.drain(); // descriptors that were closed in the last batch
        }
        discard();
    }

    private void flush() {
        synchronized (lock) {
            submissionSide.flush();
        }
    }

    private boolean busy() {
        synchronized (lock) {
            return slots.busy() > 0 || !starved.isEmpty();
        }
    }

    // ---- one round of the leader ----

    private void round(long nanos) {
        int count;
        boolean anyStarved;
        long wait = nanos;
        synchronized (lock) {
            count = submissionSide.publish();
            supervision.published();
            anyStarved = !starved.isEmpty();
            if (anyStarved) {
                wait = Math.min(wait, starved.patience());
            }
            if (submissionSide.isClosing()) {
                wait = 0; // those that have to wait are cancelled afterwards
            }
            wakeUp.fallAsleep();
        }
        if (wakeUp.takeToken()) {
            wait = 0;
        }
        if (count > 0 || wait == 0 || ring.ready() == 0) {
            int result = ring.enter(count, wait);
            if (result == -Errno.EAGAIN || result == -Errno.ENOMEM) {
                LockSupport.parkNanos(
                        1_000_000); // the kernel is short of memory: the entries stay, try again
            }
        }
        wakeUp.riseUp();
        reap();
        if (anyStarved && starved.isDue()) {
            retryStarved();
        }
    }

    /** Reads what has completed, all under one lock, then ends the operations without it. */
    private void reap() {
        int ready = ring.ready();
        batch.begin(ready);
        synchronized (lock) {
            for (; ready > 0; ready--) {
                long userData = ring.next();
                if (userData == WakeUp.READ) {
                    wakeUp.hasBeenRead();
                    submissionSide.arm(wakeUp);
                } else if (userData != SubmissionSide.IGNORED) {
                    Operation operation =
                            completions.ended(userData, ring.result(), ring.resultFlags());
                    if (operation != null) {
                        batch.add(operation, Completions.outcome(operation, ring.result()));
                    }
                }
            }
            submissionSide.giveUpUnsent();
        }
        ring.release();
        batch.end();
    }

    /**
     * Tries the accepts again that found no descriptor, and ends those that nobody wants any more.
     */
    private void retryStarved() {
        List<Operation> cancelled;
        synchronized (lock) {
            cancelled = starved.retry(submissionSide);
        }
        for (Operation operation : cancelled) {
            Completions.end(operation, -Errno.ECANCELED);
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
