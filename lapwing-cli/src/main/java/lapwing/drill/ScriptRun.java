package lapwing.drill;

import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The run of one script, on a thread that belongs to it; another thread waits in {@link #await}.
 *
 * <p>The two counters are written by the script's thread, and by the watcher after it has given
 * that thread up. {@link Watch} orders their reads and writes.
 */
final class ScriptRun implements Runnable {
    private final List<Line> lines;
    private final Report report;
    private final Script script = new Script();
    private final Interpreter interpreter = new Interpreter(script);
    private final Watch watch = new Watch();
    private int checks;
    private int failed;

    ScriptRun(List<Line> lines, Report report) {
        this.lines = lines;
        this.report = report;
    }

    @Override
    public void run() {
        try {
            if (runLines()) {
                close();
            }
        } catch (RuntimeException | Error e) {
            failed++; // a defect of the runner itself; the thread's handler prints it
            throw e;
        } finally {
            watch.finish();
        }
    }

    /** False if the watcher has given up. */
    private boolean runLines() {
        int repeatAt = 0;
        long left = 0;
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            OptionalLong times = line.repeats();
            if (left == 0 && times.isPresent()) {
                repeatAt = i;
                left = times.getAsLong();
            } else if (left > 0 && line.isEnd()) {
                left--;
                i = left > 0 ? repeatAt : i;
            } else if (!line.isBlank() && !run(line)) {
                return false;
            }
        }
        return true;
    }

    private boolean run(Line line) {
        watch.begin(line);
        String outcome = interpreter.run(Quotes.words(line.call()));
        if (!watch.end()) {
            return false;
        }
        report.outcome(line, outcome);
        String expected = line.expected();
        if (expected != null) {
            checks++;
            if (!Expectation.isMet(expected, outcome)) {
                failed++;
                report.mismatch(line, outcome);
            }
        }
        return true;
    }

    /** Closing is watched like a call: it may hang as well. */
    private void close() {
        int number = lines.isEmpty() ? 0 : lines.getLast().number();
        watch.begin(new Line(number, "(closing what the script has left open)", null));
        script.close();
        watch.end();
    }

    /** Waits for the end of the script; returns the line that hangs, null if none did. */
    @Nullable Line await() throws InterruptedException {
        return watch.await();
    }

    /** After a hang: counts it, and closes the script's handles, which may wake the thread. */
    void abandon() {
        checks++;
        failed++;
        Thread.ofPlatform().daemon().name("drill closer").start(script::close);
    }

    int checks() {
        return checks;
    }

    int failed() {
        return failed;
    }
}
