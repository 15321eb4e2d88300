package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import lapwing.engine.choice.Engines;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In steady state a connection allocates what dies with it, and nothing else. */
class ConnectionAllocationTest extends ProgramContract {
    private static final int CONNECTIONS = 10;
    private static final int MOST_WINDOWS = 80;

    /** Rounds that are counted at a time. */
    private static final int FEW = 100;

    /**
     * A downcall that captures errno allocates a slice of so many bytes until the compiler has got
     * rid of it, and where it does not inline the call for ever.
     */
    private static final long SLICE = 40;

    /** The arguments of AcceptEx, the descriptor, the connection, its peer. */
    private static final Map<String, Long> ACCEPTED =
            Map.of("AcceptBuffer", 1L, "UringEndpoint", 1L, "Connection", 1L, "Address", 1L);

    /** What serving a round has allocated. */
    private long served;

    @BeforeEach
    void assumeRings() {
        assumeTrue(Engines.current().name().equals("uring"), "the selector engine promises less");
    }

    @Override
    void serve(CompletionPort port, List<Program> programs, int each) {
        long start = AllocatedBytes.by(Thread.currentThread());
        long before = AllocatedBytes.by(Thread.currentThread());
        super.serve(port, programs, each);
        long question = before - start; // what it takes to ask
        served += AllocatedBytes.by(Thread.currentThread()) - before - question;
    }

    /**
     * Asserts what a connection makes on the fast path: these objects of ours, and nothing else but
     * a slice for each system call.
     */
    private void assertMakes(Kind kind, int calls, Map<String, Long> objects) throws Exception {
        onThread(
                        () -> {
                            CompletionPort port = port(1);
                            lead(port);
                            Round round = kind.open(port, CONNECTIONS);
                            repeat(FEW, round);
                            assertThat(made(round)).isEqualTo(objects);
                            Histogram sizes = Histogram.ofAll();
                            long most = calls * SLICE;
                            for (Map.Entry<String, Long> each : objects.entrySet()) {
                                most += each.getValue() * sizes.of(each.getKey()).each();
                            }
                            assertThat(bytes(round, most)).isLessThanOrEqualTo(most);
                            return null;
                        })
                .result();
    }

    /** The objects of our classes that each connection makes. */
    private static Map<String, Long> made(Round round) throws Exception {
        for (int i = 0; i < MOST_WINDOWS; i++) {
            WeakReference<Object> witness = new WeakReference<>(new Object());
            Histogram before = Histogram.ofAll();
            repeat(FEW, round);
            Histogram after = Histogram.ofAll();
            if (witness.get() != null) { // nothing was collected meanwhile
                return after.more(before, FEW * CONNECTIONS);
            }
        }
        throw new AssertionError("collections all the time");
    }

    /** The bytes that each connection makes, in the first window with as few, or the best. */
    private long bytes(Round round, long few) throws IOException {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < MOST_WINDOWS && best > few; i++) {
            served = 0;
            repeat(FEW, round);
            best = Math.min(best, served / (FEW * CONNECTIONS));
        }
        return best;
    }

    @Test
    void echoMakesNothing() throws Exception {
        assertMakes(this::echoes, 3, Map.of());
    }

    @Test
    void shortConnectionOnAReusedSocketMakesAConnection() throws Exception {
        assertMakes(this::visits, 6, ACCEPTED);
    }

    @Test
    void shortConnectionOnANewSocketMakesTheSocketAsWell() throws Exception {
        Map<String, Long> objects = new TreeMap<>(ACCEPTED);
        objects.putAll(Map.of("SocketHandle", 1L, "Socket", 1L, "RequestQueue", 2L));
        assertMakes(this::guests, 3, objects);
    }

    @Test
    void dialOnAReusedSocketMakesAConnection() throws Exception {
        assertMakes(this::dials, 9, Map.of("Connection", 1L, "Address", 1L));
    }
}
