package lapwing.winsock;

/** A {@code DWORD *}: a reusable place for a 32-bit result. Not thread-safe. */
public final class IntRef {
    /** The value; unsigned where Winsock says DWORD. */
    public int value;

    /** A place that holds 0. */
    public IntRef() {}

    /** A place that holds {@code value}. */
    public IntRef(int value) {
        this.value = value;
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
