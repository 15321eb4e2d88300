package lapwing.gateway;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import lapwing.winsock.Constants;
import lapwing.winsock.IntRef;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.Winsock;

/**
 * Asks with SIO_TCP_INFO how much a peer has acknowledged. A window probe, or the same data sent
 * again and again to a peer that is gone, changes nothing.
 */
final class TakenBytes {
    /** TCP_INFO_v0; the fields are where a C compiler puts them. */
    private static final int SIZE = 88;

    private static final long STATE = 0;
    private static final int CLOSED = 0;
    private static final long SEGMENT_SIZE = 4;
    private static final long BYTES_IN_FLIGHT = 28;
    private static final long BYTES_OUT = 48;
    private static final long BYTES_RETRANS = 68;

    private final MemorySegment version = Arena.global().allocate(Integer.BYTES, Integer.BYTES);
    private final MemorySegment info = Arena.global().allocate(SIZE, Long.BYTES);
    private final IntRef length = new IntRef();

    private final SendQueues queues;

    TakenBytes(SendQueues queues) {
        this.queues = queues;
    }

    /**
     * A number that changes when the peer of {@code s} takes bytes. Always 0 with an engine that
     * cannot tell: selectors.
     */
    int by(SocketHandle s) {
        return isKnown(s) ? (int) acknowledged() : 0;
    }

    /**
     * How much of {@code sent} bytes the peer has not acknowledged, in this life of the socket.
     *
     * @param since when the last of them was sent
     */
    long missing(SocketHandle s, long sent, long since) {
        if (!isKnown(s)) {
            return queues.length(s, since);
        }
        return info.get(ValueLayout.JAVA_INT, STATE) == CLOSED
                ? 0 // it takes nothing any more
                : Math.max(0, sent - acknowledged());
    }

    private long acknowledged() {
        return info.get(ValueLayout.JAVA_LONG, BYTES_OUT)
                - info.get(ValueLayout.JAVA_INT, BYTES_RETRANS)
                - info.get(ValueLayout.JAVA_INT, BYTES_IN_FLIGHT);
    }

    /** Selectors tell the state alone, and leave the rest 0. */
    private boolean isKnown(SocketHandle s) {
        int result =
                Winsock.WSAIoctl(
                        s,
                        Constants.SIO_TCP_INFO,
                        version,
                        Integer.BYTES,
                        info,
                        SIZE,
                        length,
                        null,
                        null);
        return result == 0 && info.get(ValueLayout.JAVA_INT, SEGMENT_SIZE) != 0;
    }
}
