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
import lapwing.engine.Address;
import lapwing.engine.Endpoint;
import lapwing.engine.Engine;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import lapwing.engine.choice.Engines;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * How often the fast path enters the kernel for its ring: what many connections do in the same
 * round goes out, and comes back, together. Counts do not jitter as times do.
 */
@Timeout(60)
class KernelEntriesTest {
    private static final int CONNECTIONS = 8;
    private static final int TIMES = 200;

    /** Entries of the loop's own thread, which helps out where the machine has held the test up. */
    private static final int SPARE = TIMES / 2;

    /** Counts its calls. */
    private static final class Counting extends Kernel {
        int calls;

        @Override
        long enter(CallMemory call, int fd, int count, int least, int flags, long arg, long size) {
            calls++;
            return super.enter(call, fd, count, least, flags, arg, size);
        }
    }

    /** An operation that says what follows it. */
    private final class Step extends Operation {
        Runnable then = () -> {};

        Step(Kind kind, Endpoint endpoint, boolean hasData) {
            this.kind = kind;
            this.endpoint = endpoint;
            if (hasData) {
                addBlock(memory, 64);
            }
        }

        void start() {
            moved = 0;
            loop.start(this);
        }

        @Override
        protected void ended() {
            if (!over) {
                assertThat(Integer.toHexString(status)).isEqualTo("0");
                then.run();
            }
        }
    }

    private final MemorySegment memory = Arena.ofAuto().allocate(64);
    private final Counting kernel = new Counting();
    private final List<Endpoint> opened = new ArrayList<>();
    private Engine engine;
    private RingLoop loop;
    private int done;
    private volatile boolean over;

    @BeforeEach
    void open() throws RingException {
        engine = Engines.current();
        assumeTrue(engine instanceof UringEngine, "io_uring is not to be had");
        loop = new RingLoop(Ring.open(kernel, 256, 4096, RingLayout.SETUP_COOP_TASKRUN), "counted");
        loop.begin();
    }

    @AfterEach
    void close() {
        if (loop != null) {
            opened.forEach(Endpoint::close);
            loop.lead().release();
            loop.retire();
        }
    }

    private Endpoint stream() {
        Engine.Opened result = new Engine.Opened();
        assertThat(engine.open(false, false, result)).isEqualTo(Status.SUCCESS);
        return closing(Objects.requireNonNull(result.endpoint));
    }

    private Endpoint closing(Endpoint endpoint) {
        opened.add(endpoint);
        return endpoint;
    }

    private Endpoint listener() {
        Endpoint listener = stream();
        listener.bind(
                new Address().set(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        assertThat(listener.listen(64)).isPositive();
        return listener;
    }

    /** Leads until all connections have gone through; the entries that this took. */
    private int leadToTheEnd() {
        int before = kernel.calls;
        done = 0;
        while (done < CONNECTIONS) {
            Adopter.round(loop);
        }
        return kernel.calls - before;
    }

    private void talk(Endpoint there) {
        assertThat(there.attempt(new Step(Operation.Kind.SEND, there, true))).isEqualTo(64);
    }

    @Test
    void echoesOfEightConnectionsTakeTwoEntries() {
        List<Endpoint> clients = new ArrayList<>();
        List<Connected> pairs = new ArrayList<>();
        Adopter.adopt(loop);
        for (int i = 0; i < CONNECTIONS; i++) {
            Connected pair = Connected.open(engine);
            pairs.add(pair);
            clients.add(pair.there());
            Step receive = new Step(Operation.Kind.RECEIVE, pair.here(), true);
            Step send = new Step(Operation.Kind.SEND, pair.here(), true);
            receive.then = send::start;
            send.then =
                    () -> {
                        done++;
                        receive.start();
                    };
            receive.start();
        }
        int entries = 0;
        for (int i = 0; i < TIMES; i++) {
            clients.forEach(this::talk);
            entries += leadToTheEnd();
            for (Endpoint client : clients) {
                Step answer = new Step(Operation.Kind.RECEIVE, client, true);
                assertThat(client.attempt(answer)).isEqualTo(64);
            }
        }
        assertThat(entries).isLessThan(2 * TIMES + SPARE);
        over = true;
        clients.forEach(Endpoint::close); // ends the receives
        pairs.forEach(Connected::close);
    }

    @Test
    void shortConnectionsOfEightClientsTakeThreeEntries() {
        Endpoint listener = listener();
        Address name = new Address();
        listener.localAddress(name);
        Adopter.adopt(loop);
        int entries = 0;
        for (int i = 0; i < TIMES; i++) {
            List<Endpoint> clients = new ArrayList<>();
            for (int k = 0; k < CONNECTIONS; k++) {
                Endpoint client = stream();
                ((UringEndpoint) client).connect(name);
                talk(client);
                clients.add(client);
                serve(listener);
            }
            entries += leadToTheEnd();
            clients.forEach(Endpoint::close);
        }
        assertThat(entries).isLessThan(3 * TIMES + SPARE);
    }

    /** Accepts one connection, takes its request, answers and closes. */
    private void serve(Endpoint listener) {
        Step accept = new Step(Operation.Kind.ACCEPT, listener, false);
        accept.then =
                () -> {
                    Endpoint here = closing(Objects.requireNonNull(accept.accepted));
                    Step receive = new Step(Operation.Kind.RECEIVE, here, true);
                    Step send = new Step(Operation.Kind.SEND, here, true);
                    receive.then = send::start;
                    send.then =
                            () -> {
                                loop.close(here);
                                done++;
                            };
                    receive.start();
                };
        accept.start();
    }

    @Test
    void eightConnectsWithDataTakeOneEntry() {
        Endpoint listener = listener();
        Adopter.adopt(loop);
        int entries = 0;
        for (int i = 0; i < TIMES; i++) {
            for (int k = 0; k < CONNECTIONS; k++) {
                Step connect = new Step(Operation.Kind.CONNECT, stream(), true);
                listener.localAddress(connect.peer());
                connect.then = () -> done++;
                connect.start();
            }
            entries += leadToTheEnd();
            for (int k = 0; k < CONNECTIONS; k++) {
                Step accept = new Step(Operation.Kind.ACCEPT, listener, false);
                assertThat(listener.attempt(accept)).isEqualTo(Status.SUCCESS);
                Objects.requireNonNull(accept.accepted).close();
            }
            opened.removeIf(each -> each != listener && closed(each));
        }
        assertThat(entries).isLessThan(TIMES + SPARE);
    }

    private static boolean closed(Endpoint endpoint) {
        endpoint.close();
        return true;
    }
}
