package lapwing.winsock;

import org.jspecify.annotations.Nullable;

/**
 * A {@code ULONG_PTR *}: a reusable place for a completion key, which is a number in C, often that
 * of a pointer; here the object stands beside it. Not thread-safe.
 */
public final class LongRef {
    /** The value. */
    public long value;

    /** What is attached to the handle, or was posted; see {@link SocketHandle#attach}. */
    public @Nullable Object attachment;

    /** A place that holds 0. */
    public LongRef() {}

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
