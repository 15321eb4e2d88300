package lapwing.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The command {@code gateway} in a JVM of its own. */
final class GatewayProcess implements AutoCloseable {
    private static final String LISTENING = "listening on ";

    private final Process process;
    private final Path output;
    private final Path errors;

    private GatewayProcess(Process process, Path output, Path errors) {
        this.process = process;
        this.output = output;
        this.errors = errors;
    }

    /** Starts it and waits until it listens. */
    static GatewayProcess start(String... arguments) throws IOException {
        return start(List.of(), arguments);
    }

    /** The same under another program, such as a shell that sets limits. */
    static GatewayProcess start(List<String> under, String... arguments) throws IOException {
        GatewayProcess gateway = launch(under, arguments);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> !gateway.process.isAlive() || gateway.output().contains(LISTENING));
        assertThat(gateway.output()).as(gateway.errors()).contains(LISTENING);
        return gateway;
    }

    /** The same for one that cannot say where it listens. */
    static GatewayProcess startUnheard(List<String> under, int port, String... arguments)
            throws IOException {
        GatewayProcess gateway = launch(under, arguments);
        await().atMost(Duration.ofSeconds(30)).until(() -> listens(port));
        return gateway;
    }

    private static boolean listens(int port) {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return client.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static GatewayProcess launch(List<String> under, String... arguments)
            throws IOException {
        Path output = Files.createTempFile("gateway", ".out");
        Path errors = Files.createTempFile("gateway", ".err");
        List<String> words = new ArrayList<>(under);
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(
                List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-cp", jars()));
        words.addAll(List.of("lapwing.cli.Main", "gateway"));
        words.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(words)
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile())
                        .start();
        return new GatewayProcess(process, output, errors);
    }

    int port() throws IOException {
        String line =
                output().lines().filter(l -> l.startsWith(LISTENING)).findFirst().orElseThrow();
        return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** Waits until it has said {@code text} on standard error. */
    void awaitError(String text) {
        await().atMost(Duration.ofSeconds(20)).until(() -> errors().contains(text));
    }

    /** Sends SIGTERM, waits for the end, and gives the exit status. */
    int stop() throws InterruptedException {
        return stopWithin(30);
    }

    /** The same, for an end that has to come soon. */
    int stopWithin(int seconds) throws InterruptedException {
        terminate();
        assertThat(process.waitFor(seconds, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    /** The same with another signal. */
    int stopBy(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start().waitFor();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    String output() throws IOException {
        return Files.readString(output);
    }

    String errors() throws IOException {
        return Files.readString(errors);
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.deleteIfExists(output);
        Files.deleteIfExists(errors);
    }

    /**
     * What this JVM runs on, as a class path of jars, as users have them: out of directories a
     * class could not be loaded when no descriptor is left.
     */
    private static String jars() throws IOException {
        String path =
                Stream.of("jdk.module.path", "surefire.test.class.path", "java.class.path")
                        .map(System::getProperty)
                        .filter(p -> p != null && !p.isEmpty())
                        .collect(Collectors.joining(File.pathSeparator));
        List<String> jars = new ArrayList<>();
        for (String element : Arrays.stream(path.split(File.pathSeparator)).distinct().toList()) {
            jars.add(Files.isDirectory(Path.of(element)) ? jar(Path.of(element)) : element);
        }
        return String.join(File.pathSeparator, jars);
    }

    private static String jar(Path directory) throws IOException {
        Path jar = Files.createTempFile("classes", ".jar");
        jar.toFile().deleteOnExit();
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out);
                Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                entries.putNextEntry(new JarEntry(directory.relativize(file).toString()));
                Files.copy(file, entries);
            }
        }
        return jar.toString();
    }
}
