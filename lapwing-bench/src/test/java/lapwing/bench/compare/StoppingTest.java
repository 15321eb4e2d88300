package lapwing.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import lapwing.bench.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A comparison that is ended from outside leaves nothing behind, and says nothing about it. */
class StoppingTest {
    private static final long LIMIT_SECONDS = 20;

    /** Where it makes its own folder. */
    @TempDir private Path folder;

    /** What it prints. */
    @TempDir private Path prints;

    private Process comparison;

    @BeforeEach
    void start() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Djava.io.tmpdir=" + folder, "-XX:+UseSerialGC", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.addAll(List.of(Main.class.getName(), "compare", "--servers", "nio,nio2"));
        command.addAll(List.of("--conns", "2", "--warmup", "60"));
        comparison =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(out().toFile())
                        .start();
    }

    @AfterEach
    void end() {
        comparison.descendants().forEach(ProcessHandle::destroyForcibly);
        comparison.destroyForcibly();
    }

    private Path out() {
        return prints.resolve("out");
    }

    private static void await(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!condition.call()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    /** Waits until the process of that name has been started. */
    private void awaitStartOf(String child) throws Exception {
        await(() -> {
            File[] folders = folder.toFile().listFiles();
            return folders != null
                    && Stream.of(folders).anyMatch(f -> new File(f, child + ".log").exists());
        });
    }

    private boolean folderIsEmpty() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"nio, false", "nio, true", "client, false", "client, true"})
    void signalEndsItWithoutAWord(String lastStarted, boolean toAllOfTheGroup) throws Exception {
        awaitStartOf(lastStarted);
        List<ProcessHandle> children = comparison.descendants().toList();
        if (toAllOfTheGroup) {
            children.forEach(ProcessHandle::destroy);
        }
        comparison.destroy();
        assertThat(comparison.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(comparison.exitValue()).isEqualTo(143);
        assertThat(Files.readString(out()))
                .doesNotContain("Exception", "left out", "nothing to measure", "given up")
                .doesNotContain("lapwing-bench compare");
        assertThat(children).noneMatch(ProcessHandle::isAlive);
        assertThat(folderIsEmpty()).isTrue();
    }

    @Test
    void killedOneTakesItsProcessesAndItsFolderAlong() throws Exception {
        Assumptions.assumeTrue(Children.canEndWithUs(), "needs setpriv");
        awaitStartOf("client");
        List<ProcessHandle> children = comparison.descendants().toList();
        assertThat(children).hasSizeGreaterThan(2);
        comparison.destroyForcibly();
        await(() -> children.stream().noneMatch(ProcessHandle::isAlive));
        await(this::folderIsEmpty);
    }
}
