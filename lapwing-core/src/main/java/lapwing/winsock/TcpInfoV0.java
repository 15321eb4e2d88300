package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import lapwing.engine.TcpInfo;

/**
 * {@code TCP_INFO_v0}, what SIO_TCP_INFO writes. Linux does not count everything that is in it:
 * FastRetrans, DupAcksIn and SynRetrans are always 0.
 */
final class TcpInfoV0 {
    static final int SIZE = 88;

    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final long STATE = 0;
    private static final long MSS = 4;
    private static final long CONNECTION_TIME_MS = 8;
    private static final long TIMESTAMPS_ENABLED = 16;
    private static final long RTT_US = 20;
    private static final long MIN_RTT_US = 24;
    private static final long BYTES_IN_FLIGHT = 28;
    private static final long CWND = 32;
    private static final long SND_WND = 36;
    private static final long RCV_WND = 40;
    private static final long RCV_BUF = 44;
    private static final long BYTES_OUT = 48;
    private static final long BYTES_IN = 56;
    private static final long BYTES_REORDERED = 64;
    private static final long BYTES_RETRANS = 68;
    private static final long TIMEOUT_EPISODES = 80;

    private TcpInfoV0() {}

    /** The structure in memory of its own. */
    static MemorySegment of(TcpInfo info, long connectedMilliseconds, int receiveBuffer) {
        MemorySegment result = MemorySegment.ofArray(new byte[SIZE]);
        result.set(INT, STATE, info.state.ordinal());
        result.set(INT, MSS, info.segmentSize);
        result.set(LONG, CONNECTION_TIME_MS, connectedMilliseconds);
        result.set(ValueLayout.JAVA_BOOLEAN, TIMESTAMPS_ENABLED, info.timestamps);
        result.set(INT, RTT_US, info.roundTrip);
        result.set(INT, MIN_RTT_US, info.leastRoundTrip);
        result.set(INT, BYTES_IN_FLIGHT, info.inFlight);
        result.set(INT, CWND, info.congestionWindow);
        result.set(INT, SND_WND, info.sendWindow);
        result.set(INT, RCV_WND, info.receiveWindow);
        result.set(INT, RCV_BUF, receiveBuffer);
        result.set(LONG, BYTES_OUT, info.bytesOut);
        result.set(LONG, BYTES_IN, info.bytesIn);
        result.set(INT, BYTES_REORDERED, (int) info.bytesReordered);
        result.set(INT, BYTES_RETRANS, (int) info.bytesRetransmitted);
        result.set(INT, TIMEOUT_EPISODES, info.timeouts);
        return result;
    }
}
