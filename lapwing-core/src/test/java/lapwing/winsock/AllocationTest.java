package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.lang.reflect.Method;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import lapwing.engine.choice.Engines;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * In steady state an operation allocates nothing (design §4, uring-facts F35), and a connection
 * what dies with it.
 */
class AllocationTest extends ProgramContract {
    private static final int CONNECTIONS = 10;
    private static final int ECHOES = 100_000;
    private static final int WINDOWS = 8;
    private static final int MOST_WINDOWS = 80;
    private static final long MOST_BYTES = 65_536;
    private static final long STOP = -3;

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

    /** By reflection: the module itself does not read {@code jdk.management}. */
    private static final Object THREADS;

    private static final Method ALLOCATED;

    static {
        try {
            THREADS =
                    Class.forName("java.lang.management.ManagementFactory")
                            .getMethod("getThreadMXBean")
                            .invoke(null);
            ALLOCATED =
                    Class.forName("com.sun.management.ThreadMXBean")
                            .getMethod("getThreadAllocatedBytes", long.class);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("bytes allocated", e);
        }
    }

    /** What serving a round has allocated. */
    private long served;

    @BeforeEach
    void assumeRings() {
        assumeTrue(Engines.current().name().equals("uring"), "the selector engine promises less");
    }

    private static void serve(CompletionPort port) {
        IntRef bytes = new IntRef();
        LongRef key = new LongRef();
        Ref<Overlapped> overlapped = new Ref<>();
        while (Kernel32.GetQueuedCompletionStatus(port, bytes, key, overlapped, LIMIT)
                && key.value != STOP) {
            ((Program) overlapped.value).step();
        }
    }

    private static void serveMany(CompletionPort port) {
        OverlappedEntry[] entries = OverlappedEntry.array(64);
        IntRef count = new IntRef();
        while (Kernel32.GetQueuedCompletionStatusEx(port, entries, 64, count, LIMIT, false)) {
            for (int i = 0; i < count.value; i++) {
                if (entries[i].lpCompletionKey == STOP) {
                    return;
                }
                ((Program) entries[i].lpOverlapped).step();
            }
        }
    }

    /**
     * Bytes allocated during the best 100,000 echoes in a row by the engine's threads, and by the
     * server's if it {@code counts}. The steady state, without slices, has to be waited for.
     */
    private long measure(int concurrency, boolean many, boolean counts) throws Exception {
        CompletionPort port = port(concurrency);
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            Pair pair = pair(port, i);
            clients.add(pair.client());
            new Program.Echo(pair.server()).step();
        }
        Worker<Void> server =
                onThread(() -> {
                    if (many) {
                        serveMany(port);
                    } else {
                        serve(port);
                    }
                    return null;
                });
        Thread counted = counts ? server.thread : null;
        Deque<Long> windows = new ArrayDeque<>();
        long sum = Long.MAX_VALUE;
        for (int i = 0; i < MOST_WINDOWS && sum >= MOST_BYTES; i++) {
            long before = allocated(counted);
            echo(clients, ECHOES / WINDOWS);
            windows.add(allocated(counted) - before);
            if (windows.size() > WINDOWS) {
                windows.remove();
            }
            if (windows.size() == WINDOWS) {
                sum = windows.stream().mapToLong(Long::longValue).sum();
            }
        }
        post(port, STOP);
        server.result();
        return sum;
    }

    private static void echo(List<Socket> clients, int count) throws Exception {
        byte[] block = new byte[Program.BLOCK];
        for (int i = 0; i < count; i += CONNECTIONS) {
            for (Socket client : clients) {
                client.getOutputStream().write(block);
            }
            for (Socket client : clients) {
                if (client.getInputStream().readNBytes(block, 0, block.length) != block.length) {
                    throw new AssertionError("end of the stream");
                }
            }
        }
    }

    private static long allocated(Thread counted) {
        long sum = 0;
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread == counted || thread.getName().startsWith("lapwing-ring")) {
                sum += allocatedBy(thread);
            }
        }
        return sum;
    }

    private static long allocatedBy(Thread thread) {
        try {
            return (long) ALLOCATED.invoke(THREADS, thread.threadId());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("bytes allocated", e);
        }
    }

    @Test
    void leaderThatDequeuesManyAllocatesNothing() throws Exception {
        assertThat(measure(1, true, true)).isLessThan(MOST_BYTES);
    }

    @Test
    void leaderThatDequeuesOneByOneAllocatesNothing() throws Exception {
        assertThat(measure(1, false, true)).isLessThan(MOST_BYTES);
    }

    @Test
    void ringThreadThatServesWaitersAllocatesNothing() throws Exception {
        assertThat(measure(0, true, false)).isLessThan(MOST_BYTES);
    }

    @Test
    void waiterThatParksAllocatesNothing() throws Exception {
        assertThat(measure(2, false, true)).isLessThan(MOST_BYTES);
    }

    // ---- connections ----

    @Override
    void serve(CompletionPort port, List<Program> programs, int each) {
        long start = allocatedBy(Thread.currentThread());
        long before = allocatedBy(Thread.currentThread());
        super.serve(port, programs, each);
        long question = before - start; // what it takes to ask
        served += allocatedBy(Thread.currentThread()) - before - question;
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
