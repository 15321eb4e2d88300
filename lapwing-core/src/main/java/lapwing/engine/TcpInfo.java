package lapwing.engine;

/** What the system knows of a TCP connection; a place for {@link Endpoint#tcpInfo} to fill in. */
public final class TcpInfo {
    /** The states of TCP, in the order of Windows' {@code TCPSTATE}. */
    public enum State {
        CLOSED,
        LISTEN,
        SYN_SENT,
        SYN_RECEIVED,
        ESTABLISHED,
        FIN_WAIT_1,
        FIN_WAIT_2,
        CLOSE_WAIT,
        CLOSING,
        LAST_ACK,
        TIME_WAIT
    }

    public State state = State.CLOSED;

    /** Bytes of a full segment. */
    public int segmentSize;

    public boolean timestamps;

    /** Smoothed, and the least one seen; microseconds. */
    public int roundTrip;

    public int leastRoundTrip;

    /** Bytes sent and not yet acknowledged. */
    public int inFlight;

    /** Windows, bytes: congestion, and those that the peer and this side have announced. */
    public int congestionWindow;

    public int sendWindow;
    public int receiveWindow;

    /** Payload bytes since the beginning, repetitions included. */
    public long bytesOut;

    public long bytesIn;

    /** Bytes sent again. */
    public long bytesRetransmitted;

    /** Bytes that came out of order. */
    public long bytesReordered;

    /** How often the retransmission timer has fired. */
    public int timeouts;

    /** Nothing known. */
    public TcpInfo() {}
}
