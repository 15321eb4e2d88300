package lapwing.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import lapwing.engine.choice.Engines;
import lapwing.winsock.Winsock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sequences of calls, legal and illegal, made up by a generator with a seed: {@code
 * -Dlapwing.sequences=N} how many, {@code -Dlapwing.seed=N} the first seed, {@code
 * -Dlapwing.scripts=FOLDER} where to put them as drill scripts.
 */
class RandomCallsTest {
    private static final String FIRST_SEED = System.getProperty("lapwing.seed", "1");
    private static final String SEQUENCES = System.getProperty("lapwing.sequences", "200");

    private static final String SCRIPTS = System.getProperty("lapwing.scripts", "");

    @TempDir private Path folder;

    /** One engine in a JVM of its own. */
    private record Run(String engine, Process process, Path output, Path log) {}

    @Test
    @Timeout(value = 50, unit = TimeUnit.MINUTES)
    void everyCallDoesWhatTheTableSaysAndTheSameOnEveryEngine() throws Exception {
        Set<String> engines = new LinkedHashSet<>(List.of(Engines.current().name(), "selector"));
        List<Run> runs = new ArrayList<>();
        try {
            for (String engine : engines) {
                runs.add(start(engine));
            }
            for (Run run : runs) {
                int status = run.process.waitFor();
                assertThat(status)
                        .as(() -> "engine " + run.engine + ", " + read(run.output))
                        .isZero();
            }
        } finally {
            runs.forEach(run -> run.process.destroyForcibly());
        }
        Map<String, List<String>> expected = bySeed(runs.getFirst().log);
        Map<String, List<String>> other = bySeed(runs.getLast().log);
        assertThat(expected).hasSize(Integer.parseInt(SEQUENCES));
        assertThat(other).hasSameSizeAs(expected);
        for (String seed : expected.keySet()) {
            boolean inOrder =
                    !expected.get(seed).contains(Sequence.OUT_OF_ORDER)
                            && !other.get(seed).contains(Sequence.OUT_OF_ORDER);
            if (inOrder) {
                compare(seed, expected.get(seed), other.get(seed));
            }
        }
    }

    private static Map<String, List<String>> bySeed(Path log) throws IOException {
        Map<String, List<String>> result = new LinkedHashMap<>();
        List<String> lines = List.of();
        for (String line : Files.readAllLines(log)) {
            if (line.startsWith("seed ")) {
                lines = new ArrayList<>();
                result.put(line, lines);
            } else {
                lines.add(line);
            }
        }
        return result;
    }

    private static void compare(String seed, List<String> expected, List<String> other) {
        for (int i = 0; i < expected.size(); i++) {
            String line = i < other.size() ? other.get(i) : "(nothing)";
            List<String> before = expected.subList(0, i);
            assertThat(line)
                    .as("%s: the engines differ after%n%s", seed, String.join("\n", before))
                    .isEqualTo(expected.get(i));
        }
    }

    private Run start(String engine) throws IOException, URISyntaxException {
        Path output = folder.resolve(engine + ".out");
        Path log = folder.resolve(engine + ".log");
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"));
        words.add("-Dlapwing.engine=" + engine);
        words.addAll(List.of("-cp", place(Winsock.class) + ":" + place(RandomCalls.class)));
        words.add(RandomCalls.class.getName());
        words.addAll(List.of(FIRST_SEED, SEQUENCES, log.toString()));
        if (!SCRIPTS.isEmpty()) {
            words.add(Files.createDirectories(Path.of(SCRIPTS)).toString());
        }
        Process process =
                new ProcessBuilder(words)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        return new Run(engine, process, output, log);
    }

    private static Path place(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
