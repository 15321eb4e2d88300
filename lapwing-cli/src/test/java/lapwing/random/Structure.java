package lapwing.random;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import lapwing.winsock.Constants;
import lapwing.winsock.Event;
import lapwing.winsock.Kernel32;
import lapwing.winsock.Overlapped;
import lapwing.winsock.Sockaddr;
import lapwing.winsock.WsaBuf;
import org.jspecify.annotations.Nullable;

/**
 * An OVERLAPPED with its buffer. Its place says how it tells of an end: by packet, by event, or by
 * event alone.
 */
final class Structure extends Overlapped {
    private static final int SIZE = 512;

    final int place;
    final @Nullable Event event;
    final boolean silent;
    final MemorySegment memory = Arena.ofAuto().allocate(SIZE);
    final WsaBuf[] buffers = {new WsaBuf()};
    final Sockaddr address = new Sockaddr();

    Structure(int place) {
        this.place = place;
        silent = place % 4 == 3;
        event = place % 4 >= 2 ? Kernel32.CreateEvent(true, false) : null;
        hEvent = event;
        hEventLowBit = silent;
    }

    /** True if the operation has ended and has said so; the event comes last. */
    boolean tells() {
        return event == null
                ? hasCompleted()
                : Kernel32.WaitForSingleObject(event, 0) == Constants.WAIT_OBJECT_0;
    }

    WsaBuf[] receive(int length) {
        memory.fill((byte) '.');
        buffers[0].set(memory, length);
        return buffers;
    }

    WsaBuf[] send(@Nullable Wire to, int length) {
        write(memory, to, length);
        buffers[0].set(memory, length);
        return buffers;
    }

    /** Fills memory with what a wire is to receive next. */
    static void write(MemorySegment memory, @Nullable Wire to, int length) {
        for (int i = 0; to != null && i < length; i++) {
            memory.set(ValueLayout.JAVA_BYTE, i, to.at(to.read + to.unread + i));
        }
    }

    /** Where the bytes differ from what they should be; −1 if they do not. */
    static int difference(MemorySegment memory, Wire wire, long first, int length) {
        for (int i = 0; i < length; i++) {
            if (memory.get(ValueLayout.JAVA_BYTE, i) != wire.at(first + i)) {
                return i;
            }
        }
        return -1;
    }
}
