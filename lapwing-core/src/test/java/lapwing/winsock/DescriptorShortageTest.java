package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that has run out of descriptors, in a JVM of its own. */
class DescriptorShortageTest extends WinsockContract {
    private static final int DESCRIPTORS = 100;

    private Socket ask(int port) throws IOException {
        Socket client = closing(new Socket(InetAddress.getLoopbackAddress(), port));
        client.setSoTimeout(LIMIT);
        write(client, "are you there?");
        return client;
    }

    private static void assertAnswers(Socket client) throws IOException {
        assertThat(read(client, 100)).isEqualTo("are you there?"); // up to the end
        client.close();
    }

    private static boolean isAnswered(Socket client) throws IOException {
        client.setSoTimeout(300);
        try {
            return client.getInputStream().read() >= 0;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    /** Starts {@link ShortOfDescriptors}. */
    private Process server(int concurrency, int wait, String... more) throws IOException {
        String classes = ShortOfDescriptors.origin(Winsock.class).toString();
        String tests = ShortOfDescriptors.origin(ShortOfDescriptors.class).toString();
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "bash",
                                "-c",
                                "ulimit -n " + DESCRIPTORS + " && exec \"$@\"",
                                "bash",
                                System.getProperty("java.home") + "/bin/java",
                                "-XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dlapwing.engine=" + System.getProperty("lapwing.engine", "auto"),
                                "-cp",
                                classes + ":" + tests,
                                ShortOfDescriptors.class.getName(),
                                String.valueOf(concurrency),
                                String.valueOf(wait),
                                classes));
        command.addAll(List.of(more));
        Process server =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        closing(() -> server.destroyForcibly().waitFor());
        return server;
    }

    @ParameterizedTest // uring-facts F4: whatever else the loop does
    @ValueSource(ints = {0, 1})
    void busyLoopTriesAgainByTime(int concurrency) throws Exception {
        Process server = server(concurrency, -1, "busy");
        BufferedReader answers = answers(server);
        PrintStream commands = commands(server);
        int port = Integer.parseInt(answers.readLine());
        assertAnswers(ask(port));
        Socket waiting;
        do {
            commands.println("fill");
            assertThat(answers.readLine()).isEqualTo("done");
            waiting = ask(port);
        } while (isAnswered(waiting));
        commands.println("free");
        assertThat(answers.readLine()).isEqualTo("done");
        waiting.setSoTimeout(2_000); // the loop is busy for ten times as long
        assertAnswers(waiting);
    }

    private static BufferedReader answers(Process server) {
        return new BufferedReader(
                new InputStreamReader(server.getInputStream(), StandardCharsets.US_ASCII));
    }

    private static PrintStream commands(Process server) {
        return new PrintStream(server.getOutputStream(), true, StandardCharsets.US_ASCII);
    }

    @ParameterizedTest // uring-facts F4, design §4: the listener survives EMFILE
    @CsvSource({"0,-1", "1,-1", "1,5"})
    void listenerGoesOnWhenADescriptorIsFreeAgain(int concurrency, int wait) throws Exception {
        Process server = server(concurrency, wait);
        BufferedReader answers = answers(server);
        PrintStream commands = commands(server);
        int port = Integer.parseInt(answers.readLine());
        for (int i = 0; i < 200; i++) {
            assertAnswers(ask(port)); // more clients than descriptors
        }
        Socket waiting;
        do { // the last client's descriptor may become free behind the filling
            commands.println("fill");
            assertThat(answers.readLine()).isEqualTo("done");
            waiting = ask(port);
        } while (isAnswered(waiting));
        Socket behind = ask(port);
        commands.println("free");
        assertThat(answers.readLine()).isEqualTo("done");
        waiting.setSoTimeout(LIMIT);
        assertAnswers(waiting);
        assertAnswers(behind);
        for (int i = 0; i < 50; i++) {
            assertAnswers(ask(port));
        }
    }
}
