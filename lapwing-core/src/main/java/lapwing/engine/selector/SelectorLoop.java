package lapwing.engine.selector;

import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import lapwing.engine.Endpoint;
import lapwing.engine.FreeDescriptors;
import lapwing.engine.Loop;
import lapwing.engine.Notes;
import lapwing.engine.Operation;
import lapwing.engine.OperationQueue;
import lapwing.engine.Status;
import lapwing.engine.Timer;
import org.jspecify.annotations.Nullable;

/*
 * One selector, one thread.
 *
 * The thread is the only one that moves the operations of this loop. Others leave it notes, under
 * `lock`: operations to start, operations to cancel, registrations to try again. A round takes the notes,
 * moves what can be moved, then ends what has come to its end, and only then waits. Ending comes last
 * because it runs the contract's code, which starts, cancels and closes at will.
 *
 * Cancelling is a wish like any other note. It carries no generation: start() clears it (`Notes`),
 * so a wish that comes too late meets an operation that nobody wants to cancel (`token` is LIVE from
 * start() to the end, and only a live operation can be marked). What was just started is tried before it
 * is cancelled: an accept takes a connection that waits, as on Windows, where it would have ended in the
 * call.
 *
 * Closing a channel for good takes a select, because a selector holds on to a descriptor until its next
 * round. Whoever closes makes that round himself (flush): wakes the thread, takes the selector's
 * monitor, selects nothing. He does not wait for the thread: it may itself wait for a monitor of the
 * contract that he holds. `gate` keeps the thread from taking the selector back first. A wake-up may be
 * lost to the closer's round, so he leaves another one behind. The rounds do not use the set of selected
 * keys, which only one thread could use; readiness is level-triggered, what a closer's round overlooks
 * the next round reports.
 *
 * Nobody but this thread ever leads. A waiter that selected would save one
 * hand-over, as it does on a ring, but selectors are not where speed is looked for.
 *
 * Too few descriptors: the connection stays in the listener's queue. Such a listener is `starved`: it is
 * tried again every 20 ms, and at once when the library has closed a descriptor.
 */
final class SelectorLoop extends Loop implements Runnable {
    private static final long ENDED = 0;
    private static final long LIVE = 1;
    private static final long STARVED_NANOS = 20_000_000;

    /** In a millisecond. */
    private static final long NANOS = 1_000_000;

    /** Rounds that go wrong, one behind the other, before the selector is given up. */
    private static final int MOST_TROUBLES = 20;

    /** Behind a round that has gone wrong. */
    private static final long PAUSE_NANOS = 1_000_000;

    final Selector selector;
    private final Thread own;

    private final Object lock = new Object();

    // Notes to the thread. Guarded by lock.
    private OperationQueue started = new OperationQueue();
    private @Nullable Registration touched;
    private @Nullable Registration lastTouched;
    private boolean asleep;
    private boolean retired;

    /** Operations that are live. Guarded by lock. */
    private int live;

    private final Object gate = new Object();

    /** Threads that want the selector. Guarded by gate. */
    private int flushers;

    // The thread's own.
    private final OperationQueue ended = new OperationQueue();
    private OperationQueue starting = new OperationQueue();
    private @Nullable Registration ready;
    private @Nullable Registration lastReady;
    private @Nullable Registration busy;
    private final List<Registration> starved = new ArrayList<>();

    /** Rounds in a row that have gone wrong. */
    private int troubles;

    /** The selector has been given up: what is started is refused. */
    private volatile boolean failed;

    /** Has the starved tried again. As it stays with this loop, any thread may arm it. */
    private final Timer retry =
            new Timer(new Object()) {
                @Override
                protected void ring() {
                    retry();
                }
            };

    SelectorLoop(String name) throws IOException {
        own = new Thread(this, name);
        own.setDaemon(true);
        selector = Selector.open(); // last: nothing is left behind if there is no memory
    }

    /** Starts the thread. */
    void begin() {
        own.start();
    }

    // ---- notes, from any thread ----

    @Override
    public void start(Operation operation) {
        boolean sleeping;
        synchronized (lock) {
            Notes.begin(operation);
            Notes.setToken(operation, LIVE);
            started.add(operation);
            live++;
            sleeping = rouse();
        }
        see(sleeping);
    }

    @Override
    public void cancel(Operation operation) {
        Registration registration =
                ((SelectorEndpoint) Objects.requireNonNull(operation.endpoint)).on(this);
        boolean sleeping;
        synchronized (lock) {
            if (Notes.token(operation) != LIVE) {
                return;
            }
            Notes.cancel(operation);
            registration.unwanted = true;
            note(registration);
            sleeping = rouse();
        }
        see(sleeping);
    }

    /** Has the thread try the operations of an endpoint again. */
    void touch(Registration registration) {
        boolean sleeping;
        synchronized (lock) {
            note(registration);
            sleeping = rouse();
        }
        see(sleeping);
    }

