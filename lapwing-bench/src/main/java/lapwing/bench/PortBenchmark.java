package lapwing.bench;

import static lapwing.winsock.Constants.INFINITE;
import static lapwing.winsock.Kernel32.*;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import lapwing.winsock.CompletionPort;
import lapwing.winsock.IntRef;
import lapwing.winsock.LongRef;
import lapwing.winsock.Overlapped;
import lapwing.winsock.OverlappedEntry;
import lapwing.winsock.Ref;
import lapwing.winsock.SocketHandle;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a completion packet costs on its way through a port, without any I/O. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class PortBenchmark {
    private static final int BATCH = 64;

    private static CompletionPort open() {
        return Objects.requireNonNull(
                CreateIoCompletionPort(SocketHandle.INVALID_SOCKET, null, 0, 0));
    }

    /** A port and the places its packets are dequeued into. */
    @State(Scope.Thread)
    public static class Port {
        final CompletionPort port = open();
        final IntRef bytes = new IntRef();
        final LongRef key = new LongRef();
        final Ref<Overlapped> overlapped = new Ref<>();
        final OverlappedEntry[] entries = OverlappedEntry.array(BATCH);

        boolean take() {
            return GetQueuedCompletionStatus(port, bytes, key, overlapped, INFINITE);
        }
    }

    /** Another thread that sends each packet back through a port of its own. */
    @State(Scope.Thread)
    public static class Echo extends Port {
        final Port there = new Port();
        final Thread thread =
                new Thread(() -> {
                    while (there.take()) {
                        PostQueuedCompletionStatus(port, 0, there.key.value, null);
                    }
                });

        /** Starts it. */
        @Setup
        public void start() {
            thread.start();
        }

        /** Ends it: a closed port gives up its waiters. */
        @TearDown
        public void stop() throws InterruptedException {
            CloseHandle(there.port);
            thread.join();
        }
    }

    /** Posting a packet and taking it again, one thread: the queue itself. */
    @Benchmark
    public boolean postAndTake(Port state) {
        PostQueuedCompletionStatus(state.port, 1, 2, null);
        return state.take();
    }

    /** The same with 64 packets taken by one call, per packet. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int postAndTakeMany(Port state) {
        for (int i = 0; i < BATCH; i++) {
            PostQueuedCompletionStatus(state.port, 1, 2, null);
        }
        GetQueuedCompletionStatusEx(state.port, state.entries, BATCH, state.bytes, INFINITE, false);
        return state.bytes.value;
    }

    /** Handing a packet to a thread that waits: there and back, two wake-ups. */
    @Benchmark
    public boolean handOverAndBack(Echo state) {
        PostQueuedCompletionStatus(state.there.port, 0, 1, null);
        return state.take();
    }
}
