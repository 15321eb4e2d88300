package lapwing.engine;

import org.jspecify.annotations.Nullable;

/**
 * Operations in a row, first in first out. They are linked by themselves, so that keeping one takes
 * no memory: this is for those that meet a want of it. An operation is in one queue at a time. Not
 * safe for use by several threads.
 */
public final class OperationQueue {
    private @Nullable Operation first;
    private @Nullable Operation last;

    public OperationQueue() {}

    public boolean isEmpty() {
        return first == null;
    }

    public void add(Operation operation) {
        if (last == null) {
            first = operation;
        } else {
            last.following = operation;
        }
        last = operation;
    }

    /** The first, null if there is none. */
    public @Nullable Operation peek() {
        return first;
    }

    /** Takes the first, null if there is none. */
    public @Nullable Operation poll() {
        Operation taken = first;
        if (taken != null) {
            first = taken.following;
            taken.following = null;
            if (first == null) {
                last = null;
            }
        }
        return taken;
    }
}
