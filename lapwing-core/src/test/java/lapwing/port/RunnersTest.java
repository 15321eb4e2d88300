package lapwing.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which threads count for a port's concurrency value. Time is a number of looks here. */
@Timeout(20)
class RunnersTest {
    private static final int PATIENCE = 3;

    private final Runners runners = new Runners(1, PATIENCE);
    private final List<Thread> threads = new ArrayList<>();
    private final Object monitor = new Object();
    private volatile boolean computes;
    private volatile boolean ends;

    /** A thread that works on a packet: computes, rests or waits for the monitor. */
    private final class Worker {
        private final Thread thread = new Thread(this::work);
        private volatile PortThread known;
        private final boolean blocks;

        Worker(boolean blocks) {
            this.blocks = blocks;
            threads.add(thread);
            thread.setDaemon(true);
            thread.start();
            while (known == null) {
                Thread.onSpinWait();
            }
            runners.start(known);
        }

        private void work() {
            known = new PortThread();
            if (blocks) {
                synchronized (monitor) {
                    computes = false;
                }
            }
            while (!ends) {
                if (computes) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.park();
                }
            }
        }

        Worker until(Thread.State state) {
            LockSupport.unpark(thread);
            while (thread.getState() != state) {
                Thread.onSpinWait();
            }
            return this;
        }
    }

    @AfterEach
    void end() {
        ends = true;
        threads.forEach(LockSupport::unpark);
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            runners.look(true);
        }
    }

    @Test
    void threadThatHasEndedIsForgotten() {
        Worker worker = new Worker(false);
        assertThat(runners.hasRoom()).isFalse();
        ends = true;
        worker.until(Thread.State.TERMINATED);
        look(1);
        assertThat(runners.hasRoom()).isTrue();
    }

    @Test
    void threadThatRestsIsNotCountedUntilItRunsAgain() {
        Worker worker = new Worker(false).until(Thread.State.WAITING);
        assertThat(runners.hasRoom()).as("nobody has looked").isFalse();
        look(1);
        assertThat(runners.hasRoom()).isTrue();
        computes = true;
        worker.until(Thread.State.RUNNABLE);
        assertThat(runners.hasRoom()).isFalse();
        ends = true;
        worker.until(Thread.State.TERMINATED);
        look(1);
        assertThat(runners.hasRoom()).isTrue();
    }

    @Test // a monitor may be held for an instant
    void threadThatIsBlockedRestsAtTheSecondLook() {
        synchronized (monitor) {
            new Worker(true).until(Thread.State.BLOCKED);
            look(1);
            assertThat(runners.hasRoom()).isFalse();
            look(1);
            assertThat(runners.hasRoom()).isTrue();
        }
    }

    @Test // it may be inside a native function
    void threadThatDoesNotComeBackIsNotCountedForEver() {
        computes = true;
        Worker worker = new Worker(false).until(Thread.State.RUNNABLE);
        look(PATIENCE - 1);
        runners.look(false); // of somebody who has come to the port
        assertThat(runners.hasRoom()).isFalse();
        look(1);
        assertThat(runners.hasRoom()).isTrue();
        runners.start(worker.known); // it was not
        look(PATIENCE - 1);
        assertThat(runners.hasRoom()).isFalse();
    }

    @Test
    void oneThreadAtATimeIsTakenToBeInside() {
        Runners two = new Runners(2, PATIENCE);
        computes = true;
        two.start(new Worker(false).known);
        two.start(new Worker(false).known);
        for (int i = 0; i < PATIENCE; i++) {
            two.look(true);
        }
        assertThat(two.hasRoom()).isTrue();
        two.start(new Worker(false).known);
        assertThat(two.hasRoom()).as("the other one counts anew").isFalse();
    }

    @Test
    void threadThatHasBeenHandedAPacketRunsWhateverItLooksLike() {
        Worker worker = new Worker(false).until(Thread.State.WAITING);
        worker.known.handed = true;
        look(1);
        assertThat(runners.hasRoom()).isFalse();
        worker.known.handed = false;
        look(1);
        assertThat(runners.hasRoom()).isTrue();
    }
}
