package lapwing.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class CompareCommandTest {
    private static final int COLUMNS = 10;

    /** What a command line has answered. */
    private record Answer(int status, String out, String err) {}

    private static Answer run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = CompareCommand.commandLine();
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int status = line.execute(arguments);
        return new Answer(status, out.toString(), err.toString());
    }

    private static Answer runShort(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--rounds", "1", "--time", "0.2"));
        all.addAll(List.of("--warmup", "0.1", "--conns", "8"));
        all.addAll(List.of(arguments));
        return run(all.toArray(String[]::new));
    }

    /** A row of positive numbers, or a line that says why there is none. */
    private static void assertThatItWasMeasured(String name, Answer answer) {
        List<String> lines = answer.out().lines().filter(l -> l.startsWith(name + " ")).toList();
        assertThat(lines).as(answer.out() + answer.err()).hasSize(1);
        if (!lines.getFirst().contains("left out")) {
            String[] numbers = lines.getFirst().substring(name.length()).trim().split("[ %]+");
            assertThat(numbers).hasSize(COLUMNS);
            for (int i = 0; i < COLUMNS; i++) {
                // one window has no spread
                assertThat(Double.parseDouble(numbers[i]) > 0 || i == 6).as(numbers[i]).isTrue();
            }
        }
    }

    @Test
    void everyServerIsMeasured() {
        Answer answer = runShort("--work", "short");
        Commands.SERVERS.forEach(name -> assertThatItWasMeasured(name, answer));
        assertThat(answer.status()).as(answer.out() + answer.err()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"echo", "shortc"})
    void otherWorkIsMeasuredAsWell(String work) {
        Answer answer = runShort("--work", work, "--servers", "lapwing-selector,nio2");
        assertThatItWasMeasured("lapwing-selector", answer);
        assertThatItWasMeasured("nio2", answer);
        assertThat(answer.out()).contains(work + ", 8 connections");
    }

    @Test
    void circumstancesAreSaid() {
        Answer answer = runShort("--servers", "nio", "--seed", "4711");
        assertThat(answer.out())
                .contains("kernel ", "CPU ", "JDK ", "-XX:+UseSerialGC", "--seed 4711", "pinned ");
        assertThat(answer.out()).contains("echo, 8 connections, 64 bytes");
    }

    @Test
    void everyProxyIsMeasuredOrSaidToBeMissing() {
        Answer answer = runShort("--proxies", "--gateway", "/does/not/exist");
        Commands.PROXIES.forEach(name -> assertThatItWasMeasured(name, answer));
        assertThat(answer.out()).contains("gateway is left out: ");
    }

    @Test
    void serverThatCannotStartIsReported() {
        Answer answer = runShort("--proxies", "--servers", "gateway", "--gateway", "/bin/false");
        assertThat(answer.status()).isEqualTo(1);
        assertThat(answer.out()).contains("gateway is left out: it has ended with status 1");
        assertThat(answer.err()).contains("nothing to measure is left");
    }

    @Test
    void noProcessIsLeftBehind() {
        runShort("--servers", "nio");
        assertThat(ProcessHandle.current().descendants()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "--work, play, SHORTC",
        "--conns, 0, 1 to 20000",
        "--size, 0, bytes",
        "--rounds, 0, 1 to 100000",
        "--rounds, 2000000000, 1 to 100000",
        "--time, 0, seconds",
        "--warmup, -1, seconds",
        "--servers, apache, netty-nio",
        "--servers, ',', netty-nio",
        "--servers, 'nio,nio', twice",
        "--gateway, lapwing.jar, --proxies",
        "--reference, apache, netty-nio",
        "--round, 3, Unknown option"
    })
    void wrongArgumentIsExplained(String option, String value, String explanation) {
        Answer answer = run(option, value);
        assertThat(answer.status()).isEqualTo(2);
        assertThat(answer.err()).contains(option).contains(explanation);
    }
}
