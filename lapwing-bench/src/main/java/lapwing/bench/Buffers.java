package lapwing.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import lapwing.winsock.WsaBuf;
import org.jspecify.annotations.Nullable;

/**
 * The server's buffers, the last one used first: its memory is warm. A busy connection keeps its
 * buffer while it waits, so that each message costs one receive. An idle one must not: it waits
 * with a receive of zero bytes and takes a buffer when there is something to read. {@link #sweep}
 * finds those that have become idle.
 */
final class Buffers {
    /** Memory for one operation: data and two addresses; {@code block} is what counts of it. */
    static final class Buffer {
        final MemorySegment memory;
        final WsaBuf block;
        final WsaBuf[] blocks;

        /** Where {@link PostedAccepts} keeps the connection that accepts with it. */
        int place;

        /** Bytes of a request that are in it. */
        int got;

        /** Who waits with it for data; null for nobody. */
        @Nullable ServerConnection waiter;

        /** Its waiter was there at the last sweep. */
        private boolean wasWaiting;

        private Buffer(int size) {
            memory = Arena.ofAuto().allocate(size + 2L * LoadServer.ADDRESS, 64);
            block = new WsaBuf().set(memory, size);
            blocks = new WsaBuf[] {block};
        }

        void awaitedBy(ServerConnection connection) {
            waiter = connection;
            wasWaiting = false;
        }
    }

    private final int size;
    private final int plenty;
    private final List<Buffer> all = new ArrayList<>();
    private final List<Buffer> free = new ArrayList<>();

    /** Blocks of {@code size} bytes; up to {@code plenty} of them in use nobody needs to save. */
    Buffers(int size, int plenty) {
        this.size = size;
        this.plenty = plenty;
    }

    Buffer take() {
        if (free.isEmpty()) {
            Buffer made = new Buffer(size);
            all.add(made);
            return made;
        }
        return free.removeLast();
    }

    void giveBack(Buffer buffer) {
        buffer.got = 0;
        buffer.waiter = null;
        free.add(buffer);
    }

    boolean areScarce() {
        return all.size() - free.size() > plenty;
    }

    /** Tells those who have waited since the last sweep that they are idle, if that is needed. */
    void sweep() {
        for (int i = 0; i < all.size() && areScarce(); i++) {
            Buffer buffer = all.get(i);
            ServerConnection waiter = buffer.waiter;
            if (waiter != null && buffer.wasWaiting) {
                buffer.waiter = null;
                waiter.becomeIdle();
            }
            buffer.wasWaiting = true;
        }
    }
}
