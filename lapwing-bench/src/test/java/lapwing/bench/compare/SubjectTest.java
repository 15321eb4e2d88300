package lapwing.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is said when a process of the comparison fails. */
class SubjectTest {
    private static final Settings SETTINGS =
            new Settings(Work.ECHO, 4, 64, 1, 0.1, 0.1, 1, List.of("nio"), true, "nio");

    private static int freePort() throws Exception {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    @Test
    void serverThatDiesIsReportedWithItsStatus() throws Exception {
        try (Children children = new Children()) {
            Commands commands = new Commands(SETTINGS, children.folder(), null);
            int port = freePort();
            Child server = children.start("nio", 0, commands.server("nio", port), false);
            server.awaitPort(port, Duration.ofSeconds(30));
            Client client = new Client(children.start("client", 1, commands.client(), true));
            Subject subject = new Subject(server, port);
            subject.measure(client, 0.1);
            assertThat(subject.trouble()).isEmpty();

            server.process().destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            subject.measure(client, 0.1);
            assertThat(subject.hasFailed()).isTrue();
            assertThat(subject.trouble()).contains("it has ended with status 137");
        }
    }

    @Test
    void clientThatDiesIsReportedWithItsLastWords() throws Exception {
        try (Children children = new Children()) {
            List<String> command = List.of("sh", "-c", "read line; echo no ring >&2; exit 3");
            Client client = new Client(children.start("client", 1, command, true));
            Subject subject = new Subject(children.start("x", 0, List.of("cat"), false), 1);
            assertThatThrownBy(() -> subject.measure(client, 0.1))
                    .hasMessage("client: it has ended with status 3: no ring");
        }
    }

    /** Two windows with clients of which the first so many fail at once. */
    private static Subject measureTwice(int failures, StringWriter out) throws Exception {
        try (Children children = new Children()) {
            Commands commands = new Commands(SETTINGS, children.folder(), null);
            int port = freePort();
            Child server = children.start("nio", 0, commands.server("nio", port), false);
            server.awaitPort(port, Duration.ofSeconds(30));
            String script =
                    "f='%s'; echo >>$f; test $(wc -l <$f) -gt %d || exit 3; exec \"$@\""
                            .formatted(children.folder().resolve("starts"), failures);
            List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
            command.addAll(commands.client());
            Table table = new Table(new PrintWriter(out));
            Turns turns = new Turns(SETTINGS, children, table, command, 1);
            Subject subject = new Subject(server, port);
            turns.measure(subject);
            turns.measure(subject);
            return subject;
        }
    }

    @Test
    void clientThatDiesCostsItsWindowAlone() throws Exception {
        StringWriter out = new StringWriter();
        Subject subject = measureTwice(2, out);
        assertThat(subject.isMeasured()).isTrue();
        assertThat(subject.trouble())
                .isEqualTo("windows given up: 2, the last: client: it has ended with status 3");
        assertThat(out.toString().lines())
                .hasSize(2)
                .containsOnly("nio: a window is given up: client: it has ended with status 3");
    }

    @Test
    void thirdClientThatDiesEndsTheServersTurns() throws Exception {
        StringWriter out = new StringWriter();
        Subject subject = measureTwice(100, out);
        assertThat(subject.hasFailed()).isTrue();
        assertThat(subject.isMeasured()).isFalse();
        assertThat(subject.trouble())
                .isEqualTo(
                        "left out after 3 windows given up, the last: "
                                + "client: it has ended with status 3");
        assertThat(out.toString().lines()).hasSize(3);
    }

    @Test
    void serverThatEndsBeforeItListensIsReportedWithItsLastWords() throws Exception {
        try (Children children = new Children()) {
            List<String> command = List.of("sh", "-c", "echo no ring >&2; exit 3");
            Child child = children.start("x", 0, command, false);
            assertThatThrownBy(() -> child.awaitPort(freePort(), Duration.ofSeconds(30)))
                    .hasMessage("it has ended with status 3: no ring");
        }
    }

    @Test
    void serverThatNeverListensIsEnded() throws Exception {
        try (Children children = new Children()) {
            Child child = children.start("x", 0, List.of("cat"), false);
            assertThatThrownBy(() -> child.awaitPort(freePort(), Duration.ofMillis(100)))
                    .hasMessageStartingWith("it does not listen");
            assertThat(child.process().waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
