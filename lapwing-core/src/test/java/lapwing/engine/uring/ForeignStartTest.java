package lapwing.engine.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lapwing.engine.Engine;
import lapwing.engine.Loop;
import lapwing.engine.Operation;
import lapwing.engine.choice.Engines;
import lapwing.engine.uring.Connected.Call;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What another thread starts while the adopter is in its round. The test's thread leads. */
@Timeout(30)
class ForeignStartTest {
    private final MemorySegment memory = Arena.ofAuto().allocate(8);

    @Test // "those of others at once": see Loop.start
    void whatIsStartedWhileTheLeaderReapsGoesOutWhenItLeaves() throws Exception {
        assumeTrue(Engines.current() instanceof UringEngine, "io_uring is not to be had");
        Engine engine = Engines.current();
        Loop loop = engine.ownLoop();
        try (Connected one = Connected.open(engine);
                Connected other = Connected.open(engine)) {
            Adopter.adopt(loop);
            Call send = new Call(Operation.Kind.SEND, other.here());
            send.addBlock(memory, 8);
            Call receive =
                    new Call(Operation.Kind.RECEIVE, one.here()) {
                        @Override
                        protected void ended() {
                            super.ended();
                            Thread starter = new Thread(() -> loop.start(send));
                            starter.start();
                            join(starter);
                        }
                    };
            receive.addBlock(memory, 8);
            loop.start(receive);
            Call wake = new Call(Operation.Kind.SEND, one.there());
            wake.addBlock(memory, 8);
            assertThat(one.there().attempt(wake)).isEqualTo(8);
            while (receive.ends == 0) {
                Adopter.round(loop);
            }
            assertThat(other.there().available()).isEqualTo(8);
            while (send.ends == 0) {
                Adopter.round(loop);
            }
        } finally {
            loop.retire();
        }
    }

    /** The real kernel; something happens once before the test's thread waits for it. */
    private static final class Watched extends Kernel {
        private final Thread leader = Thread.currentThread();
        volatile Runnable beforeWait;

        @Override
        long enter(CallMemory call, int fd, int count, int least, int flags, long arg, long size) {
            Runnable now = beforeWait;
            if (least > 0 && now != null && Thread.currentThread() == leader) {
                beforeWait = null;
                now.run();
            }
            return super.enter(call, fd, count, least, flags, arg, size);
        }
    }

    @Test // the leader may come back with something else, and stay away
    void whatIsStartedWhileTheLeaderSleepsGoesOutWhenItLeaves() throws Exception {
        assumeTrue(Engines.current() instanceof UringEngine, "io_uring is not to be had");
        Watched kernel = new Watched();
        Ring ring = Ring.open(kernel, 64, 512, RingLayout.SETUP_COOP_TASKRUN);
        RingLoop loop = new RingLoop(ring, "foreign");
        loop.begin();
        try (Connected pair = Connected.open(Engines.current())) {
            Adopter.adopt(loop);
            Call send = new Call(Operation.Kind.SEND, pair.here());
            send.addBlock(memory, 8);
            kernel.beforeWait =
                    () -> {
                        Thread starter = new Thread(() -> loop.start(send));
                        starter.start();
                        join(starter);
                    };
            while (kernel.beforeWait != null) {
                Adopter.round(loop);
            }
            assertThat(pair.there().available()).isEqualTo(8);
            while (send.ends == 0) {
                Adopter.round(loop);
            }
        } finally {
            loop.retire();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
