package lapwing.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class PoolTest {
    @Test
    void whatWasGivenBackLastIsTakenFirst() {
        Pool<Object> pool = new Pool<>(Object::new);
        Object a = pool.take();
        Object b = pool.take();
        pool.give(a);
        pool.give(b);
        assertThat(pool.take()).isSameAs(b);
        assertThat(pool.take()).isSameAs(a);
        assertThat(pool.taken.get()).isEqualTo(4);
        assertThat(pool.made.get()).isEqualTo(2);
    }

    @Test
    void blockReturnsToThePoolOfItsSize() {
        Blocks blocks = new Blocks();
        Block small = blocks.take(false);
        Block large = blocks.take(true);
        blocks.give(small);
        blocks.give(large);
        assertThat(blocks.take(true)).isSameAs(large);
        assertThat(blocks.take(false)).isSameAs(small);
    }

    @Test
    void backendsTakeTurns() {
        List<InetSocketAddress> three = List.of(address(1), address(2), address(3));
        Backends backends = new Backends(three, 4);
        assertThat(List.of(backends.turn(), backends.turn(), backends.turn(), backends.turn()))
                .containsExactly(1, 2, 0, 1);
        assertThat(backends.after(2)).isZero();
        assertThat(backends.address(2).port()).isEqualTo(3);
    }

    private static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
