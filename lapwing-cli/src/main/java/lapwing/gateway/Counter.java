package lapwing.gateway;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A number one worker adds to and any thread may read. Opaque access: a reader sees each value
 * sooner or later, and nothing else is published through it.
 */
final class Counter {
    private static final VarHandle VALUE;

    static {
        try {
            VALUE = MethodHandles.lookup().findVarHandle(Counter.class, "value", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long value;

    /** Adds; the owner only. */
    void add(long n) {
        VALUE.setOpaque(this, value + n);
    }

    /** The present value; any thread. */
    long get() {
        return (long) VALUE.getOpaque(this);
    }
}