    /** Notes a registration, once; takes no memory. Holding the lock. */
    private void note(Registration registration) {
        if (!registration.touched) {
            registration.touched = true;
            if (touched == null || lastTouched == null) {
                touched = registration;
            } else {
                lastTouched.nextTouched = registration;
            }
            lastTouched = registration;
        }
    }

    @Override
    public void close(Endpoint endpoint) {
        endpoint.close();
    }

    @Override
    public void descriptorIsFree() {
        arm(retry, 0);
    }

    @Override
    protected void firstTimerChanged() {
        boolean sleeping;
        synchronized (lock) {
            sleeping = rouse();
        }
        see(sleeping);
    }

    @Override
    public void retire() {
        synchronized (lock) {
            retired = true;
            asleep = false;
        }
        wakeUp();
    }

    /**
     * {@inheritDoc}
     *
     * <p>The thread takes its notes at once in any case; once it sleeps, all have been tried.
     */
    @Override
    public boolean settle() {
        synchronized (lock) {
            return asleep || isOver();
        }
    }

    @Override
    public boolean isOver() {
        return own.getState() == Thread.State.TERMINATED;
    }

    /** True if the thread has to be woken: by the first that leaves a note. Holding the lock. */
    private boolean rouse() {
        boolean sleeping = asleep;
        asleep = false;
        return sleeping;
    }

    private void see(boolean sleeping) {
        if (sleeping) {
            wakeUp();
        }
    }

    private void wakeUp() {
        selector.wakeup();
        if (failed) {
            LockSupport.unpark(own);
        }
    }

    /** Makes the selector let go of the channels whose keys have been cancelled. */
    void flush() {
        if (Thread.currentThread() == own) {
            selectNothing();
            return;
        }
        synchronized (gate) {
            flushers++;
        }
        try {
            selector.wakeup();
            selectNothing();
        } finally {
            synchronized (gate) {
                flushers--;
                gate.notifyAll();
            }
            selector.wakeup();
        }
    }

    private void selectNothing() {
        try {
            selector.selectNow(key -> {});
        } catch (IOException | ClosedSelectorException e) {
            // a retired loop has let go of everything
        }
    }

    // ---- the thread ----

    @Override
    public void run() {
        while (guarded()) {
            // until the loop has retired and nothing is live
        }
        try {
            selector.close();
        } catch (IOException | RuntimeException e) {
            // it is of no use any more
        }
    }

    /** A round that may go wrong: once costs a pause, again and again the selector. */
    private boolean guarded() {
        try {
            boolean goesOn = round();
            troubles = 0;
            return goesOn;
        } catch (OutOfMemoryError e) {
            pause(); // that will pass
        } catch (Throwable t) {
            pause();
            if (++troubles >= MOST_TROUBLES && !failed) {
                fail(t);
            }
        }
        return true;
    }

    private static void pause() {
        LockSupport.parkNanos(PAUSE_NANOS);
        Thread.interrupted();
    }

    private boolean round() throws IOException {
        takeNotes();
        for (Registration r = ready; r != null; r = ready) {
            ready = r.nextQueued;
            r.nextQueued = null;
            r.queued = false;
            proceed(r);
        }
        while (true) {
            Operation operation = ended.poll();
            if (operation == null) {
                break;
            }
            end(operation);
        }
        boolean waits;
        synchronized (lock) {
            waits = started.isEmpty() && touched == null && ready == null;
            if (waits && retired && live == 0 && timers.isEmpty()) {
                return false;
            }
            asleep = waits;
        }
        if (!failed) {
            select(waits);
        } else if (waits) {
            LockSupport.parkNanos(this, timers.limit(Long.MAX_VALUE)); // or there is more to refuse
        }
        timers.ring();
        return true;
    }

    private void select(boolean waits) throws IOException {
        boolean interrupted = false;
        synchronized (gate) {
            while (flushers > 0) {
                try {
                    gate.wait();
                } catch (InterruptedException e) {
                    interrupted = true; // nobody has a reason to; it would only spoil the waiting
                }
            }
        }
        interrupted |= Thread.interrupted();
        long nanos = waits && !interrupted ? timers.limit(Long.MAX_VALUE) : 0;
        if (nanos == 0) {
            selector.selectNow(this::collect);
        } else { // 0 has no end; a part of a millisecond is rounded up
            selector.select(
                    this::collect, nanos == Long.MAX_VALUE ? 0 : Math.ceilDiv(nanos, NANOS));
        }
        synchronized (lock) {
            asleep = false;
        }
    }

    /** What the selector reports. Nothing is done about it yet: it holds its monitor. */
    private void collect(SelectionKey key) {
        queue((Registration) key.attachment());
    }

