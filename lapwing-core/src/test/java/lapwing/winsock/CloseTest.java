package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** closesocket and CloseHandle at bad moments: every operation ends once, nothing stays open. */
class CloseTest extends WinsockContract {
    private static final long KEY = 9;

    private int filesBefore;

    @BeforeEach
    void countDescriptors() throws Exception {
        // the first use of the engine and of the JDK's sockets leaves descriptors behind for ever
        CompletionPort port = port(0);
        pair(port, 0);
        closeEverything();
        filesBefore = openFiles();
    }

    private void assertNoDescriptorIsLeft() {
        until("descriptors closed", () -> openFiles() <= filesBefore);
    }

    @OnEachPort // P31 A30 A33 C33 D24: exactly one packet for each
    void closesocketEndsEveryOperationOnce(PortKind kind) throws Exception {
        CompletionPort port = port(kind.concurrency);
        SocketHandle listener = listener();
        associate(listener, port, KEY);
        for (int i = 0; i < (LONG ? 3_000 : 60); i++) {
            kind.lead(port);
            Pair pair = pair(port, KEY);
            SocketHandle accept = socket();
            Set<Overlapped> pending = new HashSet<>();
            for (int n = 0; n < 4; n++) {
                Io io = new Io(4);
                assertPends(receive(pair.server(), io));
                pending.add(io);
            }
            for (int size : new int[] {8 << 20, 10}) {
                Io io = new Io(size);
                assertPends(send(pair.server(), io));
                pending.add(io);
            }
            Overlapped disconnect = new Overlapped();
            assertPends(disconnect(pair.server(), disconnect));
            pending.add(disconnect);
            Io acceptIo = new Io(4 + 2 * AREA);
            assertPends(accept(listener, accept, acceptIo));
            pending.add(acceptIo);

            Worker<Void> peer =
                    onThread(() -> {
                        pair.client().getOutputStream().write(new byte[6]);
                        pair.client().close();
                        return null;
                    });
            if (i % 2 == 1) {
                peer.result();
            }
            assertSucceeds(Winsock.closesocket(pair.server()));
            assertSucceeds(Winsock.closesocket(accept));
            while (!pending.isEmpty()) {
                Packet packet = next(port);
                assertThat(pending.remove(packet.overlapped())).as(packet::toString).isTrue();
            }
            try {
                peer.result();
            } catch (java.util.concurrent.ExecutionException e) {
                assertThat(e).hasCauseInstanceOf(IOException.class); // reset by our close
            }
            assertEmpty(port);
        }
        closeEverything();
        assertNoDescriptorIsLeft();
    }

    @Test // P38 DOC closesocket: one of two closes wins
    void twoThreadsCloseASocketOnce() throws Exception {
        CompletionPort port = port(0);
        for (int i = 0; i < 300; i++) {
            Pair pair = pair(port, KEY);
            Io io = new Io(4);
            assertPends(receive(pair.server(), io));
            Worker<Integer> other =
                    onThread(() ->
                            Winsock.closesocket(pair.server()) == 0
                                    ? 0
                                    : Winsock.WSAGetLastError());
            int mine = Winsock.closesocket(pair.server()) == 0 ? 0 : Winsock.WSAGetLastError();
            assertThat(new int[] {mine, other.result()})
                    .containsExactlyInAnyOrder(0, WinsockError.WSAENOTSOCK);
            assertThat(next(port).overlapped()).isSameAs(io);
            assertEmpty(port);
            pair.client().close();
        }
        closeEverything();
        assertNoDescriptorIsLeft();
    }

