package lapwing.gateway;

import java.lang.foreign.Arena;
import lapwing.winsock.WsaBuf;

/**
 * A piece of native memory that a pump receives into and sends from. Taken from the worker's {@link
 * Blocks}, owned by the operation in flight, given back after that operation's packet.
 *
 * <p>The memory is of the global arena: it lives as long as the process, as its pool does, and
 * needs no liveness check on each access.
 */
final class Block {
    private static final long CACHE_LINE = 64;

    final int capacity;
    final WsaBuf[] buffers;

    Block(int capacity) {
        this.capacity = capacity;
        buffers =
                new WsaBuf[] {
                    new WsaBuf().set(Arena.global().allocate(capacity, CACHE_LINE), capacity)
                };
    }

    /** Makes room for a receive. */
    void empty() {
        buffers[0].len = capacity;
    }

    /** Holds {@code bytes} received ones, to be sent. */
    void filled(int bytes) {
        buffers[0].len = bytes;
    }
}
