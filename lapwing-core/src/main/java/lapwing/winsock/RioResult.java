package lapwing.winsock;

import org.jspecify.annotations.Nullable;

/**
 * {@code RIORESULT}: how a request has ended. A program keeps an array of them and passes it to
 * {@link RIODequeueCompletion} again and again. Not thread-safe.
 */
public final class RioResult {
    /** 0 or a Winsock error code; {@code WSA_OPERATION_ABORTED} if it was cancelled. */
    public int Status;

    /** Bytes sent or received. */
    public int BytesTransferred;

    /** From {@link RIOCreateRequestQueue}. */
    public long SocketContext;

    /** From the request. */
    public long RequestContext;

    /** An empty result. */
    public RioResult() {}

    /** The result at an index, made if there is none: where C has an array, its structures are. */
    static RioResult at(@Nullable RioResult[] results, int index) {
        RioResult result = results[index];
        if (result == null) {
            result = results[index] = new RioResult();
        }
        return result;
    }

    /**
     * Makes an array to pass to {@link RIODequeueCompletion}.
     *
     * @param count its length
     * @return the array, every element filled with an empty result
     */
    public static RioResult[] array(int count) {
        RioResult[] results = new RioResult[count];
        for (int i = 0; i < count; i++) {
            results[i] = new RioResult();
        }
        return results;
    }

    @Override
    public String toString() {
        return WinsockError.nameOf(Status)
                + ", "
                + BytesTransferred
                + " bytes, contexts "
                + SocketContext
                + " and "
                + RequestContext;
    }
}
