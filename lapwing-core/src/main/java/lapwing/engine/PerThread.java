package lapwing.engine;

import org.jspecify.annotations.Nullable;

/**
 * One object of a kind for each thread. Calls on the data path ask several times an operation, and
 * before the optimizing compiler is done a thread-local costs a native call; so some of the objects
 * are also found by their thread's number. To be kept in a static field, one for each kind.
 *
 * @param <T> the kind
 */
public abstract class PerThread<T extends PerThread.Owned> {
    /** What belongs to the thread that makes it. */
    public abstract static class Owned {
        private final long thread = Thread.currentThread().threadId();

        protected Owned() {}
    }

    /** Whoever sees an outdated element sees another thread's number in it. */
    @SuppressWarnings("unchecked") // an array of what T is at least, and seen only here
    private final @Nullable T[] recent = (T[]) new Owned[64];

    /** Not by a method reference: linking one costs start-up time. */
    @SuppressWarnings("ThreadLocalUsage") // the whole is to be kept in a static field
    private final ThreadLocal<T> all =
            new ThreadLocal<>() {
                @Override
                protected T initialValue() {
                    return make();
                }
            };

    protected PerThread() {}

    /** Makes the calling thread's object, at its first {@link #get}. */
    protected abstract T make();

    /** Gives the calling thread an object that it has made itself. */
    public final void set(T made) {
        all.set(made);
        recent[(int) Thread.currentThread().threadId() & recent.length - 1] = made;
    }

    /** The calling thread's object. */
    public final T get() {
        long thread = Thread.currentThread().threadId();
        int place = (int) thread & recent.length - 1;
        T found = recent[place];
        if (found == null || ((Owned) found).thread != thread) {
            found = all.get();
            recent[place] = found;
        }
        return found;
    }
}
