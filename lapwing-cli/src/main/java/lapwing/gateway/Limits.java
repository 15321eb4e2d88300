package lapwing.gateway;

/**
 * How much the gateway takes on.
 *
 * @param maxConnections connections of all threads at a time, silent clients included
 * @param accepts AcceptEx posted by each worker
 * @param firstBlock bytes of first data AcceptEx takes
 * @param threads workers, each with a listener of its own on the same address
 * @param deferAccept seconds of TCP_DEFER_ACCEPT; 0 for off
 */
public record Limits(
        int maxConnections, int accepts, int firstBlock, int threads, int deferAccept) {
    /** What holds unless the user says otherwise. */
    public static final Limits DEFAULT = new Limits(10_000, 64, 16 << 10, 1, 0);

    /** Accepts one thread may keep posted. */
    public static final int MOST_ACCEPTS = 1 << 16;

    /** Seconds; a client that says nothing for so long has nothing to say. */
    public static final int LONGEST_DEFERRAL = 3600;

    /** Bytes that the posted accepts may hold. */
    public static final long MOST_ACCEPT_MEMORY = 1L << 30;

    /** Checks that it can be kept. */
    public Limits {
        if (maxConnections < 1 || accepts < 1 || firstBlock < 1 || threads < 1 || deferAccept < 0) {
            throw new IllegalArgumentException(
                    "limits: every number is at least 1, the deferral at least 0");
        }
        if (threads > maxConnections) {
            throw new IllegalArgumentException(
                    "limits: " + threads + " threads need as many connections");
        }
    }

    /**
     * Accepts of all threads before the first client comes; each has a first block of its own.
     *
     * @return how many
     */
    public long postedAccepts() {
        return (long) Math.min(accepts, maxConnections) * threads;
    }
}
