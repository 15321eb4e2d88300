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

    private static final long BYTES_IN_FLIGHT = 28;
    private static final long BYTES_OUT = 48;
    private static final long BYTES_RETRANS = 68;

    private final MemorySegment version = Arena.global().allocate(Integer.BYTES, Integer.BYTES);
    private final MemorySegment info = Arena.global().allocate(SIZE, Long.BYTES);
    private final IntRef length = new IntRef();

    /**
     * A number that changes when the peer of {@code s} takes bytes. Always 0 with an engine that
     * cannot tell: selectors.
     */
    int by(SocketHandle s) {
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
        if (result != 0) {
            return 0;
        }
        return (int) info.get(ValueLayout.JAVA_LONG, BYTES_OUT)
                - info.get(ValueLayout.JAVA_INT, BYTES_RETRANS)
                - info.get(ValueLayout.JAVA_INT, BYTES_IN_FLIGHT);
    }
}
