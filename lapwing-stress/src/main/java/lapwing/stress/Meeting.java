package lapwing.stress;

import java.util.concurrent.atomic.AtomicInteger;

/** Where two actors wait for each other, so that what comes next is done at the same moment. */
public final class Meeting {
    private static final int ACTORS = 2;
    private static final int SPINS = 1000;

    private final AtomicInteger arrivals = new AtomicInteger();

    /** Goes on once the other actor has met as often as the caller. */
    @SuppressWarnings("ThreadPriorityCheck") // both may share a processor
    public void meet() {
        int awaited = (arrivals.getAndIncrement() / ACTORS + 1) * ACTORS;
        for (int i = 1; arrivals.get() < awaited; i++) {
            if (i % SPINS == 0) {
                Thread.yield();
            } else {
                Thread.onSpinWait();
            }
        }
    }
}
