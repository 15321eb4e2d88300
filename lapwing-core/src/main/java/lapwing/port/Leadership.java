package lapwing.port;

import org.jspecify.annotations.Nullable;

/**
 * Which waiter of a port is worth to lead the port's own loop, and when the leader has to make a
 * round. Guarded by the port's monitor.
 */
final class Leadership {
    /** Dequeues in a row by one thread that make it the leader. */
    private static final int STREAK = 32;

    /** How long the leader takes packets that its rounds have not brought, and makes no round. */
    private static final long MOST_ASTRAY_NANOS = 1_000_000;

    private @Nullable PortThread lastTaker;
    private int streak;

    /** Packets in the queue when the leader came back from its last round, less those taken. */
    private int brought;

    /** When the leader took the first packet beyond those, by nanoTime; 0 if it has not. */
    private long astraySince;

    /**
     * A thread dequeues.
     *
     * @param alone nobody else waits
     * @return true if it has done so alone and so often in a row that it is to lead
     */
    boolean isEarned(PortThread taker, boolean alone) {
        streak = lastTaker == taker && alone ? streak + 1 : 0;
        lastTaker = taker;
        if (streak < STREAK) {
            return false;
        }
        streak = 0;
        return true;
    }

    /** The leader comes back from a round, and so many packets are queued. */
    void roundMade(int queued) {
        brought = queued;
        astraySince = 0;
    }

    /** So many packets have been taken. */
    void taken(int count) {
        brought = Math.max(brought - count, 0);
    }

    /**
     * True if the leader has taken packets of others for a while, such as posted ones, and has not
     * looked at the ring: it may hold what came before them.
     */
    boolean isRoundDue() {
        if (brought > 0) {
            return false;
        }
        long now = System.nanoTime();
        if (astraySince == 0) {
            astraySince = now;
        }
        return now - astraySince >= MOST_ASTRAY_NANOS;
    }
}
