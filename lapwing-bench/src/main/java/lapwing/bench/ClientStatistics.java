package lapwing.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * Counts and latencies of the client's thread, and the CPU time of the process, over one window.
 */
final class ClientStatistics {
    private static final long CLOCK_TICK_MICROS = 10_000;

    private Histogram latencies = new Histogram(60_000_000_000L, 3);
    private long errors;
    private volatile Histogram asked = latencies;

    /** Called by the client's thread. */
    void done(long nanos) {
        if (asked != latencies) {
            latencies = asked;
            errors = 0;
        }
        latencies.recordValue(Math.min(nanos, latencies.getHighestTrackableValue()));
    }

    void error() {
        errors++;
    }

    /** Waits through warm-up and window, prints one line of JSON and ends the process. */
    void window(double warmUp, double time) throws InterruptedException {
        Thread.sleep((long) (warmUp * 1000));
        Histogram window = new Histogram(60_000_000_000L, 3);
        asked = window;
        long cpu = processMicros();
        long begin = System.nanoTime();
        Thread.sleep((long) (time * 1000));
        long count = window.getTotalCount();
        double seconds = (System.nanoTime() - begin) / 1e9;
        double used = processMicros() - cpu;
        System.out.printf(
                Locale.ROOT,
                "{\"mode\":\"connect\",\"ops\":%d,\"ops_s\":%.1f,\"secs\":%.3f,\"lat_us\":{\"p50\":%.2f,\"p90\":%.2f,"
                        + "\"p99\":%.2f,\"p999\":%.2f},\"srv_cpu_us_op\":%.4f,\"srv_cpu_util\":%.4f,\"errors\":%d}%n",
                count,
                count / seconds,
                seconds,
                window.getValueAtPercentile(50) / 1e3,
                window.getValueAtPercentile(90) / 1e3,
                window.getValueAtPercentile(99) / 1e3,
                window.getValueAtPercentile(99.9) / 1e3,
                used / Math.max(1, count),
                used / 1e6 / seconds,
                errors);
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    private static long processMicros() {
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * CLOCK_TICK_MICROS;
        } catch (IOException e) {
            return 0;
        }
    }
}
