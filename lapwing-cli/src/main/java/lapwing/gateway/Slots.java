package lapwing.gateway;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The connections that all workers of a gateway together may have. One is taken when a client is
 * accepted. Clients that were accepted and send nothing count too; the workers say how many they
 * have found.
 */
final class Slots {
    private final int most;
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicInteger silent = new AtomicInteger();

    Slots(int most) {
        this.most = most;
    }

    /** Takes one; false if there is none. Silent clients do not keep out one that has data. */
    boolean take() {
        int now = taken.get();
        while (now < most) {
            int witness = taken.compareAndExchange(now, now + 1);
            if (witness == now) {
                return true;
            }
            now = witness;
        }
        return false;
    }

    void giveBack() {
        taken.decrementAndGet();
    }

    /** A worker has found so many silent clients more, or fewer. */
    void addSilent(int count) {
        silent.addAndGet(count);
    }

    /** How many more may be accepted. */
    int left() {
        return most - taken.get() - silent.get();
    }
}
