package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The life of a server's socket: AcceptEx, echo, DisconnectEx with reuse, and again (D18). */
class ReuseTest extends WinsockContract {
    private static final int SOCKETS = 8;
    private static final int WARM_UP = 300;
    private static final long STOP = -7;

    /** One prepared socket on its way round and round. */
    private final class Way extends Overlapped {
        final SocketHandle socket = socket();
        final Io data = new Io(64 + 2 * AREA);
        final WsaBuf[] answer = {new WsaBuf()};
        final SocketHandle listener;
        int stage;

        Way(SocketHandle listener) {
            this.listener = listener;
        }

        /** Takes the next step, given the bytes of the last one. */
        void step(int bytes) {
            int now = stage;
            stage = (stage + 1) % 3; // before the start: another thread may take the next step
            boolean begun =
                    switch (now) {
                        case 0 ->
                                ACCEPT_EX.call(
                                        listener, socket, data.memory, 64, AREA, AREA, null, this);
                        case 1 -> {
                            answer[0].set(data.memory, bytes);
                            yield Winsock.WSASend(socket, answer, 1, null, 0, this, null) == 0;
                        }
                        default -> DISCONNECT_EX.call(socket, this, Constants.TF_REUSE_SOCKET, 0);
                    };
            assertStarts(begun ? 0 : Winsock.WSAGetLastError());
        }
    }

    @ParameterizedTest // D18 D28 P31, and nothing grows: descriptors, threads
    @CsvSource({"1,1,false", "0,1,false", "0,3,false", "0,3,true"})
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void cyclesOfReuseLeaveNothingBehind(int concurrency, int threads, boolean virtual)
            throws Exception {
        int cycles = LONG ? 100_000 : 3_000;
        CompletionPort port = port(concurrency);
        SocketHandle listener = listener();
        associate(listener, port, 1);
        for (int i = 0; i < SOCKETS; i++) {
            Way way = new Way(listener);
            associate(way.socket, port, 2);
            way.step(0);
        }
        AtomicInteger steps = new AtomicInteger();
        List<Worker<Void>> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            workers.add(
                    onThread(
                            virtual,
                            () -> {
                                for (Packet p = next(port); p.key() != STOP; p = next(port)) {
                                    assertThat(p.ok()).as(p::toString).isTrue();
                                    ((Way) p.overlapped()).step(p.bytes());
                                    steps.incrementAndGet();
                                }
                                return null;
                            }));
        }
        int files = 0;
        Set<String> names = Set.of();
        for (int i = 0; i < cycles + WARM_UP; i++) {
            if (i == WARM_UP) {
                until("at rest", () -> steps.get() == 3 * WARM_UP);
                files = openFiles();
                names = threadNames();
            }
            try (Socket client = new Socket()) {
                client.connect(name(listener).toInetSocketAddress(), LIMIT);
                client.setSoTimeout(LIMIT);
                byte[] text = "cycle %08d".formatted(i).getBytes(StandardCharsets.US_ASCII);
                client.getOutputStream().write(text);
                assertThat(client.getInputStream().readAllBytes()).isEqualTo(text);
            }
        }
        until("at rest", () -> steps.get() == 3 * (cycles + WARM_UP));
        int most = files;
        until("no more descriptors than before", () -> openFiles() <= most);
        assertThat(names).containsAll(threadNames());
        for (int i = 0; i < threads; i++) {
            post(port, STOP);
        }
        for (Worker<Void> worker : workers) {
            worker.result();
        }
        assertEmpty(port);
    }
}
