package lapwing.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RushTest {
    private final Rush rush = new Rush(8, 0);
    private long now;

    /** A pass in which so many accepts bring a client. */
    private void pass(int clients) {
        now++;
        for (int i = 0; i < clients; i++) {
            rush.taken(now);
        }
    }

    @Test
    void acceptsDoubleFromPassToPassUpToALimit() {
        int[] expected = {0, 8, 24, 56, 120, 248, 256, 256};
        for (int extra : expected) {
            pass(8 + rush.extra());
            assertThat(rush.extra()).isEqualTo(extra);
        }
    }

    @Test
    void fewClientsAreNoRushAndEndOne() {
        for (int i = 0; i < 20; i++) {
            pass(3);
            assertThat(rush.extra()).isZero();
        }
        pass(8);
        pass(16);
        pass(1);
        assertThat(rush.extra()).isEqualTo(24);
        pass(1);
        assertThat(rush.extra()).isEqualTo(12);
        rush.over();
        assertThat(rush.extra()).isZero();
    }

    @Test
    void largeBlocksAreNotTakenByTheHundred() {
        Rush large = new Rush(64, 1 << 20);
        for (int i = 1; i <= 10; i++) {
            for (int taken = 0; taken < 100; taken++) {
                large.taken(i);
            }
        }
        assertThat(large.extra()).isEqualTo(16);
    }

    @Test
    void oneAcceptStaysOne() {
        Rush one = new Rush(1, 0);
        for (int i = 0; i < 20; i++) {
            one.taken(i);
        }
        assertThat(one.extra()).isZero();
    }
}
