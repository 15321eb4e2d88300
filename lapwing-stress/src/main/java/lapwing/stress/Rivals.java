package lapwing.stress;

/**
 * Two virtual threads whose numbers differ by {@link #APART}: what finds a thread's own things by
 * its number modulo a power of two finds the same place for both. Of the actors' own numbers
 * nothing is known.
 */
public final class Rivals {
    private static final int APART = 64;

    private final Thread first;
    private final Thread second;

    public Rivals(Runnable first, Runnable second) {
        this.first = Thread.ofVirtual().unstarted(first);
        Thread other = Thread.ofVirtual().unstarted(second);
        while ((other.threadId() - this.first.threadId()) % APART != 0) {
            other = Thread.ofVirtual().unstarted(second);
        }
        this.second = other;
    }

    /** Runs the first; to be called by one actor, {@link #second} by the other. */
    public void first() {
        run(first);
    }

    public void second() {
        run(second);
    }

    private static void run(Thread thread) {
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
