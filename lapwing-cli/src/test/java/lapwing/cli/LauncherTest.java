package lapwing.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The script {@code lapwing} in a checkout that looks built, with a {@code java} that prints what
 * it was called with, one argument a line.
 */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class LauncherTest {
    private static final List<String> SOURCES =
            List.of(
                    "pom.xml",
                    "lapwing-core/pom.xml",
                    "lapwing-core/src/main/A.java",
                    "lapwing-cli/pom.xml",
                    "lapwing-cli/src/main/B.java");
    private static final String JAR = "lapwing-cli/target/lapwing.jar";
    private static final String CACHE = "lapwing-cli/target/lapwing.aot";

    private static final String MAKES_CACHE =
            "for a; do case $a in -XX:AOTCacheOutput=*) echo cache >\"${a#*=}\";; esac; done";

    /** What the launcher has answered. */
    private record Answer(int status, String out, String err) {}

    @TempDir private Path folder;
    private Path checkout;
    private Path jdk;

    @BeforeEach
    void layOutTheCheckout() throws IOException {
        checkout = Files.createDirectory(folder.resolve("checkout"));
        jdk = folder.resolve("jdk");
        for (String source : SOURCES) {
            write(checkout.resolve(source), "");
        }
        copy("lapwing");
        copy("build");
        copy("scripts/jdk25.sh");
        write(jdk.resolve("release"), "JAVA_VERSION=\"25\"\n");
        for (String program : List.of("java", "javac")) {
            Path file = jdk.resolve("bin/" + program);
            write(file, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Instant later = Instant.now().plusSeconds(10); // than the sources and their folders
        write(checkout.resolve(JAR), "jar");
        Files.setLastModifiedTime(checkout.resolve(JAR), FileTime.from(later));
        write(checkout.resolve(CACHE), "cache");
        Files.setLastModifiedTime(checkout.resolve(CACHE), FileTime.from(later.plusSeconds(1)));
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void copy(String file) throws IOException {
        Path to = checkout.resolve(file);
        Files.createDirectories(to.getParent());
        Files.copy(Path.of("..", file), to);
        Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Nobody may write here; the superuser, who always may, becomes somebody else. */
    private List<String> readOnly() throws IOException {
        List<String> under = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            under.addAll(List.of("setpriv", "--reuid=65534", "--clear-groups"));
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        for (String part : List.of("lapwing-core", "lapwing-cli", "lapwing-cli/target")) {
            Files.setPosixFilePermissions(
                    checkout.resolve(part), PosixFilePermissions.fromString("r-xr-xr-x"));
        }
        return under;
    }

    private Answer run(List<String> under, String options, String... arguments) throws Exception {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        List<String> words = new ArrayList<>(under);
        words.add(checkout.resolve("lapwing").toString());
        words.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(words)
                        .directory(checkout.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().put("JAVA25_HOME", jdk.toString());
        builder.environment().put("LAPWING_JAVA_OPTS", options);
        Process process = builder.start();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        Answer answer =
                new Answer(process.exitValue(), Files.readString(out), Files.readString(err));
        for (String part : List.of("lapwing-core", "lapwing-cli", "lapwing-cli/target")) {
            Files.setPosixFilePermissions( // so that the folder can be removed
                    checkout.resolve(part), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        return answer;
    }

    @Test
    void argumentsAndOptionsReachTheJvmAsTheyAre() throws Exception {
        Answer answer = run(List.of(), "-Da=* -Db=[p]om.xml pom.*", "gateway", "--to", "a b");
        assertThat(answer.err()).isEmpty();
        assertThat(answer.out())
                .contains("\n-Da=*\n-Db=[p]om.xml\npom.*\n-jar\n")
                .endsWith("/lapwing.jar\ngateway\n--to\na b\n");
    }

    @Test
    void readOnlyCheckoutThatIsBuiltWorks() throws Exception {
        Files.delete(checkout.resolve(CACHE));
        Answer answer = run(readOnly(), "", "doctor");
        assertThat(answer.err()).isEmpty();
        assertThat(answer.out()).endsWith("\ndoctor\n");
    }

    @Test
    void readOnlyCheckoutWithAnOldJarIsSaidInOneLine() throws Exception {
        Files.setLastModifiedTime(checkout.resolve(JAR), FileTime.from(Instant.EPOCH));
        Answer answer = run(readOnly(), "", "doctor");
        assertThat(answer.status()).isEqualTo(1);
        assertThat(answer.out()).isEmpty();
        assertThat(answer.err())
                .isEqualTo(
                        "lapwing: cannot build "
                                + checkout.toRealPath().resolve(JAR)
                                + ", which is older than its sources: "
                                + checkout.toRealPath().resolve("lapwing-cli/target")
                                + " is not writable\n");
    }

    @Test
    void readOnlyCheckoutWithoutAJarIsSaidInOneLine() throws Exception {
        Files.delete(checkout.resolve(JAR));
        Answer answer = run(readOnly(), "", "doctor");
        assertThat(answer.status()).isEqualTo(1);
        assertThat(answer.err())
                .startsWith("lapwing: cannot build ")
                .contains(", which is missing: ")
                .endsWith(" is not writable\n");
        assertThat(answer.err().lines()).hasSize(1);
    }

    @Test
    void cacheThatCannotBeWrittenIsAFailure() throws Exception {
        Answer answer = run(readOnly(), "", "--make-aot");
        assertThat(answer.status()).isEqualTo(1);
        assertThat(answer.err())
                .isEqualTo(
                        "lapwing: cannot make a start-up cache: "
                                + checkout.toRealPath().resolve("lapwing-cli/target")
                                + " is not writable\n");
    }

    @Test
    void cacheThatTheJvmDoesNotMakeIsAFailure() throws Exception {
        Answer answer = run(List.of(), "", "--make-aot"); // this java makes none
        assertThat(answer.status()).isEqualTo(1);
        assertThat(answer.err())
                .startsWith("lapwing: the JVM has made no start-up cache")
                .hasLineCount(1);
    }

    @Test
    void cacheIsMadeWithoutFurtherArguments() throws Exception {
        Answer answer = run(List.of(), "", "--make-aot", "gateway");
        assertThat(answer.status()).isEqualTo(2);
        assertThat(answer.out()).isEmpty();
        assertThat(answer.err()).isEqualTo("lapwing: --make-aot stands alone, without 'gateway'\n");
    }

    /** The JVM would refuse to start with two. */
    @ParameterizedTest
    @ValueSource(strings = {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "LAPWING_JAVA_OPTS"})
    void collectorThatTheEnvironmentNamesIsTheOnlyOne(String variable) throws Exception {
        Process process = start(variable, "-Da=b -XX:+UseG1GC", "doctor");
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(folder.resolve("out")))
                .doesNotContain("UseSerialGC")
                .endsWith("\ndoctor\n");
    }

    @Test
    void cacheIsMadeWithoutTheOptionsOfTheEnvironment() throws Exception {
        script("java", "[ -z \"$JAVA_TOOL_OPTIONS\" ] || exit 1\n" + MAKES_CACHE);
        Process process = start("JAVA_TOOL_OPTIONS", "-XX:+UseG1GC", "--make-aot");
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(checkout.resolve(CACHE)).isNotEmptyFile();
    }

    @Test
    void signalEndsTheLauncherAndWhatItMakes() throws Exception {
        Path making = folder.resolve("making");
        script(
                "java",
                "echo $$ >" + making + ".new; mv " + making + ".new " + making + "; sleep 30");
        Process process = start("A", "b", "--make-aot");
        await().atMost(Duration.ofSeconds(15)).until(() -> Files.exists(making));
        long java = Long.parseLong(Files.readString(making).strip());
        process.destroy();
        assertThat(process.waitFor(3, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(143);
        await().atMost(Duration.ofSeconds(5))
                .until(() -> ProcessHandle.of(java).filter(ProcessHandle::isAlive).isEmpty());
    }

    private void script(String program, String text) throws IOException {
        Files.writeString(jdk.resolve("bin/" + program), "#!/bin/sh\n" + text + "\n");
    }

    private Process start(String variable, String value, String... arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of(checkout.resolve("lapwing").toString()));
        words.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(words)
                        .directory(checkout.toFile())
                        .redirectOutput(folder.resolve("out").toFile())
                        .redirectError(folder.resolve("err").toFile());
        builder.environment().put("JAVA25_HOME", jdk.toString());
        builder.environment().put(variable, value);
        return builder.start();
    }
}
