package lapwing.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The CPU time of a process: what its threads have run, in nanoseconds. The kernel brings the
 * account of a thread that runs up to date at each of its ticks and switches.
 */
final class ProcessorTime {
    private final long pid;
    private final Map<String, Long> atBegin = new HashMap<>();
    private final boolean byThread;
    private long totalAtBegin;

    /** Reads once: the first time takes many milliseconds, of which a window is to have none. */
    ProcessorTime(long pid) {
        this.pid = pid;
        byThread = threads().values().stream().anyMatch(nanos -> nanos > 0);
        begin();
        nanos();
    }

    /** Begins to count here. */
    void begin() {
        if (byThread) {
            atBegin.clear();
            atBegin.putAll(threads());
        } else {
            totalAtBegin = total();
        }
    }

    /**
     * Since the begin, by thread: one that has ended meanwhile counts as nothing, instead of taking
     * its whole life from the sum. Where the kernel keeps no account by thread, the time of the
     * process, in steps of 10 ms.
     */
    long nanos() {
        if (!byThread) {
            return Math.max(0, total() - totalAtBegin);
        }
        long sum = 0;
        for (Map.Entry<String, Long> thread : threads().entrySet()) {
            sum += thread.getValue() - atBegin.getOrDefault(thread.getKey(), 0L);
        }
        return sum;
    }

    private long total() {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .map(Duration::toNanos)
                .orElse(0L);
    }

    private Map<String, Long> threads() {
        Map<String, Long> nanos = new HashMap<>();
        File folder = new File("/proc/" + pid + "/task");
        String[] names = folder.list();
        for (String name : names == null ? new String[0] : names) {
            try {
                String text = Files.readString(Path.of(folder.getPath(), name, "schedstat"));
                nanos.put(name, Long.parseLong(text.substring(0, text.indexOf(' '))));
            } catch (IOException e) {
                // it has just ended
            }
        }
        return nanos;
    }
}
