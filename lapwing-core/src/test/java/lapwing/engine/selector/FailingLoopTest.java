package lapwing.engine.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import lapwing.engine.CountingTimer;
import lapwing.engine.Endpoint;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A loop whose selector, memory or users do what they should not. */
@Timeout(30)
class FailingLoopTest {
    private static class Call extends Operation {
        volatile int ends;

        Call(Kind kind, Endpoint endpoint) {
            this.kind = kind;
            this.endpoint = endpoint;
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one thread ends it, others look
        protected void ended() {
            ends++;
        }
    }

    private final String name = "faulty-" + System.nanoTime();
    private final MemorySegment memory = Arena.ofAuto().allocate(64);
    private SelectorLoop loop;
    private StreamEndpoint here;
    private Socket there;

    @BeforeEach
    void open() throws IOException {
        loop = new SelectorLoop(name);
        loop.begin();
        here = StreamEndpoint.open(false);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Call connect = new Call(Operation.Kind.CONNECT, here);
            connect.peer().set((InetSocketAddress) server.getLocalSocketAddress());
            loop.start(connect);
            there = server.accept();
            assertEnds(connect, Status.SUCCESS, 0);
        }
    }

    @AfterEach
    void close() throws IOException {
        here.close();
        there.close();
        loop.retire();
    }

    private static void until(String what, BooleanSupplier reached) {
        await(what)
                .dontCatchUncaughtExceptions()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(1))
                .until(reached::getAsBoolean);
    }

    private static void assertEnds(Call call, int status, int bytes) {
        until("the end", () -> call.ends > 0);
        assertThat(call.status).isEqualTo(status);
        assertThat(call.bytes).isEqualTo(bytes);
        assertThat(call.ends).isOne();
    }

    private Call start(Operation.Kind kind) {
        Call call = new Call(kind, here);
        call.addBlock(memory, 8);
        loop.start(call);
        return call;
    }

    private void assertWorks() throws IOException {
        Call receive = start(Operation.Kind.RECEIVE);
        there.getOutputStream().write(new byte[8]);
        assertEnds(receive, Status.SUCCESS, 8);
    }

    @Test
    void operationWithADefectEndsWithAStatus() throws IOException {
        Call bad = new Call(Operation.Kind.SEND, here);
        bad.blocks = 1; // which is missing
        bad.lengthen(8);
        loop.start(bad);
        assertEnds(bad, Status.INSUFFICIENT_RESOURCES, 0);
        assertWorks();
    }

    @Test
    void operationThatCannotBeTakenEndsWithAStatus() throws IOException {
        Call bad = new Call(Operation.Kind.SEND, here);
        bad.endpoint = null;
        loop.start(bad);
        assertEnds(bad, Status.INSUFFICIENT_RESOURCES, 0);
        assertWorks();
    }

    @Test
    void operationWhoseUserThrowsTakesNoOtherAlong() throws IOException {
        Thread.UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, t) -> {
            throw new OutOfMemoryError("there is none for the handler either");
        });
        try {
            Call bad =
                    new Call(Operation.Kind.SEND, here) {
                        @Override
                        protected void ended() {
                            super.ended();
                            throw new IllegalStateException("for a test");
                        }
                    };
            bad.addBlock(memory, 8);
            loop.start(bad);
            assertEnds(bad, Status.SUCCESS, 8);
            assertWorks();
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(handler);
        }
    }

    @Test
    void hopelessSelectorEndsWhatIsUnderWayAndRefusesWhatComes() throws IOException {
        Call receive = start(Operation.Kind.RECEIVE);
        until("it waits", () -> here.channel().isRegistered());
        loop.selector.close();
        assertEnds(receive, Status.INSUFFICIENT_RESOURCES, 0);
        for (int i = 0; i < 100; i++) {
            assertEnds(start(Operation.Kind.SEND), Status.INSUFFICIENT_RESOURCES, 0);
        }
    }

    @Test
    void timersOfAHopelessLoopRing() throws IOException {
        CountingTimer timer = new CountingTimer();
        Call receive = start(Operation.Kind.RECEIVE);
        loop.arm(timer, 100_000_000);
        until("it waits", () -> here.channel().isRegistered());
        loop.selector.close();
        assertEnds(receive, Status.INSUFFICIENT_RESOURCES, 0);
        until("a ring", () -> timer.rings() == 1);
        loop.arm(timer, 1_000_000);
        until("another", () -> timer.rings() == 2);
    }

    @Test
    void hopelessLoopEndsWhenItRetires() throws IOException {
        loop.selector.close();
        assertEnds(start(Operation.Kind.RECEIVE), Status.INSUFFICIENT_RESOURCES, 0);
        loop.retire();
        until(
                "the thread has ended",
                () ->
                        Thread.getAllStackTraces().keySet().stream()
                                .noneMatch(t -> t.getName().equals(name)));
    }
}
