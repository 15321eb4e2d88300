package lapwing.bench;

import static lapwing.winsock.Constants.*;
import static lapwing.winsock.Kernel32.*;

import java.net.InetSocketAddress;
import java.util.Objects;
import lapwing.winsock.CompletionPort;
import lapwing.winsock.ConnectEx;
import lapwing.winsock.DisconnectEx;
import lapwing.winsock.Extension;
import lapwing.winsock.IntRef;
import lapwing.winsock.OverlappedEntry;
import lapwing.winsock.Sockaddr;
import lapwing.winsock.SocketHandle;

/**
 * A client on the contract's fast path: C cycles at a time of ConnectEx with the block, the reply,
 * end of stream, DisconnectEx with reuse; against 127.0.0.1 to 127.0.0.8.
 */
final class LoadClient {
    private static final int ENTRIES = 256;
    private static final int TARGETS = 8;

    final int size;
    final boolean serverCloses;
    final ClientStatistics statistics = new ClientStatistics();
    final CompletionPort port =
            Objects.requireNonNull(CreateIoCompletionPort(SocketHandle.INVALID_SOCKET, null, 0, 1));
    final ConnectEx connectEx;
    final DisconnectEx disconnectEx;
    private final Sockaddr[] targets = new Sockaddr[TARGETS];
    private int next;

    private LoadClient(int size, boolean serverCloses, int at) {
        this.size = size;
        this.serverCloses = serverCloses;
        SocketHandle any = Call.tcp();
        connectEx = Extension.load(any, WSAID_CONNECTEX, ConnectEx.class);
        disconnectEx = Extension.load(any, WSAID_DISCONNECTEX, DisconnectEx.class);
        for (int i = 0; i < TARGETS; i++) {
            targets[i] = Sockaddr.of(new InetSocketAddress("127.0.0." + (i + 1), at));
        }
    }

    static void run(Arguments arguments) throws InterruptedException {
        LoadClient client =
                new LoadClient(
                        arguments.number("size", 64),
                        arguments.text("close", "server").equals("server"),
                        arguments.number("port", 9000));
        int cycles = arguments.number("conns", 64);
        Thread thread = new Thread(() -> client.loop(cycles), "client");
        thread.setDaemon(true);
        thread.start();
        client.statistics.window(arguments.seconds("warmup", 6), arguments.seconds("time", 3));
    }

    Sockaddr target() {
        return targets[next++ & (TARGETS - 1)];
    }

    private void loop(int cycles) {
        for (int i = 0; i < cycles; i++) {
            new ClientCycle(this).begin();
        }
        OverlappedEntry[] entries = OverlappedEntry.array(ENTRIES);
        IntRef removed = new IntRef();
        while (GetQueuedCompletionStatusEx(port, entries, ENTRIES, removed, INFINITE, false)) {
            for (int i = 0; i < removed.value; i++) {
                OverlappedEntry entry = entries[i];
                ClientCycle cycle = (ClientCycle) Objects.requireNonNull(entry.lpOverlapped);
                cycle.completed((int) entry.Internal, entry.dwNumberOfBytesTransferred);
            }
        }
    }
}
