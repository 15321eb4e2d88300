package lapwing.gateway;

import java.util.ArrayList;
import java.util.function.Supplier;

/**
 * Things that are used again, last in first out: what was used last is still in the cache.
 *
 * <p>It never shrinks; what it holds is bounded by the largest number ever in use at once, which
 * the limits of the gateway bound. Belongs to one worker.
 *
 * @param <T> what it holds
 */
final class Pool<T> {
    /** How often something was taken. */
    final Counter taken = new Counter();

    /** How often something had to be made for it. */
    final Counter made = new Counter();

    private final Supplier<T> maker;
    private final ArrayList<T> free = new ArrayList<>();

    Pool(Supplier<T> maker) {
        this.maker = maker;
    }

    /** The thing given back last, or a new one. */
    T take() {
        taken.add(1);
        if (free.isEmpty()) {
            made.add(1);
            return maker.get();
        }
        return free.removeLast();
    }

    /** Gives back what {@link #take} gave. */
    void give(T thing) {
        free.add(thing);
    }

    /** How many wait to be taken. */
    int size() {
        return free.size();
    }
}
