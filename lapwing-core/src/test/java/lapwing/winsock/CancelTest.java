package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CancelIoEx against the completion, in every order: one end for each operation (O16, P31). */
class CancelTest extends WinsockContract {
    private static final long KEY = 5;

    /** Who is first; BOTH lets two threads try at once. */
    private enum Order {
        CANCEL,
        COMPLETION,
        BOTH;

        static Order of(int round) {
            return values()[round % 3];
        }

        void run(Action cancel, Action complete, WinsockContract test) throws Exception {
            switch (this) {
                case CANCEL -> {
                    cancel.run();
                    complete.run();
                }
                case COMPLETION -> {
                    complete.run();
                    cancel.run();
                }
                case BOTH -> {
                    CyclicBarrier start = new CyclicBarrier(2);
                    Worker<Void> other =
                            test.onThread(() -> {
                                start.await(LIMIT, TimeUnit.MILLISECONDS);
                                cancel.run();
                                return null;
                            });
                    start.await(LIMIT, TimeUnit.MILLISECONDS);
                    complete.run();
                    other.result();
                }
            }
        }
    }

    @FunctionalInterface
    private interface Action {
        void run() throws Exception;
    }

    private static void cancel(SocketHandle socket, Overlapped overlapped) {
        if (!Kernel32.CancelIoEx(socket, overlapped)) {
            assertThat(Kernel32.GetLastError()).isEqualTo(WinsockError.ERROR_NOT_FOUND);
        }
    }

    @OnEachPort // O12 O15 O16 P31
    void receiveEndsOnceAndNoByteIsLost(PortKind kind) throws Exception {
        CompletionPort port = port(kind.concurrency);
        Pair pair = pair(port, KEY);
        int cancelled = 0;
        int rounds = LONG ? 50_000 : 2_000;
        for (int i = 0; i < rounds; i++) {
            if (i % 20 == 0) {
                kind.lead(port);
            }
            Io io = new Io(1);
            assertStarts(receive(pair.server(), io));
            Order.of(i)
                    .run(
                            () -> cancel(pair.server(), io),
                            () -> pair.client().getOutputStream().write('x'),
                            this);
            Packet packet = next(port);
            assertThat(packet.overlapped()).isSameAs(io);
            assertThat(packet.key()).isEqualTo(KEY);
            if (packet.ok()) {
                assertThat(packet.bytes()).isEqualTo(1);
            } else {
                assertThat(packet.error()).isEqualTo(WinsockError.ERROR_OPERATION_ABORTED);
                assertThat(packet.bytes()).isZero();
                assertThat(Winsock.recv(pair.server(), new Io(2).memory, 2, 0)).isEqualTo(1);
                cancelled++;
            }
            assertEmpty(port);
        }
        assertThat(cancelled).as("both ends occur").isBetween(1, rounds - 1);
    }

    @ParameterizedTest // A35 A50 O16
    @CsvSource({"0,0", "1,0", "0,4", "1,4"})
    void acceptExEndsOnceAndItsSocketCanBeUsedAgain(int concurrency, int data) throws Exception {
        CompletionPort port = port(concurrency);
        SocketHandle listener = listener();
        associate(listener, port, KEY);
        for (int i = 0; i < (LONG ? 10_000 : 300); i++) {
            SocketHandle socket = socket();
            Io io = new Io(data + 2 * AREA);
            assertStarts(accept(listener, socket, io));
            Order.of(i)
                    .run(
                            () -> cancel(listener, io),
                            () -> client(listener).getOutputStream().write(new byte[4]),
                            this);
            Packet packet = next(port);
            assertThat(packet.overlapped()).isSameAs(io);
            if (!packet.ok()) {
                assertThat(packet.error()).isEqualTo(WinsockError.ERROR_OPERATION_ABORTED);
                // the client of the cancelled request may still be in the backlog: serve both
                client(listener).getOutputStream().write(new byte[4]);
                assertStarts(accept(listener, socket, io));
                assertThat(next(port)).isEqualTo(new Packet(true, 0, data, KEY, io));
                Io next = new Io(data + 2 * AREA);
                SocketHandle other = socket();
                assertStarts(accept(listener, other, next));
                cancel(listener, next);
                assertThat(next(port).overlapped()).isSameAs(next);
                Winsock.closesocket(other);
            }
            assertEmpty(port);
            Winsock.closesocket(socket);
        }
    }

    @OnEachPort // O16: a client wakes one of those that wait for it, perhaps the cancelled one
    void clientThatMeetsACancelIsServedByWhoeverIsLeft(PortKind kind) throws Exception {
        CompletionPort port = port(kind.concurrency);
        SocketHandle listener = listener();
        associate(listener, port, KEY);
        for (int i = 0; i < (LONG ? 2_000 : 60); i++) {
            kind.lead(port);
            Io[] ios = {new Io(2 * AREA), new Io(2 * AREA), new Io(2 * AREA)};
            for (Io io : ios) {
                assertPends(accept(listener, socket(), io));
            }
            assertEmpty(port); // and the engine has them
            Worker<Socket> client = onThread(() -> client(listener));
            while (!client.isDone()) {
                Thread.onSpinWait(); // a wait in the kernel would end the accept first
            }
            cancel(listener, ios[0]);
            Packet first = next(port);
            Packet second = first.ok() ? first : next(port);
            assertThat(second.ok()).as(second::toString).isTrue();
            assertThat(Kernel32.CancelIoEx(listener, null)).isTrue();
            for (int left = first.ok() ? 2 : 1; left > 0; left--) {
                assertThat(next(port).error()).isEqualTo(WinsockError.ERROR_OPERATION_ABORTED);
            }
            client.result().close();
        }
    }

