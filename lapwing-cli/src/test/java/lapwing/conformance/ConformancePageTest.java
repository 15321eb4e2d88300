package lapwing.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import lapwing.drill.Drill;
import lapwing.winsock.Winsock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The project's own scripts on both engines, and the page that says what they check. */
class ConformancePageTest {
    private static final Path ROOT = Path.of("..");
    private static final Path CORE = ROOT.resolve("lapwing-core");

    /** Where the build of the library puts what its tests have said. */
    private static final Map<String, String> REPORTS =
            Map.of("uring", "surefire-reports", "selector", "surefire-reports-selector");

    private static final Path SCRIPTS = ROOT.resolve("conformance");
    private static final Path PAGE = ROOT.resolve("docs/conformance.md");
    private static final Path FACTS = Path.of("src/test/resources/facts.tsv");
    private static final boolean CI = "true".equals(System.getenv("CI"));

    @TempDir private Path folder;

    @Test
    @Timeout(180)
    void everyScriptPassesOnEveryEngineAndThePageIsUpToDate() throws Exception {
        List<String> scripts;
        try (Stream<Path> files = Files.list(SCRIPTS)) {
            scripts = files.map(Path::toString).filter(f -> f.endsWith(".drill")).sorted().toList();
        }
        Map<String, Process> runs = new LinkedHashMap<>();
        try {
            for (String engine : Page.ENGINES.keySet()) {
                runs.put(engine, start(engine, scripts));
            }
            for (String engine : runs.keySet()) {
                check(engine, runs.get(engine), scripts);
            }
        } finally {
            runs.values().forEach(Process::destroyForcibly);
        }
        compare(page());
    }

    private static String page() throws IOException {
        List<Fact> facts = Fact.read(FACTS);
        Citations tests = Citations.ofTests(facts, CORE.resolve("src/test/java"));
        Map<String, Results> results = new LinkedHashMap<>();
        long built = newest(CORE.resolve("target/classes"), CORE.resolve("target/test-classes"));
        for (String engine : Page.ENGINES.keySet()) {
            Path reports = CORE.resolve("target/" + REPORTS.get(engine));
            results.put(engine, Results.read(reports, built));
            boolean complete = testsOfTheContract().allMatch(results.get(engine)::hasRun);
            if (CI) {
                assertThat(complete).as("tests on %s, reported in %s", engine, reports).isTrue();
            }
            assumeTrue(complete, "not all tests have run on " + engine + ": ./build verify");
        }
        return new Page(facts, Citations.ofScripts(facts, SCRIPTS), tests, results).text();
    }

    private static Stream<String> testsOfTheContract() throws IOException {
        try (Stream<Path> files = Files.list(CORE.resolve("src/test/java/lapwing/winsock"))) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith("Test.java"))
                    .map(name -> "lapwing.winsock." + name.replace(".java", ""))
                    .toList()
                    .stream();
        }
    }

    /** When the classes that were tested have been made. */
    private static long newest(Path... folders) throws IOException {
        long newest = 0;
        for (Path folder : folders) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
                    newest = Math.max(newest, Files.getLastModifiedTime(file).toMillis());
                }
            }
        }
        return newest;
    }

    private Process start(String engine, List<String> scripts)
            throws IOException, URISyntaxException {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"));
        words.add("-Dlapwing.engine=" + engine);
        words.add("-cp");
        words.add(
                String.join(
                        File.pathSeparator,
                        place(Winsock.class),
                        place(Drill.class),
                        place(ScriptRunner.class)));
        words.add(ScriptRunner.class.getName());
        words.addAll(scripts);
        return new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(output(engine).toFile())
                .start();
    }

    private Path output(String engine) {
        return folder.resolve(engine);
    }

    private static String place(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    }

    private void check(String engine, Process run, List<String> scripts) throws Exception {
        boolean ended = run.waitFor(120, TimeUnit.SECONDS);
        String output = Files.readString(output(engine));
        assertThat(ended).as("engine %s: not done, %s", engine, output).isTrue();
        List<String> failures =
                output.lines()
                        .filter(l -> l.startsWith("MISMATCH") || l.startsWith("FAIL"))
                        .toList();
        assertThat(failures).as("engine %s", engine).isEmpty();
        assertThat(output.lines().filter(l -> l.startsWith("PASS ")))
                .as("engine %s: %s", engine, output)
                .hasSize(scripts.size());
    }

    private static void compare(String page) throws IOException {
        if (CI) {
            assertThat(PAGE).as("run ./build verify and commit docs/conformance.md").exists();
            assertThat(Files.readString(PAGE))
                    .as("docs/conformance.md is out of date: run ./build verify and commit it")
                    .isEqualTo(page);
        } else if (!Files.exists(PAGE) || !Files.readString(PAGE).equals(page)) {
            Files.writeString(PAGE, page);
        }
    }
}
