package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * What the tests share that count what programs cost. One thread drives both sides of all
 * connections in turn, so which operations go together is no matter of chance.
 */
abstract class ProgramContract extends WinsockContract {
    private static final byte[] BLOCK = new byte[Program.BLOCK];

    private final IntRef bytes = new IntRef();
    private final LongRef key = new LongRef();
    private final Ref<Overlapped> overlapped = new Ref<>();

    /** What some connections of one kind do in one go, again and again. */
    interface Round {
        void run() throws IOException;
    }

    /** How so many connections of a kind begin, on a port. */
    interface Kind {
        Round open(CompletionPort port, int count) throws IOException;
    }

    static void repeat(int times, Round round) throws IOException {
        for (int i = 0; i < times; i++) {
            round.run();
        }
    }

    /**
     * Dequeues until the programs have made so many steps each. Of those that wait for clients any
     * may get the next one, so they are counted together.
     */
    void serve(CompletionPort port, List<Program> programs, int each) {
        int end = steps(programs) + each * programs.size();
        while (steps(programs) < end) {
            Program.check(Kernel32.GetQueuedCompletionStatus(port, bytes, key, overlapped, LIMIT));
            ((Program) overlapped.value).step();
        }
    }

    private static int steps(List<Program> programs) {
        int sum = 0;
        for (int i = 0; i < programs.size(); i++) { // an iterator would be counted
            sum += programs.get(i).steps();
        }
        return sum;
    }

    /** Connections that stay; a block goes there and back on each. */
    final Round echoes(CompletionPort port, int count) throws IOException {
        List<Program> programs = new ArrayList<>();
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Pair pair = pair(port, i);
            clients.add(pair.client());
            programs.add(new Program.Echo(pair.server()));
        }
        programs.forEach(Program::step);
        return () -> {
            for (Socket client : clients) {
                client.getOutputStream().write(BLOCK);
            }
            serve(port, programs, 2);
            for (Socket client : clients) {
                assertThat(client.getInputStream().readNBytes(Program.BLOCK)).isEqualTo(BLOCK);
            }
        };
    }

    /** Clients that come, ask, are answered and go; sockets that are used again. */
    final Round visits(CompletionPort port, int count) {
        SocketHandle listener = listener();
        int number = name(listener).port();
        associate(listener, port, 0);
        List<Program> programs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SocketHandle socket = socket();
            associate(socket, port, 0);
            programs.add(new Program.Visit(listener, socket));
        }
        programs.forEach(Program::step);
        return () -> {
            List<Socket> clients = ask(number, count);
            serve(port, programs, 2);
            hear(clients);
            serve(port, programs, 1);
        };
    }

    /**
     * The same on sockets that are closed, and made anew. A close may go out with the next round
     * only, so the end of a connection is waited for then.
     */
    final Round guests(CompletionPort port, int count) {
        SocketHandle listener = listener();
        int number = name(listener).port();
        associate(listener, port, 0);
        List<Program> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Program.Guest guest = new Program.Guest(listener, port);
            closing(guest::close);
            answers.add(guest.answer);
            guest.step();
        }
        List<Socket> before = new ArrayList<>();
        return () -> {
            List<Socket> clients = ask(number, count);
            serve(port, answers, 1);
            hear(before);
            before.clear();
            before.addAll(clients);
        };
    }

    private static List<Socket> ask(int number, int count) throws IOException {
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Socket client = new Socket(InetAddress.getLoopbackAddress(), number);
            client.setSoTimeout(LIMIT);
            client.getOutputStream().write(BLOCK);
            clients.add(client);
        }
        return clients;
    }

    private static void hear(List<Socket> clients) throws IOException {
        for (Socket client : clients) {
            try (client) {
                assertThat(client.getInputStream().readAllBytes()).isEqualTo(BLOCK);
            }
        }
    }

    /** Sockets that connect with a request, get an answer, and are used again. */
    final Round dials(CompletionPort port, int count) throws IOException {
        ServerSocket server = closing(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        server.setSoTimeout(LIMIT);
        List<Program> programs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SocketHandle socket = bound();
            associate(socket, port, 0);
            programs.add(new Program.Dial(socket, loopback(server.getLocalPort())));
        }
        programs.forEach(Program::step);
        serve(port, programs, 1);
        return () -> {
            for (int i = 0; i < count; i++) {
                try (Socket peer = server.accept()) {
                    assertThat(peer.getInputStream().readNBytes(Program.BLOCK)).isEqualTo(BLOCK);
                    peer.getOutputStream().write(BLOCK);
                }
            }
            serve(port, programs, 3);
        };
    }
}
