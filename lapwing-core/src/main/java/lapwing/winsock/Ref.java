package lapwing.winsock;

import org.jspecify.annotations.Nullable;

/**
 * A pointer to a pointer: a reusable place for an object that a function hands back, null while it
 * is {@code NULL}. Not thread-safe.
 *
 * @param <T> what the place holds
 */
public final class Ref<T> {
    /** The object, or null for {@code NULL}. */
    public @Nullable T value;

    /** A place that holds {@code NULL}. */
    public Ref() {}

    @Override
    public String toString() {
        return String.valueOf(value);
    }
}
