package lapwing.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import lapwing.engine.Loop;
import lapwing.engine.choice.Engines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No memory for the entry of a waiter that is parked, once. */
@Timeout(30)
class EntryShortageTest {
    private static final int INFINITE = -1;

    private static final class OutOfMemoryOnce implements EntryWriter<Object> {
        private boolean failed;

        @Override
        public void write(
                Object[] entries,
                int index,
                long key,
                Object attachment,
                Object payload,
                int transferred,
                int status) {
            if (!failed) {
                failed = true;
                throw new OutOfMemoryError("for a test");
            }
            entries[index] = key;
        }
    }

    @Test
    void waiterGetsItsPacketAllTheSame() throws Exception {
        Loop loop = Engines.current().commonLoop();
        Port<Object> port = new Port<>(loop, loop, 100, Integer.MAX_VALUE, new OutOfMemoryOnce());
        Object[] out = new Object[1];
        FutureTask<Integer> take =
                new FutureTask<>(() -> port.take(new PortThread(), out, 1, INFINITE, null));
        Thread waiter = Thread.ofPlatform().daemon().start(take);
        await().until(() -> LockSupport.getBlocker(waiter) == port);
        assertThatThrownBy(() -> port.post(7, null, null, 0, 0))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(take.get(10, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(out[0]).isEqualTo(7L);
        port.close();
    }
}
