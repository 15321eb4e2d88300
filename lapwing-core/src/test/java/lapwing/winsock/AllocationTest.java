package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import lapwing.engine.choice.Engines;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In steady state an operation allocates nothing (design §4, uring-facts F35). */
class AllocationTest extends WinsockContract {
    private static final int CONNECTIONS = 10;
    private static final int ECHOES = 100_000;
    private static final int WINDOWS = 8;
    private static final int MOST_WINDOWS = 80;
    private static final long MOST_BYTES = 65_536;
    private static final long STOP = -3;

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
                sum += AllocatedBytes.by(thread);
            }
        }
        return sum;
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
}
