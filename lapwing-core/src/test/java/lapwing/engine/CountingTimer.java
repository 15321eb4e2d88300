package lapwing.engine;

import java.util.concurrent.atomic.AtomicInteger;

/** A timer that counts its rings. */
public final class CountingTimer extends Timer {
    private final AtomicInteger rings = new AtomicInteger();

    public CountingTimer() {
        super(new Object());
    }

    @Override
    protected void ring() {
        rings.incrementAndGet();
    }

    public int rings() {
        return rings.get();
    }
}
