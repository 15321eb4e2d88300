package lapwing.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Every server gives back what it gets, byte for byte, to several clients at a time. */
class ServersTest {
    static final List<String> NAMES = Commands.SERVERS;

    /** More than the servers read at a time by default, and not a power of two. */
    private static final int SIZE = 3001;

    /** More than twice as many as our server's posted accepts. */
    private static final int CLIENTS = 20;

    private static final int ROUNDS = 3;

    @ParameterizedTest
    @FieldSource("NAMES")
    void echoesEveryMessage(String name) throws Exception {
        serve(
                name,
                Work.ECHO,
                sockets -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        for (int i = 0; i < CLIENTS; i++) {
                            send(sockets.get(i), message(round, i), 0, SIZE / 3);
                            send(sockets.get(i), message(round, i), SIZE / 3, SIZE);
                        }
                        for (int i = 0; i < CLIENTS; i++) {
                            byte[] reply = sockets.get(i).getInputStream().readNBytes(SIZE);
                            assertThat(reply).isEqualTo(message(round, i));
                        }
                    }
                });
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void answersOneRequestAndCloses(String name) throws Exception {
        serve(
                name,
                Work.SHORT,
                sockets -> {
                    for (int i = 0; i < CLIENTS; i++) {
                        send(sockets.get(i), message(0, i), 0, SIZE);
                    }
                    for (int i = 0; i < CLIENTS; i++) {
                        assertThatReplyIs(message(0, i), sockets.get(i));
                    }
                });
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void requestInPiecesIsAnsweredWhole(String name) throws Exception {
        serve(
                name,
                Work.SHORT,
                sockets -> {
                    int last = CLIENTS - 1;
                    for (int i = 0; i < last; i++) {
                        send(sockets.get(i), message(0, i), 0, SIZE / 3);
                    }
                    // when this one has been served the server has read the pieces
                    send(sockets.get(last), message(0, last), 0, SIZE);
                    assertThatReplyIs(message(0, last), sockets.get(last));
                    for (int i = 0; i < last; i++) {
                        send(sockets.get(i), message(0, i), SIZE / 3, SIZE);
                        assertThatReplyIs(message(0, i), sockets.get(i));
                    }
                });
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void silentClientsHoldNobodyUp(String name) throws Exception {
        serve(
                name,
                Work.SHORT,
                sockets -> {
                    send(sockets.getLast(), message(0, 0), 0, SIZE);
                    assertThatReplyIs(message(0, 0), sockets.getLast());
                });
    }

    /** What the clients do. */
    private interface Talk {
        void with(List<Socket> sockets) throws IOException;
    }

    private static void serve(String name, Work work, Talk talk) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Settings settings =
                new Settings(work, CLIENTS, SIZE, 1, 1, 1, 1, List.of(name), true, name);
        List<Socket> sockets = new ArrayList<>();
        try (Children children = new Children()) {
            Commands commands = new Commands(settings, children.folder(), null);
            Child child = children.start(name, 0, commands.server(name, port), false);
            try {
                child.awaitPort(port, Duration.ofSeconds(30));
            } catch (IOException e) {
                String reason = String.valueOf(e.getMessage());
                Assumptions.assumeFalse(reason.contains("io_uring"), reason);
                Assumptions.assumeFalse(reason.contains("not available here"), reason);
                throw e;
            }
            for (int i = 0; i < CLIENTS; i++) {
                sockets.add(new Socket(InetAddress.getLoopbackAddress(), port));
                sockets.getLast().setSoTimeout(20_000);
                sockets.getLast().setTcpNoDelay(true);
            }
            talk.with(sockets);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static void send(Socket socket, byte[] message, int from, int to) throws IOException {
        socket.getOutputStream().write(message, from, to - from);
    }

    /** The reply and then the end. */
    private static void assertThatReplyIs(byte[] message, Socket socket) throws IOException {
        assertThat(socket.getInputStream().readAllBytes()).isEqualTo(message);
    }

    private static byte[] message(int round, int client) {
        byte[] message = new byte[SIZE];
        for (int i = 0; i < SIZE; i++) {
            message[i] = (byte) (31 * round + 7 * client + i % 251);
        }
        return message;
    }
}
