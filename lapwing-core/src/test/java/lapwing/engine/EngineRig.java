package lapwing.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * What the cases of {@link EngineContract} and {@link EndpointContract} are written in: endpoints,
 * operations that can be waited for, and a loop for each test. Endpoints end with the test, and so
 * does what is under way on them.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class EngineRig {
    /** The longest wait for something that has to come, milliseconds. */
    static final int LIMIT = 20_000;

    /** More than the buffers of both ends take, so that a send of it has to wait. */
    static final int LARGE = 32 << 20;

    /** Both ends of a connection. */
    record Pair(Endpoint here, Endpoint there) {}

    /** An operation that tells its ends. */
    static class Call extends Operation {
        private final Semaphore ends = new Semaphore(0);

        /** Started and not waited for. */
        private volatile boolean outstanding;

        Call(Kind kind, Endpoint endpoint) {
            this.kind = kind;
            this.endpoint = endpoint;
        }

        /** Adds memory to receive into. */
        Call room(int length) {
            addBlock(Arena.ofAuto().allocate(Math.max(length, 1)), length);
            return this;
        }

        Call text(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            MemorySegment block = Arena.ofAuto().allocate(bytes.length);
            addBlock(block.copyFrom(MemorySegment.ofArray(bytes)), bytes.length);
            return this;
        }

        Call to(Address address) {
            peer().set(address);
            return this;
        }

        Call with(byte flags) {
            this.flags = flags;
            return this;
        }

        /** What the blocks hold, as far as bytes were transferred. */
        String text() {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < blocks; i++) {
                int length = Math.min(length(i), bytes - all.length());
                byte[] part = memory(i).asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
                all.append(new String(part, StandardCharsets.US_ASCII));
            }
            return all.toString();
        }

        @Override
        protected void ended() {
            ends.release();
        }

        boolean hasEnded() {
            return ends.availablePermits() > 0;
        }

        /** Waits for the end. */
        Call end() {
            try {
                assertThat(ends.tryAcquire(LIMIT, TimeUnit.MILLISECONDS))
                        .as(kind + " ends")
                        .isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted while waiting for " + kind, e);
            }
            outstanding = false;
            assertThat(ends.availablePermits()).as("further ends").isZero();
            return this;
        }

        void assertEnds(int bytes) {
            end();
            assertThat(Integer.toHexString(status)).isEqualTo("0");
            assertThat(this.bytes).isEqualTo(bytes);
        }

        void assertFails(int status) {
            end();
            assertThat(Integer.toHexString(this.status)).isEqualTo(Integer.toHexString(status));
        }
    }

    private final Deque<Endpoint> opened = new ArrayDeque<>();
    private final Deque<Call> started = new ArrayDeque<>();
    private Engine engine;
    private Loop loop;

    /** The engine under test, a new one; called once. */
    protected abstract Engine openEngine();

    @BeforeAll
    final void open() {
        engine = openEngine();
    }

    @AfterAll
    final void retire() {
        if (engine != null) {
            engine.commonLoop().retire();
        }
    }

    @BeforeEach
    final void begin() {
        loop = engine.ownLoop();
        assertThat(loop).isNotSameAs(engine.commonLoop());
    }

    @AfterEach
    final void end() {
        List<Call> calls = List.copyOf(started);
        List<Endpoint> endpoints = List.copyOf(opened);
        started.clear();
        opened.clear();
        for (Call call : calls) {
            if (call.outstanding) {
                loop.cancel(call);
                call.end();
            }
        }
        endpoints.forEach(Endpoint::close);
        loop.retire();
        until("the end of the loop", loop::isOver);
    }

    final Engine engine() {
        return engine;
    }

    final Loop loop() {
        return loop;
    }

    static void until(String what, BooleanSupplier reached) {
        await(what)
                .pollInSameThread() // which may lead the loop
                .atMost(Duration.ofMillis(LIMIT))
                .pollInterval(Duration.ofMillis(1))
                .until(reached::getAsBoolean);
    }

    /** Leads for one round if the engine lends the lead; always true. */
    final boolean led(long nanos) {
        if (loop.lead().isCallers()) {
            loop.lead().round(nanos);
        }
        return true;
    }

    /** Gives the lead back to the loop's own thread. */
    final void letGo() {
        loop.lead().release();
        led(0); // only the leader itself lets go
    }

    // ---- endpoints ----

    static void assertSucceeds(int result) {
        assertThat(Integer.toHexString(Math.min(result, 0))).isEqualTo("0");
    }

    static void assertFails(int result, int status) {
        assertThat(Integer.toHexString(result)).isEqualTo(Integer.toHexString(status));
    }

    final Endpoint closing(Endpoint endpoint) {
        opened.addFirst(endpoint);
        return endpoint;
    }

    final Endpoint open(boolean v6, boolean datagrams) {
        Engine.Opened result = new Engine.Opened();
        assertSucceeds(engine.open(v6, datagrams, result));
        return closing(Objects.requireNonNull(result.endpoint));
    }

    final Endpoint stream() {
        return open(false, false);
    }

    static Address loopback(int port) {
        return new Address().set(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    static Address name(Endpoint endpoint) {
        Address name = new Address();
        assertSucceeds(endpoint.localAddress(name));
        return name;
    }

    static Endpoint bound(Endpoint endpoint) {
        assertSucceeds(endpoint.bind(loopback(0)));
        return endpoint;
    }

    final Endpoint datagrams() {
        return bound(open(false, true));
    }

    final Endpoint listener() {
        Endpoint listener = bound(stream());
        assertSucceeds(listener.listen(16));
        return listener;
    }

    final Pair pair() {
        Endpoint listener = listener();
        Endpoint here = stream();
        Call accept = accept(listener);
        connect(here, name(listener)).assertEnds(0);
        return new Pair(here, accepted(accept));
    }

    final Endpoint accepted(Call accept) {
        accept.assertEnds(0);
        Endpoint accepted = closing(Objects.requireNonNull(accept.accepted));
        accept.accepted = null;
        return accepted;
    }

    // ---- operations ----

    final <T extends Call> T start(T call) {
        started.add(call);
        ((Call) call).outstanding = true;
        call.moved = 0;
        loop.start(call);
        return call;
    }

    final Call accept(Endpoint listener) {
        return start(new Call(Operation.Kind.ACCEPT, listener));
    }

    final Call connect(Endpoint endpoint, Address to) {
        return start(new Call(Operation.Kind.CONNECT, endpoint).to(to));
    }

    final Call receive(Endpoint endpoint, int length) {
        return start(new Call(Operation.Kind.RECEIVE, endpoint).room(length));
    }

    final Call send(Endpoint endpoint, String text) {
        return start(new Call(Operation.Kind.SEND, endpoint).text(text));
    }

    /** A send that has to wait for the other end to receive. */
    final Call sendLarge(Endpoint endpoint) {
        return start(new Call(Operation.Kind.SEND, endpoint).room(LARGE));
    }

    /** Receives to the end of the stream; how many bytes came. */
    final long drain(Endpoint endpoint) {
        long sum = 0;
        Call receive = new Call(Operation.Kind.RECEIVE, endpoint).room(1 << 20);
        do {
            start(receive).end();
            assertSucceeds(receive.status);
            sum += receive.bytes;
        } while (receive.bytes > 0);
        return sum;
    }
}
