package lapwing.gateway;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs programs of the system for tests; a test whose program is missing is skipped. */
final class Program {
    private static final List<Path> PLACES =
            Stream.concat(
                            Stream.of(System.getenv().getOrDefault("PATH", "").split(":")),
                            Stream.of("/usr/sbin", "/sbin"))
                    .map(Path::of)
                    .toList();

    /** What a program has left. */
    record Result(int status, String output) {}

    private Program() {}

    /** The full path of a program. */
    static String find(String name) {
        for (Path place : PLACES) {
            if (Files.isExecutable(place.resolve(name))) {
                return place.resolve(name).toString();
            }
        }
        assumeTrue(false, name + " is not installed");
        throw new AssertionError();
    }

    /** Runs a program to its end, with a limit of a minute; standard error goes with the output. */
    static Result run(Path directory, String input, String... command)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "output", ".txt");
        Path from = Files.writeString(Files.createTempFile(directory, "input", ".txt"), input);
        List<String> words = new ArrayList<>(List.of(command));
        words.set(0, find(command[0]));
        Process process =
                new ProcessBuilder(words)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectInput(from.toFile())
                        .redirectOutput(output.toFile())
                        .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(words + " did not end:\n" + Files.readString(output));
        }
        return new Result(process.exitValue(), Files.readString(output));
    }
}
