package lapwing.bench;

import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * Counts and latencies of the client's thread, and the CPU time of a process, over one window. Used
 * by that thread alone: count and CPU time are of the same moment.
 */
final class ClientStatistics {
    private final Histogram latencies = new Histogram(60_000_000_000L, 3);
    private final ProcessorTime processor;
    private long began = System.nanoTime();
    private long took;
    private long used;
    private long errors;
    private String firstError = "";

    ClientStatistics(long pid) {
        processor = new ProcessorTime(pid);
    }

    /** Begins the window. What went wrong before it, in the warm-up, still counts as an error. */
    void begin() {
        latencies.reset();
        processor.begin();
        began = System.nanoTime();
    }

    void end() {
        took = System.nanoTime() - began;
        used = processor.nanos();
    }

    /** Forgets all but the errors. */
    void discard() {
        latencies.reset();
        used = 0;
    }

    void done(long nanos) {
        latencies.recordValue(Math.min(nanos, latencies.getHighestTrackableValue()));
    }

    void error(String what) {
        if (errors++ == 0) {
            firstError = what;
        }
    }

    long errors() {
        return errors;
    }

    String firstError() {
        return firstError;
    }

    long operations() {
        return latencies.getTotalCount();
    }

    /** One line about the window. */
    String json(String mode) {
        long count = operations();
        return String.format(
                Locale.ROOT,
                "{\"mode\":\"%s\",\"ops\":%d,\"ops_s\":%.1f,\"secs\":%.3f,\"lat_us\":{\"p50\":%.2f,\"p90\":%.2f,"
                        + "\"p99\":%.2f,\"p999\":%.2f},\"srv_cpu_us_op\":%.4f,\"srv_cpu_util\":%.4f,"
                        + "\"errors\":%d,\"first_error\":\"%s\"}",
                mode,
                count,
                count * 1e9 / Math.max(1, took),
                took / 1e9,
                micros(50),
                micros(90),
                micros(99),
                micros(99.9),
                used / 1e3 / Math.max(1, count),
                (double) used / Math.max(1, took),
                errors,
                firstError);
    }

    private double micros(double percentile) {
        return latencies.getValueAtPercentile(percentile) / 1e3;
    }
}
