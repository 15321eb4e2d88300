package lapwing.socket;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import lapwing.engine.MemoryPool;
import org.jspecify.annotations.Nullable;

/**
 * What of a request goes through native memory: heap memory, which the collector moves; data that
 * the program may change at once; more blocks than an engine takes. The native memory belongs to
 * the request until its end. Guarded like the request.
 */
public final class Copies {
    private MemoryPool.@Nullable Block scratch;
    private int used;

    /** Of a receive: where the program wants it, null where it is received in place. */
    private @Nullable MemorySegment[] targets = new MemorySegment[1];

    private int count;

    /** Gets memory for so many bytes; false if there is none. */
    public boolean reserve(int bytes) {
        scratch = MemoryPool.COMMON.take(bytes);
        used = 0;
        return scratch != null;
    }

    /** All of it. */
    public MemorySegment memory() {
        return scratch == null ? MemorySegment.NULL : scratch.memory();
    }

    /** Takes the program's buffer {@code i} into what is left; returns where it is. */
    public MemorySegment add(int i, MemorySegment buffer, int length, boolean receives) {
        MemorySegment place = used == 0 ? memory() : memory().asSlice(used, length);
        if (receives) {
            target(i, buffer.byteSize() == length ? buffer : buffer.asSlice(0, length));
        } else {
            MemorySegment.copy(buffer, 0, place, 0, length);
        }
        used += length;
        return place;
    }

    private void target(int i, MemorySegment buffer) {
        if (i >= targets.length) {
            targets = Arrays.copyOf(targets, Math.max(i + 1, 2 * targets.length));
        }
        targets[i] = buffer;
        count = i + 1;
    }

    /** Copies received bytes to where the program wants them. */
    void copyOut(Request request, int bytes) {
        int from = 0;
        int left = bytes;
        for (int i = 0; i < count && left > 0; i++) {
            MemorySegment target = targets[i];
            int part = (int) (target == null ? request.length(i) : target.byteSize());
            part = Math.min(part, left);
            if (target != null) {
                MemorySegment.copy(memory(), from, target, 0, part);
                from += part;
            }
            left -= part;
        }
    }

    /** The request has ended, or was refused. */
    void giveBack() {
        Arrays.fill(targets, 0, count, null);
        count = 0;
        if (scratch != null) {
            scratch.giveBack();
            scratch = null;
        }
    }
}
