package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a JVM starts where io_uring is denied, or where a setting makes no sense. */
@Timeout(60)
class FallbackTest {
    @TempDir private Path folder;

    /** What {@link EchoOnce} has printed, on both ways out. */
    private record Printed(List<String> out, List<String> err) {}

    private Printed run(String option, String argument) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-Djava.util.logging.SimpleFormatter.format=%4$s %3$s: %5$s%6$s%n");
        command.add(option);
        command.add("-cp");
        command.add(
                folder(Winsock.class) + System.getProperty("path.separator") + folder(getClass()));
        command.add(EchoOnce.class.getName());
        command.add(argument);
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process =
                new ProcessBuilder(command)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
        try {
            assertThat(process.waitFor(40, TimeUnit.SECONDS)).as("ends in time").isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
        return new Printed(Files.readAllLines(out), Files.readAllLines(err));
    }

    private static Path folder(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (java.net.URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void deniedByTheKernelMeansSelectorsAndOneLineThatSaysWhy() throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "seccomp is Linux'");
        Printed printed = run("-Dlapwing.engine=auto", "deny");
        assertThat(printed.err).hasSize(1);
        assertThat(printed.err.getFirst())
                .startsWith("INFO lapwing.engine: using java.nio selectors, because io_uring ")
                .contains("io_uring_setup", "EPERM");
        assertThat(printed.out).containsExactly("selector", "hello");
    }

    @Test
    void engineThatIsAskedForIsNotReplaced() throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "seccomp is Linux'");
        Printed printed = run("-Dlapwing.engine=uring", "deny");
        assertThat(printed.out).hasSize(1);
        assertThat(printed.out.getFirst()).contains("io_uring_setup", "EPERM");
        assertThat(printed.err).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "-Dlapwing.engine=epoll, no such engine; use uring",
        "-Dlapwing.tcpTimedWaitDelay=301, lapwing.tcpTimedWaitDelay=301: not a number of seconds",
        "-Dlapwing.tcpTimedWaitDelay=1s, lapwing.tcpTimedWaitDelay=1s: not a number of seconds"
    })
    void settingThatMakesNoSenseIsSaidAtTheFirstUse(String option, String message)
            throws Exception {
        Printed printed = run(option, "");
        assertThat(printed.out).hasSize(1);
        assertThat(printed.out.getFirst()).contains(message);
        assertThat(printed.err).isEmpty();
    }
}
