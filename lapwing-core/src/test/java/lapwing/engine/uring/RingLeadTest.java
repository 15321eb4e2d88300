package lapwing.engine.uring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The moves of {@link RingLead} around the end of a loop; the test's thread is the adopter. */
@Timeout(20)
class RingLeadTest {
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

    @Test
    void adopterLeadsAndGoesAway() {
        lead.adopt();
        lead.handOver();
        assertThat(lead.isCallers()).isTrue();
        assertThat(lead.enter()).isTrue();
        assertThat(lead.isLeading()).isTrue();
        assertThat(lead.leave()).isTrue();
        assertThat(lead.isAway()).isTrue();
        lead.release();
        assertThat(lead.isOwn()).isTrue();
        assertThat(lead.enter()).isFalse();
    }

    @Test
    void retiredLoopIsHandedToNobody() {
        lead.adopt();
        lead.retire();
        lead.adopt();
        lead.handOver();
        assertThat(lead.isOwn()).isTrue();
        assertThat(lead.enter()).isFalse();
    }

    @Test
    void adopterOfRetiredLoopLosesItAfterItsRound() {
        lead.adopt();
        lead.handOver();
        assertThat(lead.enter()).isTrue();
        lead.retire();
        assertThat(lead.isOwn()).isFalse();
        assertThat(lead.leave()).isFalse();
        assertThat(lead.isOwn()).isTrue();
        assertThat(lead.enter()).isFalse();
    }

    @Test
    void borrowedLeadGoesBackToTheAdopter() {
        lead.adopt();
        lead.handOver();
        assertThat(lead.borrow()).isTrue();
        assertThat(lead.isOwn()).isTrue();
        assertThat(lead.enter()).isFalse();
        assertThat(lead.isOthers()).isFalse();
        lead.handOver();
        assertThat(lead.isCallers()).isTrue();
        assertThat(lead.enter()).isTrue();
        assertThat(lead.borrow()).as("not while it leads").isFalse();
    }
}
