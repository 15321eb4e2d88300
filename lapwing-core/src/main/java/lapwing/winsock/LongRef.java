package lapwing.winsock;

/** A {@code ULONG_PTR *}: a reusable place for a completion key. Not thread-safe. */
public final class LongRef {
    /** The value. */
    public long value;

    /** A place that holds 0. */
    public LongRef() {}

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
