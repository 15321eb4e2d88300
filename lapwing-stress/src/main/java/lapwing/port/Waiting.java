package lapwing.port;

import lapwing.engine.Lead;
import lapwing.engine.Loop;
import lapwing.engine.choice.Engines;
import lapwing.stress.Adoption;
import lapwing.stress.Meeting;
import lapwing.stress.Patience;
import org.jspecify.annotations.Nullable;

/**
 * A port, one actor that waits there, and another one that meets it. The port is new for each
 * state, the loops are the real ones. A packet is its key.
 */
final class Waiting {
    /** What a wait has come to that an interrupt has ended. */
    private static final long INTERRUPTED = -10;

    private static final int NO_LIMIT = 1000;
    private static final long MILLI = 1_000_000;
    private static final Loop COMMON = Engines.current().commonLoop();

    /** In a class of its own, for those who use it. */
    private static final class Own {
        static final Loop LOOP = Engines.current().ownLoop();
    }

    final Port<Object> port;
    final Lead lead;
    private final Meeting meeting = new Meeting();
    private final boolean leads;
    private volatile @Nullable Thread waiter;

    private Waiting(Loop loop) {
        port = new Port<>(loop, COMMON, NO_LIMIT, Integer.MAX_VALUE, Waiting::write);
        port.associate(); // so that its close does not retire the loop
        lead = loop.lead();
        leads = loop != COMMON;
    }

    /** The waiter parks. */
    static Waiting parked() {
        return new Waiting(COMMON);
    }

    /** The waiter leads, if the engine has that. */
    static Waiting leading() {
        return new Waiting(Own.LOOP);
    }

    private static void write(
            @Nullable Object[] entries,
            int index,
            long key,
            @Nullable Object attachment,
            @Nullable Object payload,
            int transferred,
            int status) {
        entries[index] = key;
    }

    /** For the waiter: meets the other one when it leads, if it is to lead. */
    void meetAsWaiter() {
        waiter = Thread.currentThread();
        if (leads) {
            Adoption.of(lead);
        }
        meet();
    }

    void meet() {
        meeting.meet();
    }

    void post(long key) {
        port.post(key, null, null, 0, 0);
    }

    void interrupt() {
        Thread thread = waiter;
        if (thread != null) {
            thread.interrupt();
        }
    }

    private long take(int milliseconds) {
        @Nullable Object[] out = new Object[1];
        try {
            int taken = port.take(new PortThread(), out, 1, milliseconds, null);
            return taken > 0 && out[0] instanceof Long key ? key : taken;
        } catch (InterruptedException e) {
            return INTERRUPTED;
        }
    }

    private static String what(long taken) {
        if (taken == INTERRUPTED) {
            return "interrupt";
        }
        if (taken == Port.ABANDONED || taken == Port.NOT_OPEN) {
            return "close";
        }
        return taken == 0 ? "nothing" : "packet " + taken;
    }

    /** Waits for something that has to come: what it was, and whether it came in time. */
    String await() {
        Patience patience = new Patience();
        long taken = take(patience.millis());
        return what(taken) + ", " + patience.outcome();
    }

    /** The same, of one of two waiters: whoever gets the first packet posts one for the other. */
    String awaitAndPassOn() {
        Patience patience = new Patience();
        long taken = take(patience.millis());
        if (taken == 1) {
            post(2);
        }
        return what(taken) + ", " + patience.outcome();
    }

    /** Waits for a packet and an interrupt: what came first, and what is there when both came. */
    String awaitFirst() {
        long taken = take(new Patience().millis());
        meet();
        return what(taken) + ", then " + (Thread.interrupted() ? "interrupt" : what(take(0)));
    }

    /** Waits for a moment: what has come, and what is there behind it. */
    String awaitForAMoment() {
        long taken = take(1);
        meet();
        return what(taken) + ", then " + what(take(0));
    }

    /** Spins for as long as {@link #awaitForAMoment} waits, and up to 100 microseconds more. */
    void lingerForThatMoment() {
        long begun = System.nanoTime();
        long lag = begun % (MILLI / 10);
        while (System.nanoTime() - begun < MILLI + lag) {
            Thread.onSpinWait();
        }
    }

    /** Leads until somebody wants the lead back. */
    String lead() {
        Patience patience = new Patience();
        while (lead.round(Deadline.nanosLeft(patience.deadline()))
                && !Deadline.hasPassed(patience.deadline())) {
            // another one: it was woken for something else
        }
        return patience.outcome();
    }
}