    /** Has a registration proceed in this round, once. */
    private void queue(Registration registration) {
        if (!registration.queued) {
            registration.queued = true;
            if (ready == null || lastReady == null) {
                ready = registration;
            } else {
                lastReady.nextQueued = registration;
            }
            lastReady = registration;
        }
    }

    private void retry() {
        FreeDescriptors.found(this);
        starved.forEach(this::queue);
        starved.clear();
    }

    /** Moves what can be moved, then drops what nobody wants. */
    private void proceed(Registration registration) {
        boolean drops;
        synchronized (lock) {
            drops = registration.unwanted;
            registration.unwanted = false;
        }
        try {
            registration.proceed();
            if (drops) {
                registration.drop();
            }
        } catch (Throwable t) { // the selector could not be told what to look for
            synchronized (lock) {
                registration.unwanted |= drops;
                note(registration);
            }
            throw t;
        } finally {
            keep(registration);
        }
    }

    /** Keeps track of the registrations that have operations. */
    private void keep(Registration registration) {
        boolean known = registration == busy || registration.previousBusy != null;
        if (known == registration.isBusy()) {
            return;
        }
        Registration previous = registration.previousBusy;
        Registration next = registration.nextBusy;
        if (!known) {
            registration.nextBusy = busy;
            if (busy != null) {
                busy.previousBusy = registration;
            }
            busy = registration;
            return;
        }
        if (previous != null) {
            previous.nextBusy = next;
        } else {
            busy = next;
        }
        if (next != null) {
            next.previousBusy = previous;
        }
        registration.previousBusy = null;
        registration.nextBusy = null;
    }

    /** Gets ready what there is to do. */
    private void takeNotes() {
        synchronized (lock) {
            for (Registration r = touched; r != null; r = touched) {
                touched = r.nextTouched;
                r.nextTouched = null;
                r.touched = false;
                queue(r);
            }
            OperationQueue empty = starting; // or what a round that went wrong has left
            if (empty.isEmpty()) {
                starting = started;
                started = empty;
            }
        }
        for (Operation o = starting.poll(); o != null; o = starting.poll()) {
            take(o);
        }
    }

    private void take(Operation operation) {
        if (failed) {
            ended(operation, Status.INSUFFICIENT_RESOURCES);
            return;
        }
        try {
            SelectorEndpoint endpoint =
                    (SelectorEndpoint) Objects.requireNonNull(operation.endpoint);
            Registration registration = endpoint.on(this);
            registration.add(operation);
            keep(registration);
            queue(registration);
            synchronized (lock) { // a cancel may have found it on its way, and been forgotten
                registration.unwanted |= operation.isCancelled();
            }
        } catch (Throwable t) { // it costs this operation
            ended(operation, Operation.statusOf(t));
        }
    }

    /** True of an operation that is to end as cancelled. */
    boolean isUnwanted(Operation operation) {
        synchronized (lock) {
            return Notes.token(operation) == LIVE && operation.isCancelled();
        }
    }

    /**
     * Gives the selector up. Everything under way ends with WSAENOBUFS, and what is started from
     * now on.
     */
    private void fail(Throwable cause) {
        failed = true;
        for (Registration r = busy; r != null; r = busy) {
            r.giveUp();
            keep(r);
        }
        try {
            System.getLogger("lapwing.engine")
                    .log(
                            System.Logger.Level.ERROR,
                            own.getName() + " has failed, its sockets get WSAENOBUFS",
                            cause);
        } catch (Throwable t) {
            // nobody to tell
        }
    }

    /** A listener cannot accept for want of descriptors. */
    void starve(Registration registration) {
        if (!starved.contains(registration)) {
            starved.add(registration);
            FreeDescriptors.want(this);
            if (!retry.isArmed()) {
                arm(retry, STARVED_NANOS);
            }
        }
    }

    /** Notes an end, which follows when everything has been moved. */
    void ended(Operation operation, int result) {
        operation.bytes =
                switch (Objects.requireNonNull(operation.kind)) {
                    case ACCEPT -> 0;
                    case CONNECT, SEND -> result < 0 ? 0 : operation.moved;
                    case RECEIVE, RECEIVE_FROM, SEND_TO, AWAIT_CLOSE -> Math.max(result, 0);
                };
        boolean cut = result >= 0 && (operation.resultFlags & Endpoint.TRUNCATED) != 0;
        operation.status = cut ? Status.BUFFER_OVERFLOW : Math.min(result, Status.SUCCESS);
        ended.add(operation);
    }

    private void end(Operation operation) {
        synchronized (lock) {
            Notes.setToken(operation, ENDED);
            live--;
        }
        operation.end(operation.status, operation.bytes);
    }

    @Override
    public String toString() {
        return own.getName() + " (" + selector.keys().size() + " channels)";
    }
}
