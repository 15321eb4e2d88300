package lapwing.gateway;

import java.util.EnumMap;
import java.util.Map;

/** What one worker counts. Written by the worker, read by anyone. */
final class Counters {
    /** Connections accepted. */
    final Counter accepted = new Counter();

    /** Of these, on a socket that had served before. */
    final Counter acceptedOnUsedSocket = new Counter();

    /** ConnectEx that succeeded. */
    final Counter connected = new Counter();

    /** Of these, on a socket that had served before. */
    final Counter connectedOnUsedSocket = new Counter();

    /** ConnectEx that a backend refused or let pass the time. */
    final Counter connectFailed = new Counter();

    /** How often the limit of connections was reached. */
    final Counter limitReached = new Counter();

    /** Bytes towards backends, counted when a connection ends. */
    final Counter bytesUp = new Counter();

    /** Bytes towards clients, counted when a connection ends. */
    final Counter bytesDown = new Counter();

    private final Map<End, Counter> ended = new EnumMap<>(End.class);

    Counters() {
        for (End end : End.values()) {
            ended.put(end, new Counter());
        }
    }

    /** Connections that ended this way. */
    @SuppressWarnings("NullAway") // the constructor fills the map
    Counter ended(End end) {
        return ended.get(end);
    }
}
