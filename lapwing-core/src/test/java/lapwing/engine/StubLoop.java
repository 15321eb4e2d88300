package lapwing.engine;

/** A loop on which nothing runs, for tests of what hangs on one. */
public abstract class StubLoop extends Loop {
    protected StubLoop() {}

    @Override
    protected void firstTimerChanged() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void start(Operation operation) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void cancel(Operation operation) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close(Endpoint endpoint) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void retire() {
        throw new UnsupportedOperationException();
    }
}