    @ParameterizedTest // C34 O16
    @ValueSource(ints = {0, 1})
    void connectExEndsOnce(int concurrency) throws Exception {
        CompletionPort port = port(concurrency);
        SocketHandle listener = listener();
        for (int i = 0; i < (LONG ? 10_000 : 300); i++) {
            if (i % 100 == 99) {
                listener = listener(); // nobody accepts: the backlog is finite
            }
            Sockaddr to = name(listener);
            SocketHandle socket = bound();
            associate(socket, port, KEY);
            Overlapped overlapped = new Overlapped();
            Order.of(i)
                    .run(
                            () -> cancel(socket, overlapped),
                            () -> assertStarts(connect(socket, to, overlapped)),
                            this);
            cancel(socket, overlapped);
            Packet packet = next(port);
            assertThat(packet.overlapped()).isSameAs(overlapped);
            if (!packet.ok()) {
                assertThat(packet.error()).isEqualTo(WinsockError.ERROR_OPERATION_ABORTED);
                assertStarts(connect(socket, to, overlapped)); // C26
                assertThat(next(port).error()).isZero();
            }
            assertEmpty(port);
            Winsock.closesocket(socket);
        }
    }

    @OnEachPort // O13 O28, uring-facts pitfall 5: what was sent is said
    void cancelledSendReportsTheBytesThatWereSent(PortKind kind) throws Exception {
        for (int i = 0; i < 5; i++) {
            CompletionPort port = port(kind.concurrency);
            Pair pair = pair(port, KEY);
            Io io = new Io(64 << 20);
            kind.lead(port);
            assertPends(send(pair.server(), io));
            assertThat(next(port, 20).error()).isEqualTo(WinsockError.WAIT_TIMEOUT);
            assertThat(Kernel32.CancelIoEx(pair.server(), io)).isTrue();
            Packet packet = next(port);
            assertThat(packet.overlapped()).isSameAs(io);
            assertThat(packet.error()).isIn(0, WinsockError.ERROR_OPERATION_ABORTED);
            assertThat(packet.bytes()).isLessThan(64 << 20);
            Winsock.closesocket(pair.server());
            assertThat(drain(pair.client())).isEqualTo(packet.bytes());
        }
    }

    @ParameterizedTest // O12 O13
    @ValueSource(ints = {0, 1})
    void queuedOperationIsCancelledAlone(int concurrency) throws Exception {
        CompletionPort port = port(concurrency);
        Pair pair = pair(port, KEY);
        Io[] ios = {new Io(4), new Io(4), new Io(4), new Io(4)};
        for (Io io : ios) {
            assertPends(receive(pair.server(), io));
        }
        assertThat(Kernel32.CancelIoEx(pair.server(), ios[3])).isTrue();
        assertThat(next(port).overlapped()).isSameAs(ios[3]);
        assertThat(Kernel32.CancelIoEx(pair.server(), ios[1])).isTrue();
        assertThat(next(port).overlapped()).isSameAs(ios[1]);
        Io last = new Io(4);
        assertPends(receive(pair.server(), last));
        write(pair.client(), "aaaabbbbcccc");
        for (Io io : new Io[] {ios[0], ios[2], last}) {
            assertThat(next(port)).isEqualTo(new Packet(true, 0, 4, KEY, io));
        }
        assertThat(ios[0].text(4) + ios[2].text(4) + last.text(4)).isEqualTo("aaaabbbbcccc");
        assertThat(Kernel32.CancelIoEx(pair.server(), null)).isFalse();
        assertThat(Kernel32.GetLastError()).isEqualTo(WinsockError.ERROR_NOT_FOUND);
    }

    @Test // O13: every request, from any thread; each ends once
    void cancelOfAllEndsEachRequestOnce() throws Exception {
        CompletionPort port = port(0);
        for (int i = 0; i < 100; i++) {
            Pair pair = pair(port, KEY);
            for (int n = 0; n < 5; n++) {
                assertPends(receive(pair.server(), new Io(4)));
            }
            Io big = new Io(16 << 20);
            assertPends(send(pair.server(), big));
            assertPends(send(pair.server(), new Io(10)));
            assertPends(disconnect(pair.server(), new Overlapped()));
            assertThat(onThread(() -> Kernel32.CancelIoEx(pair.server(), null)).result()).isTrue();
            for (int n = 0; n < 8; n++) {
                Packet packet = next(port);
                assertThat(packet.overlapped()).isNotNull();
                if (packet.overlapped() != big) {
                    assertThat(packet.error()).isEqualTo(WinsockError.ERROR_OPERATION_ABORTED);
                }
            }
            assertEmpty(port);
            Winsock.closesocket(pair.server());
            pair.client().close();
        }
    }

    @Test // DisconnectEx with reuse waits for the peer (D24) and can be cancelled meanwhile
    void disconnectExEndsOnce() throws Exception {
        CompletionPort port = port(0);
        for (int i = 0; i < (LONG ? 5_000 : 300); i++) {
            Pair pair = pair(port, KEY);
            Overlapped overlapped = new Overlapped();
            assertPends(disconnect(pair.server(), overlapped));
            Order.of(i)
                    .run(
                            () -> cancel(pair.server(), overlapped),
                            () -> pair.client().close(),
                            this);
            Packet packet = next(port);
            assertThat(packet.overlapped()).isSameAs(overlapped);
            assertThat(packet.error()).isIn(0, WinsockError.ERROR_OPERATION_ABORTED);
            assertEmpty(port);
            Winsock.closesocket(pair.server());
        }
    }
}
