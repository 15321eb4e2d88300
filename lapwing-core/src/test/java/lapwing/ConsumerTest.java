package lapwing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import lapwing.winsock.AcceptEx;
import lapwing.winsock.Winsock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program that has the library's jar, and nothing else, compiles and runs. */
@Timeout(120)
class ConsumerTest {
    private static final String ENGINE = System.getProperty("lapwing.engine", "auto");

    @TempDir private Path folder;
    private String jar = "";

    @BeforeEach
    void packTheLibrary() throws Exception {
        jar = folder.resolve("lapwing.jar").toString();
        run("jar", "--create", "--file", jar, "-C", locationOf(Winsock.class), ".");
    }

    private static String locationOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    }

    private static void run(String tool, String... arguments) {
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        int status = ToolProvider.findFirst(tool).orElseThrow().run(out, out, arguments);
        assertThat(status).as(said::toString).isZero();
    }

    /** Compiles the program with every warning an error. */
    private Path compiled(String pathOption, boolean asModule) throws Exception {
        Path sources = Path.of(locationOf(ConsumerTest.class)).resolve("consumer");
        Path classes = Files.createDirectory(folder.resolve("classes"));
        List<String> words = new ArrayList<>(List.of("-Xlint:all", "-Werror", pathOption, jar));
        words.addAll(List.of("-d", classes.toString()));
        try (Stream<Path> files = Files.list(sources)) {
            files.map(Path::toString)
                    .filter(name -> asModule || !name.endsWith("module-info.java"))
                    .forEach(words::add);
        }
        run("javac", words.toArray(String[]::new));
        return classes;
    }

    private List<String> java(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.add("--illegal-native-access=deny");
        command.add("-Djava.util.logging.SimpleFormatter.format=%5$s%6$s%n");
        command.addAll(Arrays.asList(arguments));
        Path out = folder.resolve("out");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ends in time").isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
        return Files.readAllLines(out);
    }

    private List<String> onModulePath(String engine, String... more) throws Exception {
        String path = jar + ":" + compiled("-p", true);
        List<String> words = new ArrayList<>(List.of(more));
        words.addAll(List.of("-Dlapwing.engine=" + engine, "-p", path));
        words.addAll(List.of("-m", "consumer/consumer.RoundTrip"));
        return java(words.toArray(String[]::new));
    }

    private List<String> onClassPath(String engine, String... more) throws Exception {
        String path = jar + ":" + compiled("-cp", false);
        List<String> words = new ArrayList<>(List.of(more));
        words.addAll(List.of("-Dlapwing.engine=" + engine, "-cp", path, "consumer.RoundTrip"));
        return java(words.toArray(String[]::new));
    }

    @Test
    void namedModuleCompilesAndRuns() throws Exception {
        assertThat(onModulePath(ENGINE, "--enable-native-access=lapwing")).containsExactly("hello");
    }

    @Test
    void programOnTheClassPathCompilesAndRuns() throws Exception {
        assertThat(onClassPath(ENGINE, "--enable-native-access=ALL-UNNAMED"))
                .containsExactly("hello");
    }

    @Test
    void deniedNativeAccessMeansSelectorsAndAdviceThatHelpsAModule() throws Exception {
        assertThat(onModulePath("auto"))
                .hasSize(2)
                .first()
                .asString()
                .startsWith("using java.nio selectors")
                .endsWith(" --enable-native-access=lapwing");
    }

    @Test
    void deniedNativeAccessMeansSelectorsAndAdviceThatHelpsTheClassPath() throws Exception {
        assertThat(onClassPath("auto"))
                .hasSize(2)
                .first()
                .asString()
                .startsWith("using java.nio selectors")
                .endsWith(" --enable-native-access=ALL-UNNAMED");
    }

    @Test
    void deniedNativeAccessIsSaidWhereNoOtherEngineWillDo() throws Exception {
        String advice =
                "java.lang.IllegalStateException: this JVM does not let us call the system; "
                        + "start it with --enable-native-access=ALL-UNNAMED";
        assertThat(onClassPath("uring"))
                .first()
                .asString()
                .isEqualTo("Exception in thread \"main\" " + advice);
    }

    @Test
    void editorsShowTheNamesOfParameters() {
        Method call =
                Arrays.stream(AcceptEx.class.getMethods())
                        .filter(m -> m.getName().equals("call"))
                        .findFirst()
                        .orElseThrow();
        assertThat(call.getParameters())
                .extracting(Parameter::getName)
                .startsWith("sListenSocket", "sAcceptSocket", "lpOutputBuffer");
    }
}
