package lapwing.engine.uring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import lapwing.engine.Address;
import lapwing.engine.Endpoint;
import lapwing.engine.Engine;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import lapwing.engine.choice.Engines;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The memory for calls that virtual threads share: how much it is, and whose at a time. */
@Timeout(60)
class CallPoolTest {
    private static final int THREADS = 100_000;

    /** One for each carrier and each stack, and some for carriers that stand in for others. */
    private static final int FEW = 8 * Runtime.getRuntime().availableProcessors() + 32;

    private final MemorySegment memory = Arena.ofAuto().allocate(8);
    private final List<Endpoint> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(Endpoint::close);
    }

    /** A stream, bound to a port of its own. */
    private Endpoint bound() {
        assumeTrue(Engines.current() instanceof UringEngine, "io_uring is not to be had");
        Engine.Opened result = new Engine.Opened();
        assertThat(Engines.current().open(false, false, result)).isEqualTo(Status.SUCCESS);
        Endpoint endpoint = Objects.requireNonNull(result.endpoint);
        opened.add(endpoint);
        assertThat(endpoint.bind(loopback())).isEqualTo(Status.SUCCESS);
        return endpoint;
    }

    private static Address loopback() {
        return new Address().set(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private static int port(Endpoint endpoint) {
        Address name = new Address();
        assertThat(endpoint.localAddress(name)).isEqualTo(Status.SUCCESS);
        return name.port;
    }

    @Test
    void hundredThousandVirtualThreadsShareAFewBlocks() throws Exception {
        Endpoint endpoint = bound();
        int port = port(endpoint);
        CountDownLatch called = new CountDownLatch(THREADS);
        CountDownLatch over = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(
                    Thread.startVirtualThread(() -> {
                        if (port(endpoint) == port && callsAreAnsweredAsTheyShould(endpoint)) {
                            called.countDown();
                        }
                        awaitQuietly(over);
                    }));
        }
        called.await();
        assertThat(CallPool.COMMON.made()).isBetween(1, FEW);
        over.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Each with an errno of its own. */
    private boolean callsAreAnsweredAsTheyShould(Endpoint endpoint) {
        Operation send = new Connected.Call(Operation.Kind.SEND, endpoint);
        send.addBlock(memory, 8);
        return endpoint.bind(loopback()) == Status.INVALID_PARAMETER
                && endpoint.attempt(send) == Status.CONNECTION_RESET
                && endpoint.peerAddress(new Address()) == Status.INVALID_CONNECTION;
    }

    @Test
    void noCallSeesWhatAnotherHasLeft() throws Exception {
        List<Future<Boolean>> results = new ArrayList<>();
        try (ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor();
                ExecutorService platform = Executors.newFixedThreadPool(2)) {
            for (int i = 0; i < 50; i++) {
                Endpoint endpoint = bound();
                int size = 10_000 + 100 * i;
                endpoint.set(Endpoint.Option.SEND_BUFFER, size);
                ExecutorService threads = i % 10 == 0 ? platform : virtual;
                results.add(threads.submit(() -> callsSeeTheirOwn(endpoint)));
            }
            for (Future<Boolean> result : results) {
                assertThat(result.get()).isTrue();
            }
        }
    }

    private boolean callsSeeTheirOwn(Endpoint endpoint) {
        int port = port(endpoint);
        int size = endpoint.get(Endpoint.Option.SEND_BUFFER);
        for (int i = 0; i < 500; i++) {
            if (port(endpoint) != port
                    || endpoint.get(Endpoint.Option.SEND_BUFFER) != size
                    || !callsAreAnsweredAsTheyShould(endpoint)) {
                return false;
            }
            LockSupport.parkNanos(1); // others get the carrier, and the block
        }
        return true;
    }

    @Test
    void blockHasOneOwnerAtATime() throws Exception {
        CallPool pool = new CallPool(3);
        AtomicIntegerArray owners = new AtomicIntegerArray(4);
        List<Future<?>> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 4; i++) {
                results.add(
                        threads.submit(() -> {
                            for (int k = 0; k < 50_000; k++) {
                                try (CallMemory call = pool.take()) {
                                    assertThat(owners.incrementAndGet(call.number)).isOne();
                                    owners.decrementAndGet(call.number);
                                }
                            }
                        }));
            }
            for (Future<?> result : results) {
                result.get();
            }
        }
        assertThat(pool.made()).isLessThanOrEqualTo(3);
    }

    @Test
    void whoFindsNoneWaitsForOne() throws Exception {
        CallPool pool = new CallPool(1);
        CallMemory only = pool.take();
        Thread other =
                Thread.startVirtualThread(() -> {
                    try (CallMemory call = pool.take()) {
                        assertThat(call).isSameAs(only);
                    }
                });
        assertThat(other.isAlive()).isTrue();
        only.close();
        other.join();
        assertThat(pool.take()).isSameAs(only);
        assertThat(pool.made()).isOne();
    }

    @Test // a server that makes 10,000 threads a second comes there in 60 hours
    void threadsBeyondAnIntHaveAStackAsWell() {
        for (long thread = (1L << 31) - 20; thread < (1L << 31) + 20; thread++) {
            assertThat(CallPool.stack(thread)).isBetween(1, 8);
        }
    }
}
