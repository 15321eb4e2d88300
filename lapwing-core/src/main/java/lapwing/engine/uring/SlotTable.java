package lapwing.engine.uring;

import java.util.Arrays;
import java.util.function.Predicate;
import lapwing.engine.MemoryPool;
import lapwing.engine.Notes;
import lapwing.engine.Operation;
import org.jspecify.annotations.Nullable;

/**
 * Which operations are with the kernel. An operation under way has a slot; what the kernel gets to
 * see is the slot's number and the number of the life, so that a completion or a cancel of an
 * earlier life finds nothing. Slots and scratch blocks are handed out last-in-first-out: warm
 * memory is cheaper. Guarded by the loop's lock.
 */
final class SlotTable {
    private @Nullable Operation[] operations = new Operation[64];
    private @Nullable Scratch[] scratches = new Scratch[64];
    private int[] free = new int[64];
    private int freeCount;
    private int lives;
    private int used;
    private int busy;

    /** Those beyond go back to the pool: thousands may have been in use. */
    private final Scratch[] spare = new Scratch[64];

    private int spareCount;

    /** Gives the operation a slot and its token. */
    void take(Operation operation) {
        if (freeCount == 0 && used == operations.length) {
            grow(); // before anything is changed: there may be no memory
        }
        int slot = freeCount > 0 ? free[--freeCount] : used++;
        operations[slot] = operation;
        Notes.setToken(operation, (long) ++lives << 32 | slot);
        busy++;
    }

    private void grow() {
        int size = used + used / 2; // thousands may be idle
        int[] places = Arrays.copyOf(free, size); // so that free() never wants memory
        operations = Arrays.copyOf(operations, size);
        free = places;
    }

    /** Takes all operations out that are still under way, to end with that status. */
    void takeAll(Refused refused, int status) {
        for (int i = used - 1; busy > 0 && i >= 0; i--) {
            Operation operation = operations[i];
            if (operation != null) {
                free(Notes.token(operation));
                refused.add(operation, status);
            }
        }
    }

    /** The operation of a token, null if it has ended. */
    @Nullable Operation get(long token) {
        Operation operation = operations[(int) token];
        return operation != null && Notes.token(operation) == token ? operation : null;
    }

    /** Does something with each operation that is cancelled; false as soon as that says false. */
    boolean cancelled(Predicate<Operation> what) {
        for (int i = 0; i < used; i++) {
            Operation operation = operations[i];
            if (operation != null && operation.isCancelled() && !what.test(operation)) {
                return false;
            }
        }
        return true;
    }

    /** Another operation of the same kind and endpoint that nobody has cancelled; null if none. */
    @Nullable Operation likeIt(Operation operation) {
        for (int i = 0; i < used; i++) {
            Operation other = operations[i];
            if (other != null
                    && other != operation
                    && other.kind == operation.kind
                    && other.endpoint == operation.endpoint
                    && !other.isCancelled()) {
                return other;
            }
        }
        return null;
    }

    /** The scratch block of an operation's slot, made at its first use. */
    Scratch scratch(long token) {
        int slot = (int) token;
        if (slot >= scratches.length) {
            scratches = Arrays.copyOf(scratches, operations.length);
        }
        Scratch scratch = scratches[slot];
        if (scratch == null) {
            scratch = spareCount > 0 ? spare[--spareCount] : make();
            scratches[slot] = scratch;
        }
        return scratch;
    }

    private static Scratch make() {
        MemoryPool.Block memory = MemoryPool.ARGUMENTS.take(Scratch.SIZE);
        if (memory == null) {
            throw new OutOfMemoryError("no native memory for what an operation says to the kernel");
        }
        return new Scratch(memory);
    }

    /** Ends the slot's present life. Never fails. */
    void free(long token) {
        int slot = (int) token;
        operations[slot] = null;
        free[freeCount++] = slot;
        busy--;
        Scratch scratch = slot < scratches.length ? scratches[slot] : null;
        if (scratch != null) {
            scratches[slot] = null;
            if (spareCount < spare.length) {
                spare[spareCount++] = scratch;
            } else {
                scratch.giveBack();
            }
        }
    }

    /** Gives back what is kept. Nothing is under way, and nothing will be. */
    void discard() {
        while (spareCount > 0) {
            spare[--spareCount].giveBack();
        }
    }

    /** Operations under way. */
    int busy() {
        return busy;
    }
}
