package lapwing.engine.uring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A release against the moves of {@link RingLead} that could overlook it; nobody supervises here.
 */
@Timeout(60)
class LeadRaceTest {
    private static final int ROUNDS = 30_000;

    private final CyclicBarrier barrier = new CyclicBarrier(2);
    private final Thread own = new Thread(() -> {});
    private WakeUp wakeUp;
    private RingLead lead;

    @BeforeEach
    void make() throws RingException {
        wakeUp = new EventFd();
        lead = new RingLead(own, wakeUp);
    }

    @AfterEach
    void close() {
        wakeUp.close();
    }

    /** Something for each of the threads to do at the same moment. */
    private interface Move {
        void make(int round);
    }

    /** Makes both moves at once, again and again; {@code after} is made by the calling thread. */
    private void race(Runnable before, Move here, Move there, Move after) throws Exception {
        Thread other =
                new Thread(() -> {
                    for (int i = 0; i < ROUNDS; i++) {
                        meet();
                        lag(i * 7 % 40);
                        there.make(i);
                        meet();
                    }
                });
        other.setDaemon(true);
        other.start();
        for (int i = 0; i < ROUNDS; i++) {
            before.run();
            meet();
            lag(i % 40);
            here.make(i);
            meet();
            after.make(i);
        }
        other.join();
    }

    private void meet() {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void lag(int spins) {
        for (int i = 0; i < spins; i++) {
            Thread.onSpinWait();
        }
    }

    @Test
    void releaseWhileTheAdopterLeavesIsNotLost() throws Exception {
        race(
                () -> {
                    lead.adopt();
                    lead.handOver();
                    assertThat(lead.enter()).isTrue();
                },
                i -> lead.leave(),
                i -> lead.release(),
                i -> assertThat(lead.isOwn()).as("round %d", i).isTrue());
    }

    @Test
    void releaseWhileTheLeadIsHandedOverIsNotLost() throws Exception {
        race(
                lead::adopt,
                i -> lead.handOver(),
                i -> lead.release(),
                i -> assertThat(lead.isOwn()).as("round %d", i).isTrue());
    }

    @Test
    void releaseWhileTheLeadIsBorrowedIsNotLost() throws Exception {
        race(
                () -> {
                    lead.adopt();
                    lead.handOver();
                },
                i -> {
                    lead.borrow();
                    lead.handOver();
                },
                i -> lead.release(),
                i -> assertThat(lead.isOwn()).as("round %d", i).isTrue());
    }

    @Test
    void retiringWhileTheLeadIsHandedOverLeavesItWithItsOwnThread() throws Exception {
        race(
                () -> {
                    lead = new RingLead(own, wakeUp);
                    lead.adopt();
                },
                i -> lead.handOver(),
                i -> lead.retire(),
                i -> assertThat(lead.isOwn()).as("round %d", i).isTrue());
    }
}
