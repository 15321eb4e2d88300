package lapwing.engine.uring;

import java.lang.foreign.Arena;
import java.util.Arrays;
import lapwing.engine.Operation;
import org.jspecify.annotations.Nullable;

/**
 * Which operations are with the kernel. An operation under way has a slot; what the kernel gets to
 * see is the slot's number and its generation, so that a completion or a cancel of an earlier life
 * finds nothing. Slots and scratch blocks are handed out last-in-first-out: warm memory is cheaper.
 * Guarded by the loop's lock.
 */
final class SlotTable {
    private @Nullable Operation[] operations = new Operation[64];
    private int[] generations = new int[64];
    private @Nullable Scratch[] scratches = new Scratch[64];
    private int[] free = new int[64];
    private int freeCount;
    private int used;
    private int busy;

    private final Arena arena = Arena.ofAuto();
    private Scratch[] spare = new Scratch[16];
    private int spareCount;

    /** Gives the operation a slot; returns its token. */
    long take(Operation operation) {
        if (freeCount == 0) {
            if (used == operations.length) {
                int size = used * 2;
                operations = Arrays.copyOf(operations, size);
                generations = Arrays.copyOf(generations, size);
                scratches = Arrays.copyOf(scratches, size);
                free = Arrays.copyOf(free, size);
            }
            free[freeCount++] = used++;
        }
        int slot = free[--freeCount];
        operations[slot] = operation;
        busy++;
        return token(slot);
    }

    private long token(int slot) {
        return (long) generations[slot] << 32 | slot;
    }

    /** The operation of a token, null if it has ended. */
    @Nullable Operation get(long token) {
        int slot = (int) token;
        return generations[slot] == (int) (token >>> 32) ? operations[slot] : null;
    }

    /** The scratch block of an operation's slot, made at its first use. */
    Scratch scratch(long token) {
        int slot = (int) token;
        Scratch scratch = scratches[slot];
        if (scratch == null) {
            scratch = spareCount > 0 ? spare[--spareCount] : new Scratch(arena);
            scratches[slot] = scratch;
        }
        return scratch;
    }

    /** Ends the slot's present life. */
    void free(long token) {
        int slot = (int) token;
        operations[slot] = null;
        generations[slot]++;
        free[freeCount++] = slot;
        busy--;
        Scratch scratch = scratches[slot];
        if (scratch != null) {
            scratches[slot] = null;
            if (spareCount == spare.length) {
                spare = Arrays.copyOf(spare, spareCount * 2);
            }
            spare[spareCount++] = scratch;
        }
    }

    /** Operations under way. */
    int busy() {
        return busy;
    }
}