    @ParameterizedTest // P31: a start that loses against the close starts nothing
    @ValueSource(ints = {0, 1})
    void operationsStartedDuringTheCloseEndOrAreRefused(int concurrency) throws Exception {
        CompletionPort port = port(concurrency);
        for (int i = 0; i < (LONG ? 2_000 : 50); i++) {
            Pair pair = pair(port, KEY);
            Worker<Integer> starter =
                    onThread(() -> {
                        int started = 0;
                        while (true) {
                            int error =
                                    started % 2 == 0
                                            ? receive(pair.server(), new Io(4))
                                            : send(pair.server(), new Io(4));
                            if (error == WinsockError.WSAENOTSOCK) {
                                return started;
                            }
                            assertStarts(error);
                            started++;
                        }
                    });
            if (i % 3 != 0) {
                until("something started", () -> next(port, 0).ok());
                assertSucceeds(Winsock.closesocket(pair.server()));
                int ended = 1;
                int started = starter.result();
                while (ended < started) {
                    assertThat(next(port).overlapped()).isNotNull();
                    ended++;
                }
            } else {
                assertSucceeds(Winsock.closesocket(pair.server()));
                int started = starter.result();
                for (int ended = 0; ended < started; ended++) {
                    assertThat(next(port).overlapped()).isNotNull();
                }
            }
            assertEmpty(port);
            pair.client().close();
        }
        closeEverything();
        assertNoDescriptorIsLeft();
    }

    @OnEachPort // P38: the port lives while a socket of it is open
    void portClosedBeforeItsSocketsLeavesNoDescriptor(PortKind kind) throws Exception {
        for (int i = 0; i < 30; i++) {
            CompletionPort port = port(kind.concurrency);
            Pair pair = pair(port, KEY);
            assertPends(receive(pair.server(), new Io(4)));
            kind.lead(port);
            assertThat(Kernel32.CloseHandle(port)).isTrue();
            assertSucceeds(Winsock.closesocket(pair.server()));
            pair.client().close();
        }
        closeEverything();
        assertNoDescriptorIsLeft();
    }

    @OnEachPort // P29 P38
    void portClosedAfterItsSocketsLeavesNoDescriptor(PortKind kind) throws Exception {
        Set<String> threads = threadNames();
        for (int i = 0; i < 30; i++) {
            CompletionPort port = port(kind.concurrency);
            Pair pair = pair(port, KEY);
            Pair idle = pair(port, KEY);
            assertPends(receive(pair.server(), new Io(4)));
            kind.lead(port);
            assertSucceeds(Winsock.closesocket(idle.server()));
            assertSucceeds(Winsock.closesocket(pair.server()));
            assertThat(Kernel32.CloseHandle(port)).isTrue();
            assertThat(pair.client().getInputStream().read()).isEqualTo(-1);
            pair.client().close();
            idle.client().close();
        }
        closeEverything();
        assertNoDescriptorIsLeft();
        until("threads ended", () -> threads.containsAll(ringThreads()));
    }

    private static Set<String> ringThreads() {
        Set<String> names = threadNames();
        names.removeIf(name -> !name.startsWith("lapwing-"));
        return names;
    }

    @Test // A33 F6: a closed listener is deaf at once, and its port number free
    void closedListenerRefusesClients() throws Exception {
        CompletionPort port = port(0);
        for (int i = 0; i < 50; i++) {
            SocketHandle listener = listener();
            associate(listener, port, KEY);
            SocketHandle socket = socket();
            Io io = new Io(2 * AREA);
            assertPends(accept(listener, socket, io));
            Sockaddr name = name(listener);
            assertSucceeds(Winsock.closesocket(listener));
            assertThat(next(port).error()).isEqualTo(WinsockError.ERROR_OPERATION_ABORTED);
            until(
                    "refused",
                    () -> {
                        try (java.net.Socket client = new java.net.Socket()) {
                            client.connect(name.toInetSocketAddress(), LIMIT);
                            return false;
                        } catch (IOException e) {
                            return true;
                        }
                    });
            SocketHandle again = socket();
            assertSucceeds(Winsock.bind(again, name, name.length()));
            assertSucceeds(Winsock.closesocket(again));
        }
    }

    @Test // A39: nobody is left to take it
    void connectionThatIsPutOffOnAClosedListenerIsClosed() throws Exception {
        SocketHandle listener = listener();
        Socket client = client(listener);
        ConditionFunction later =
                (caller, callee, data) -> {
                    Winsock.closesocket(listener);
                    return Constants.CF_DEFER;
                };
        assertThat(Winsock.WSAAccept(listener, null, null, later, 0))
                .isSameAs(SocketHandle.INVALID_SOCKET);
        assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAENOTSOCK);
        assertThat(drain(client)).isZero();
    }
}
