package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.reflect.Method;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import lapwing.engine.choice.Engines;
import org.junit.jupiter.api.Test;

/** In steady state an operation allocates nothing (design §4, uring-facts F35). */
class AllocationTest extends WinsockContract {
    private static final int CONNECTIONS = 10;
    private static final int ECHOES = 100_000;
    private static final int WINDOWS = 8;
    private static final int MOST_WINDOWS = 80;
    private static final long MOST_BYTES = 65_536;
    private static final long STOP = -3;

    /** A connection of the echo server: one block, received and sent in turn. */
    private static final class Echo extends Overlapped {
        final SocketHandle socket;
        final Io block = new Io(32);
        final IntRef flags = new IntRef();
        boolean received;

        Echo(SocketHandle socket) {
            this.socket = socket;
        }

        void step() {
            received = !received;
            int done =
                    received
                            ? Winsock.WSARecv(socket, block.buffers, 1, null, flags, this, null)
                            : Winsock.WSASend(socket, block.buffers, 1, null, 0, this, null);
            if (done != 0 && Winsock.WSAGetLastError() != WinsockError.ERROR_IO_PENDING) {
                throw new AssertionError("error " + Winsock.WSAGetLastError());
            }
        }
    }

    private static void serve(CompletionPort port) {
        IntRef bytes = new IntRef();
        LongRef key = new LongRef();
        Ref<Overlapped> overlapped = new Ref<>();
        while (Kernel32.GetQueuedCompletionStatus(port, bytes, key, overlapped, LIMIT)
                && key.value != STOP) {
            ((Echo) overlapped.value).step();
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
                ((Echo) entries[i].lpOverlapped).step();
            }
        }
    }

    /**
     * Bytes allocated during the best 100,000 echoes in a row by the engine's threads, and by the
     * server's if it {@code counts}. A downcall that captures errno allocates a slice (40 bytes)
     * until the compiler has got rid of it, so the steady state has to be waited for.
     */
    private long measure(int concurrency, boolean many, boolean counts) throws Exception {
        assumeTrue(Engines.current().name().equals("uring"), "the selector engine promises less");
        CompletionPort port = port(concurrency);
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            Pair pair = pair(port, i);
            clients.add(pair.client());
            new Echo(pair.server()).step();
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
        byte[] block = new byte[32];
        for (int i = 0; i < count; i += CONNECTIONS) {
            for (Socket client : clients) {
                client.getOutputStream().write(block);
            }
            for (Socket client : clients) {
                if (client.getInputStream().readNBytes(block, 0, 32) != 32) {
                    throw new AssertionError("end of the stream");
                }
            }
        }
    }

    /** By reflection: the module itself does not read {@code jdk.management}. */
    private static long allocated(Thread counted) throws ReflectiveOperationException {
        Object bean =
                Class.forName("java.lang.management.ManagementFactory")
                        .getMethod("getThreadMXBean")
                        .invoke(null);
        Method bytes =
                Class.forName("com.sun.management.ThreadMXBean")
                        .getMethod("getThreadAllocatedBytes", long.class);
        long sum = 0;
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread == counted || thread.getName().startsWith("lapwing-ring")) {
                sum += (long) bytes.invoke(bean, thread.threadId());
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
