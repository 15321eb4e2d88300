package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import lapwing.socket.Request;
import lapwing.socket.RequestQueue;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of one socket that wait for each other, many of them. */
class RequestQueueTest extends WinsockContract {
    private static final int MANY = 80_000;

    /** A hundred times what it takes, and a fourth of what a walk through the queue would take. */
    private static final Duration SOON = Duration.ofSeconds(5);

    @Test
    void whoLeavesIsTakenOutWhereverItStands() {
        Request a = new OverlappedRequest(new Overlapped());
        Request b = new OverlappedRequest(new Overlapped());
        Request c = new OverlappedRequest(new Overlapped());
        RequestQueue queue = new RequestQueue();
        assertThat(queue.add(a)).isTrue();
        assertThat(queue.add(b)).isFalse();
        queue.add(c);
        assertThat(queue.first()).isSameAs(a);
        assertThat(queue.last()).isSameAs(c);
        assertThat(queue.remove(b)).isTrue();
        assertThat(queue.remove(b)).isFalse();
        assertThat(a.behind).isSameAs(c);
        assertThat(new RequestQueue().remove(a)).isFalse();
        queue.remove(a);
        assertThat(queue.first()).isSameAs(c);
        assertThat(queue.size()).isEqualTo(1);
        queue.remove(c);
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.last()).isNull();
    }

    @ParameterizedTest // no walk through the queue for each
    @ValueSource(strings = {"cancel", "close"})
    void manyReceivesEndAtOnce(String how) throws Exception {
        CompletionPort port = port(0);
        Pair pair = pair(port, 1);
        List<Io> all = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            Io io = new Io(0);
            all.add(io);
            assertPends(receive(pair.server(), io));
        }
        endSoon(pair, how, port);
        all.forEach(io -> assertThat(io.hasCompleted()).isTrue());
    }

    @Test // no walk through the queue for each
    void manySendsEndAtOnce() throws Exception {
        CompletionPort port = port(0);
        Pair pair = pair(port, 1);
        MemorySegment memory = Arena.ofAuto().allocate(8 << 20);
        WsaBuf[] much = {new WsaBuf(memory)};
        for (int i = 0; i < MANY; i++) {
            Overlapped send = new Overlapped();
            assertThat(Winsock.WSASend(pair.server(), much, 1, null, 0, send, null)).isEqualTo(-1);
        }
        endSoon(pair, "cancel", port);
    }

    private static void endSoon(Pair pair, String how, CompletionPort port) throws IOException {
        Assertions.assertTimeout(
                SOON,
                () -> {
                    if (how.equals("cancel")) {
                        assertThat(Kernel32.CancelIoEx(pair.server(), null)).isTrue();
                    } else {
                        assertSucceeds(Winsock.closesocket(pair.server()));
                    }
                });
        int succeeded = 0; // a send that had moved a part says so
        for (int i = 0; i < MANY; i++) {
            succeeded += next(port).ok() ? 1 : 0;
        }
        assertThat(succeeded).isLessThanOrEqualTo(1);
        assertEmpty(port);
    }
}
