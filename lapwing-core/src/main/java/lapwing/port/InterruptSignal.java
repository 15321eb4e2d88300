package lapwing.port;

import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.util.Set;
import lapwing.engine.Lead;
import org.jspecify.annotations.Nullable;

/**
 * Wakes a thread that waits in the kernel when it is interrupted. Java tells selectors, and nobody
 * else, of an interrupt at the moment it happens; so this is a selector that selects nothing.
 */
final class InterruptSignal extends AbstractSelector {
    private volatile @Nullable Lead waitsIn;

    InterruptSignal() {
        super(null);
    }

    /** Has the class initialized now: where that fails for want of memory, it can never be used. */
    static void prepare() {}

    /** Leads once, as {@link Lead#round}, but an interrupt ends the wait. */
    boolean round(Lead lead, long nanos) {
        if (nanos == 0) {
            return lead.round(0);
        }
        waitsIn = lead;
        begin();
        try {
            // If the interrupt came first, begin() has called wakeup() on this thread: too early.
            return lead.round(Thread.currentThread().isInterrupted() ? 0 : nanos);
        } finally {
            end();
            waitsIn = null;
        }
    }

    @Override
    public Selector wakeup() {
        Lead lead = waitsIn;
        if (lead != null) {
            lead.wake();
        }
        return this;
    }

    @Override
    protected void implCloseSelector() {}

    @Override
    protected SelectionKey register(AbstractSelectableChannel channel, int ops, Object attachment) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Set<SelectionKey> keys() {
        return Set.of();
    }

    @Override
    public Set<SelectionKey> selectedKeys() {
        return Set.of();
    }

    @Override
    public int selectNow() {
        return 0;
    }

    @Override
    public int select(long timeout) {
        return 0;
    }

    @Override
    public int select() {
        return 0;
    }
}
