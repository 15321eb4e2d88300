package lapwing.bench.compare;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the comparison prints: circumstances before, results after. */
final class Table {
    private final PrintWriter out;

    Table(PrintWriter out) {
        this.out = out;
    }

    void circumstances(Settings settings, boolean areBound) {
        line("date      " + DateTimeFormatter.RFC_1123_DATE_TIME.format(now()));
        line("kernel    " + System.getProperty("os.name") + " " + System.getProperty("os.version"));
        line("CPU       " + Runtime.getRuntime().availableProcessors() + " x " + processor());
        line("JDK       " + System.getProperty("java.runtime.version"));
        line("flags     " + String.join(" ", Commands.FLAGS));
        line(
                "work      %s, %d connections, %d bytes"
                        .formatted(settings.work(), settings.connections(), settings.size()));
        line(
                "windows   %d of %s s each, after %s s of warm-up; order by --seed %d"
                        .formatted(
                                settings.rounds(),
                                settings.time(),
                                settings.warmUp(),
                                settings.seed()));
        line(
                areBound
                        ? "pinned    server to CPU 0, client to CPU 1"
                        : "pinned    no: that needs taskset and two CPUs; trust the numbers less");
    }

    /** One row for each that was measured; ratios are to the reference, if that is among them. */
    void results(List<Subject> subjects, String reference) {
        List<Subject> sound = subjects.stream().filter(Subject::isMeasured).toList();
        @Nullable Subject one =
                sound.stream().filter(s -> s.name().equals(reference)).findAny().orElse(null);
        line("");
        line(
                "                            latency in us          CPU us/op                      CPU: "
                        + reference
                        + " = 1");
        line(
                "                     ops/s    p50     p99   p99.9   median     min spread   busy  medians  minima");
        for (Subject subject : sound) {
            row(subject, one);
        }
    }

    private void row(Subject subject, @Nullable Subject one) {
        double median = subject.median(Window::cpu);
        double least = subject.least(Window::cpu);
        line(
                String.format(
                        Locale.ROOT,
                        "%-17s %8.0f %6.0f %7.0f %7.0f %8.2f %7.2f %5.0f%% %5.0f%% %8s %7s",
                        subject.name(),
                        subject.median(Window::rate),
                        subject.median(Window::p50),
                        subject.median(Window::p99),
                        subject.median(Window::p999),
                        median,
                        least,
                        (subject.most(Window::cpu) - least) / median * 100,
                        subject.median(Window::busy) * 100,
                        one == null ? "-" : ratio(median / one.median(Window::cpu)),
                        one == null ? "-" : ratio(least / one.least(Window::cpu))));
    }

    private static String ratio(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }

    private static ZonedDateTime now() {
        return ZonedDateTime.now(ZoneId.systemDefault());
    }

    private static String processor() {
        try {
            return Files.readString(Path.of("/proc/cpuinfo"))
                    .lines()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 2))
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }
}
