package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A client that sends urgent bytes, one by one, wakes whatever waits for the socket without there
 * being anything to receive. After 128 such wake-ups the kernel gives an operation that it has
 * armed a thread of its own, for as long as the client likes.
 */
class UrgentBytesTest extends WinsockContract {
    private static final long KEY = 6;
    private static final int URGENT = 150;

    @OnEachPort // O12 A35
    void endNothingAndTakeNoThread(PortKind kind) throws Exception {
        CompletionPort port = port(kind.concurrency);
        kind.lead(port);
        int workers = kernelWorkers();
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            pairs.add(pair(port, KEY));
        }
        Io plain = new Io(10);
        Io gathered = new Io(10);
        Io whole = new Io(10);
        Io nothing = new Io(0);
        Overlapped disconnect = new Overlapped();
        assertPends(receive(pairs.get(0).server(), plain));
        WsaBuf[] halves = {
            new WsaBuf().set(gathered.memory.asSlice(0, 5), 5),
            new WsaBuf().set(gathered.memory.asSlice(5, 5), 5)
        };
        assertPends(receive(pairs.get(1).server(), halves, gathered, 0));
        assertPends(receive(pairs.get(2).server(), whole.buffers, whole, Constants.MSG_WAITALL));
        assertPends(receive(pairs.get(3).server(), nothing));
        assertPends(disconnect(pairs.get(4).server(), disconnect));
        for (int i = 0; i < URGENT; i++) {
            for (Pair pair : pairs) {
                pair.client().sendUrgentData('!');
            }
            // a byte sent before the last one was looked at becomes data, also for a plain recv
            LockSupport.parkNanos(10_000_000);
        }
        assertEmpty(port);
        assertThat(kernelWorkers()).isLessThanOrEqualTo(workers);
        write(pairs.get(1).client(), "data");
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 4, KEY, gathered));
        cancel(port, pairs.get(0), plain);
        cancel(port, pairs.get(2), whole);
        cancel(port, pairs.get(3), nothing);
        cancel(port, pairs.get(4), disconnect);
    }

    private static int receive(SocketHandle s, WsaBuf[] buffers, Overlapped io, int flags) {
        boolean done =
                Winsock.WSARecv(s, buffers, buffers.length, null, new IntRef(flags), io, null) == 0;
        return done ? 0 : Winsock.WSAGetLastError();
    }

    private static void cancel(CompletionPort port, Pair pair, Overlapped overlapped) {
        assertThat(Kernel32.CancelIoEx(pair.server(), overlapped)).isTrue();
        assertThat(next(port))
                .isEqualTo(
                        new Packet(
                                false, WinsockError.ERROR_OPERATION_ABORTED, 0, KEY, overlapped));
    }
}
