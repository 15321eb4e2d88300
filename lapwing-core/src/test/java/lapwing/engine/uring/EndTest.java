package lapwing.engine.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import lapwing.engine.Address;
import lapwing.engine.Endpoint;
import lapwing.engine.Engine;
import lapwing.engine.Loop;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import lapwing.engine.TcpInfo;
import lapwing.engine.choice.Engines;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sends with the end of the stream behind them. The test's thread leads the loop. */
@Timeout(30)
class EndTest {
    /** {@code tcpi_segs_in} of Linux' {@code struct tcp_info}. */
    private static final long SEGMENTS_IN = 140;

    private static final int LARGE = 64 << 20;

    private static final class Call extends Operation {
        int ends;

        Call(Kind kind, Endpoint endpoint) {
            this.kind = kind;
            this.endpoint = endpoint;
        }

        @Override
        protected void ended() {
            ends++;
        }
    }

    private final Arena arena = Arena.ofShared();
    private final Engine engine;
    private final Loop loop;
    private final Endpoint listener;
    private final Endpoint sender;
    private @Nullable Endpoint accepted;

    EndTest() {
        assumeTrue(Engines.current() instanceof UringEngine, "io_uring is not to be had");
        engine = Engines.current();
        loop = engine.ownLoop();
        listener = open();
        sender = open();
    }

    /** Connects the two; on the thread of the test, which leads the loop from then on. */
    private Endpoint connect() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        loop.lead().adopt();
        while (!loop.lead().isCallers()) {
            assertThat(System.nanoTime()).as("adopting").isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
        Address address =
                new Address().set(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        assertThat(listener.bind(address)).isEqualTo(Status.SUCCESS);
        assertThat(listener.listen(1)).isEqualTo(1);
        Call connect = new Call(Operation.Kind.CONNECT, sender);
        listener.localAddress(connect.peer());
        loop.start(connect);
        leadUntilEnded(connect);
        Call accept = new Call(Operation.Kind.ACCEPT, listener);
        loop.start(accept);
        leadUntilEnded(accept);
        accepted = Objects.requireNonNull(accept.accepted);
        return accepted;
    }

    @AfterEach
    void close() {
        listener.close();
        sender.close();
        if (accepted != null) {
            accepted.close();
        }
        loop.retire();
        arena.close();
    }

    private Endpoint open() {
        Engine.Opened opened = new Engine.Opened();
        assertThat(engine.open(false, false, opened)).isEqualTo(Status.SUCCESS);
        return Objects.requireNonNull(opened.endpoint);
    }

    private void leadUntilEnded(Call call) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (call.ends == 0) {
            assertThat(loop.lead().round(TimeUnit.SECONDS.toNanos(1))).as("leads").isTrue();
            assertThat(System.nanoTime()).as("waiting for the end").isLessThan(end);
        }
        assertThat(call.ends).isOne();
    }

    private Call send(MemorySegment data) {
        Call send = new Call(Operation.Kind.SEND, sender);
        send.addBlock(data, (int) data.byteSize());
        loop.start(send);
        return send;
    }

    private static int segmentsIn(Endpoint receiver) {
        assertThat(receiver.tcpInfo(new TcpInfo())).isEqualTo(Status.SUCCESS);
        try (CallMemory call = CallMemory.take()) { // the same again: this is a platform thread
            return call.scratch.memory.get(
                    ValueLayout.JAVA_INT_UNALIGNED, Scratch.CONTROL + SEGMENTS_IN);
        }
    }

    /** Receives to the end; the number of bytes. */
    private int drain(Endpoint receiver) {
        int sum = 0;
        MemorySegment block = arena.allocate(1 << 20);
        Call receive;
        do {
            receive = new Call(Operation.Kind.RECEIVE, receiver);
            receive.addBlock(block, 1 << 20);
            loop.start(receive);
            leadUntilEnded(receive);
            assertThat(receive.status).isEqualTo(Status.SUCCESS);
            sum += receive.bytes;
        } while (receive.bytes > 0);
        return sum;
    }

    @Test
    void dataAndCloseGoOutInOneSegment() {
        Endpoint receiver = connect();
        int before = segmentsIn(receiver);
        Call send = send(arena.allocate(64));
        assertThat(loop.closeBehind(send, sender)).isTrue();
        leadUntilEnded(send);
        assertThat(send.status).isEqualTo(Status.SUCCESS);
        assertThat(send.bytes).isEqualTo(64);
        assertThat(drain(receiver)).isEqualTo(64);
        assertThat(segmentsIn(receiver) - before).isOne();
    }

    @Test
    void dataAndShutdownGoOutInOneSegment() {
        Endpoint receiver = connect();
        int before = segmentsIn(receiver);
        Call send = send(arena.allocate(64));
        loop.endFollows(send);
        leadUntilEnded(send);
        assertThat(sender.shutdown(false, true)).isEqualTo(Status.SUCCESS);
        assertThat(drain(receiver)).isEqualTo(64);
        assertThat(segmentsIn(receiver) - before).isOne();
    }

    @Test
    void whatDoesNotFitIsGivenUpAndTheDescriptorClosedAllTheSame() {
        MemorySegment data = arena.allocate(LARGE);
        Endpoint receiver = connect();
        Call send = send(data);
        assertThat(loop.closeBehind(send, sender)).isTrue();
        leadUntilEnded(send); // nobody reads meanwhile
        assertThat(send.bytes).isBetween(1, LARGE - 1);
        assertThat(drain(receiver)).isEqualTo(send.bytes); // and then the end
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void onlyTheSendStartedLastCanBeClosedBehind(boolean shown) {
        Endpoint receiver = connect();
        Call send = send(arena.allocate(64));
        if (shown) {
            loop.lead().round(0); // it is with the kernel now
        } else {
            Call receive = new Call(Operation.Kind.RECEIVE, receiver);
            receive.addBlock(arena.allocate(64), 64);
            loop.start(receive);
        }
        assertThat(loop.closeBehind(send, sender)).isFalse();
        leadUntilEnded(send);
        assertThat(sender.localAddress(new Address())).as("open").isEqualTo(Status.SUCCESS);
    }
}
