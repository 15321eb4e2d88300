package lapwing.stress;

/**
 * How long an actor waits for what has to come at once. So long that a busy machine is no reason to
 * come back late: whoever has waited for half of it was forgotten.
 */
public final class Patience {
    public static final String WOKEN = "woken";
    public static final String FORGOTTEN = "forgotten";

    private static final int MILLIS = 10_000;
    private static final long NANOS = MILLIS * 1_000_000L;

    /** A test in which somebody was forgotten has failed: the others need not take as long. */
    private static volatile boolean lost;

    private final long begun = System.nanoTime();

    /** For how long to wait, ms. */
    public int millis() {
        return lost ? 1 : MILLIS;
    }

    /** The same in ns. */
    public long nanos() {
        return millis() * 1_000_000L;
    }

    /** Until when, by nanoTime. */
    public long deadline() {
        return begun + nanos();
    }

    /** How a wait has ended that is over. */
    public String outcome() {
        lost |= System.nanoTime() - begun > NANOS / 2;
        return lost ? FORGOTTEN : WOKEN;
    }
}
