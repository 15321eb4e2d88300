package lapwing.engine;

/**
 * Who leads a loop. Normally that is a thread of the loop's own; a thread that waits for the
 * results anyway can adopt the lead, and save the hand-over.
 *
 * <p>This class itself is the lead of a loop that nobody else can have.
 */
public class Lead {
    static final Lead OWN_THREADS = new Lead();

    protected Lead() {}

    /** True if the calling thread has adopted the loop and still leads it. */
    public boolean isCallers() {
        return false;
    }

    /** True if another thread than the caller has adopted the loop, or has asked to. */
    public boolean isOthers() {
        return false;
    }

    /**
     * Asks to make the calling thread the leader. The change is made as soon as the loop's own
     * thread has let go: {@link #isCallers} tells. A thread that is parked then is unparked.
     */
    public void adopt() {}

    /** Takes the lead away from whoever adopted it; the loop's own thread leads again. */
    public void release() {}

    /**
     * Leads for one round: hands over what was started, waits for at least one completion or a
     * wake-up, ends what has completed. Only for the adopter.
     *
     * @param nanos longest wait; 0 polls, {@link Long#MAX_VALUE} has no end
     * @return false if the caller does not lead (any more)
     */
    public boolean round(long nanos) {
        return false;
    }

    /**
     * True if an operation that the caller starts now would go out alone, as the last round has
     * ended one and no more: a system call of its own, {@link Endpoint#attempt}, is the shorter way
     * then. Only for the adopter; says so once a round, whoever starts more has a batch.
     */
    public boolean isAlone() {
        return false;
    }

    /** Wakes the adopter from its {@link #round}, if it waits there. */
    public void wake() {}
}
