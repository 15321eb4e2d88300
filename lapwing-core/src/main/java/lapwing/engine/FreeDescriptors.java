package lapwing.engine;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The loops with accepts that have found no free descriptor. One that is closed anywhere in the
 * library may be the one they need; for those that others close they look from time to time.
 */
public final class FreeDescriptors {
    private static final Set<Loop> WANTED_BY = ConcurrentHashMap.newKeySet();

    private FreeDescriptors() {}

    /** Has {@link Loop#descriptorIsFree} called on the loop until it has found some. */
    public static void want(Loop loop) {
        WANTED_BY.add(loop);
    }

    /** The loop wants none any more. */
    public static void found(Loop loop) {
        WANTED_BY.remove(loop);
    }

    /** Says that a descriptor has been closed. */
    public static void closed() {
        if (!WANTED_BY.isEmpty()) {
            WANTED_BY.forEach(Loop::descriptorIsFree);
        }
    }
}
