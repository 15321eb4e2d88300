package lapwing.engine.uring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import lapwing.engine.TcpInfo;
import lapwing.engine.TcpInfo.State;

/**
 * Linux' {@code struct tcp_info} ({@code linux/tcp.h}), as far as somebody reads it. It has grown
 * over the years: what an older kernel does not fill in stays 0.
 */
final class TcpInfoLayout {
    static final int SIZE = 248;

    private static final long STATE = 0;
    private static final long OPTIONS = 5;
    private static final long SEND_SEGMENT = 16;
    private static final long UNACKED = 24;

    /** Of a listener; SACKED of others. */
    static final long BACKLOG = 28;

    private static final long RTT = 68;
    private static final long CONGESTION_WINDOW = 80;
    private static final long BYTES_RECEIVED = 128;
    private static final long LEAST_RTT = 148;
    private static final long BYTES_SENT = 200;
    private static final long BYTES_RETRANSMITTED = 208;
    private static final long OUT_OF_ORDER_PACKETS = 224;
    private static final long SEND_WINDOW = 228;
    private static final long RECEIVE_WINDOW = 232;
    private static final long TIMEOUTS = 240;

    private static final int OPTION_TIMESTAMPS = 1;

    private TcpInfoLayout() {}

    /** Reads the structure at an offset; windows and the like become bytes. */
    static void read(MemorySegment memory, long at, TcpInfo result) {
        int segment = memory.get(JAVA_INT_UNALIGNED, at + SEND_SEGMENT);
        result.state = state(memory, at);
        result.segmentSize = segment;
        result.timestamps = (memory.get(JAVA_BYTE, at + OPTIONS) & OPTION_TIMESTAMPS) != 0;
        result.roundTrip = memory.get(JAVA_INT_UNALIGNED, at + RTT);
        result.leastRoundTrip = memory.get(JAVA_INT_UNALIGNED, at + LEAST_RTT);
        result.inFlight = memory.get(JAVA_INT_UNALIGNED, at + UNACKED) * segment;
        result.congestionWindow = memory.get(JAVA_INT_UNALIGNED, at + CONGESTION_WINDOW) * segment;
        result.sendWindow = memory.get(JAVA_INT_UNALIGNED, at + SEND_WINDOW);
        result.receiveWindow = memory.get(JAVA_INT_UNALIGNED, at + RECEIVE_WINDOW);
        result.bytesOut = memory.get(JAVA_LONG_UNALIGNED, at + BYTES_SENT);
        result.bytesIn = memory.get(JAVA_LONG_UNALIGNED, at + BYTES_RECEIVED);
        result.bytesRetransmitted = memory.get(JAVA_LONG_UNALIGNED, at + BYTES_RETRANSMITTED);
        result.bytesReordered =
                (long) memory.get(JAVA_INT_UNALIGNED, at + OUT_OF_ORDER_PACKETS) * segment;
        result.timeouts = memory.get(JAVA_SHORT_UNALIGNED, at + TIMEOUTS) & 0xFFFF;
    }

    /** The state in the structure at an offset, by the numbers of {@code net/tcp_states.h}. */
    static State state(MemorySegment memory, long at) {
        return switch (memory.get(JAVA_BYTE, at + STATE)) {
            case 1 -> State.ESTABLISHED;
            case 2 -> State.SYN_SENT;
            case 3, 12 -> State.SYN_RECEIVED;
            case 4 -> State.FIN_WAIT_1;
            case 5 -> State.FIN_WAIT_2;
            case 6 -> State.TIME_WAIT;
            case 8 -> State.CLOSE_WAIT;
            case 9 -> State.LAST_ACK;
            case 10 -> State.LISTEN;
            case 11 -> State.CLOSING;
            default -> State.CLOSED;
        };
    }
}
