package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The objects of our classes that are on the heap, by the JVM's own count. */
final class Histogram {
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+lapwing\\.\\S*?([^.\\s]+)\\s");

    /** How many objects of a class there are, and how large they are together. */
    record Row(long instances, long bytes) {
        long each() {
            return bytes / instances;
        }
    }

    private final Map<String, Row> rows = new TreeMap<>();
    private final String text;

    private Histogram(String text) {
        this.text = text;
        for (Matcher row = ROW.matcher(text); row.find(); ) {
            long instances = Long.parseLong(row.group(1));
            rows.put(row.group(3), new Row(instances, Long.parseLong(row.group(2))));
        }
    }

    /** What is reachable. */
    static Histogram ofLive() throws IOException, InterruptedException {
        return take();
    }

    /** What is on the heap, since the last collection also what nobody refers to any more. */
    static Histogram ofAll() throws IOException, InterruptedException {
        return take("-all");
    }

    /** Into a file: the JVM stands still while it writes, so nobody here could read from a pipe. */
    private static Histogram take(String... options) throws IOException, InterruptedException {
        Path file = Files.createTempFile("histogram", ".txt");
        try {
            ProcessBuilder jcmd = new ProcessBuilder();
            jcmd.command().add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
            jcmd.command().add(Long.toString(ProcessHandle.current().pid()));
            jcmd.command().add("GC.class_histogram");
            jcmd.command().addAll(List.of(options));
            assertThat(jcmd.redirectOutput(file.toFile()).start().waitFor(30, TimeUnit.SECONDS))
                    .isTrue();
            return new Histogram(Files.readString(file));
        } finally {
            Files.delete(file);
        }
    }

    /** The row of a class, by its simple name. */
    Row of(String name) {
        assertThat(rows).as(text).containsKey(name);
        return rows.get(name);
    }

    /** How many more there are than before, for each of so many times, to the nearest. */
    Map<String, Long> more(Histogram before, int times) {
        Map<String, Long> result = new TreeMap<>();
        rows.forEach((name, row) -> {
            Row then = before.rows.getOrDefault(name, new Row(0, 0));
            long more = row.instances() - then.instances();
            result.put(name, Math.round((double) more / times));
        });
        result.values().removeIf(more -> more == 0);
        return result;
    }
}
