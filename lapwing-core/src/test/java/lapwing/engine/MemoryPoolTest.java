package lapwing.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class MemoryPoolTest {
    private final MemoryPool pool = new MemoryPool(null);

    private MemoryPool.Block take(int size) {
        return Objects.requireNonNull(pool.take(size));
    }

    @Test
    void aBlockIsAsLargeAsWasAskedForAndAtMostAQuarterLarger() {
        Random random = new Random(11);
        for (int i = 0; i < 2000; i++) {
            int size = 256 + random.nextInt(1 << 8 + i % 13);
            MemoryPool.Block block = take(size);
            assertThat(block.memory().byteSize()).isBetween((long) size, size * 5L / 4 + 1);
            block.memory().set(ValueLayout.JAVA_BYTE, size - 1, (byte) 1);
            block.giveBack();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 256, 257, 320, 321, 65536, 65537, 1 << 20, 1 << 24, (1 << 24) + 1})
    void theSizeAtEachBorderIsServed(int size) {
        assertThat(take(size).memory().byteSize()).isGreaterThanOrEqualTo(size);
    }

    @Test
    void noMemoryHasTwoOwners() {
        List<MemoryPool.Block> blocks = new ArrayList<>();
        Set<Long> addresses = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            blocks.add(take(300));
            long address = blocks.getLast().memory().address();
            assertThat(addresses.add(address)).isTrue();
            assertThat(addresses).doesNotContain(address + 256, address - 256);
        }
        assertThat(pool.lent()).isEqualTo(1000);
    }

    @Test
    void whatIsGivenBackIsLentAgain() {
        MemoryPool.Block block = take(65536);
        block.giveBack();
        assertThat(take(65536)).isSameAs(block);
    }

    @Test
    void givingBackTwiceIsRefused() {
        MemoryPool.Block block = take(1000);
        block.giveBack();
        assertThatThrownBy(block::giveBack).isInstanceOf(IllegalStateException.class);
        assertThat(pool.lent()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 5000, 65536, 1 << 20})
    void whatNobodyNeedsForAPeriodGoesBackToTheSystem(int size) {
        List<MemoryPool.Block> blocks = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            blocks.add(take(size));
        }
        blocks.forEach(MemoryPool.Block::giveBack);
        pool.tick();
        assertThat(pool.spare()).isPositive();
        pool.tick();
        assertThat(pool.spare()).isZero();
        assertThat(blocks).noneMatch(block -> block.memory().scope().isAlive());
    }

    @Test
    void whatWasNeededInThePeriodStays() {
        MemoryPool.Block kept = take(65536);
        kept.giveBack();
        pool.tick();
        take(65536).giveBack();
        pool.tick();
        assertThat(kept.memory().scope().isAlive()).isTrue();
    }

    @Test
    void aSlabStaysAsLongAsOneOfItsBlocksHasAnOwner() {
        MemoryPool.Block first = take(1024);
        MemoryPool.Block second = take(1024);
        first.giveBack();
        pool.tick();
        pool.tick();
        assertThat(second.memory().scope().isAlive()).isTrue();
        second.giveBack();
        pool.tick();
        pool.tick();
        assertThat(second.memory().scope().isAlive()).isFalse();
    }

    @Test
    void theLargestAreNotKept() {
        MemoryPool.Block block = take(20 << 20);
        block.giveBack();
        assertThat(block.memory().scope().isAlive()).isFalse();
        assertThat(pool.spare()).isZero();
    }
}
