package lapwing.drill;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import lapwing.winsock.Winsock;
import lapwing.winsock.WinsockError;
import lapwing.winsock.WsaData;
import org.jspecify.annotations.Nullable;

/**
 * Runs script files one after another and prints what their calls return.
 *
 * <p>A script runs on a thread of its own while the caller watches it, so that a call that hangs
 * ends only its script.
 */
public final class Drill {
    private static final int VERSION_2_2 = 0x0202;

    private final Report report;

    /**
     * Makes a runner.
     *
     * @param out gets every line as soon as it is known
     * @param colour whether mismatches and failures are marked with terminal colours
     */
    public Drill(PrintWriter out, boolean colour) {
        report = new Report(out, colour);
    }

    /**
     * Runs the files in the order given.
     *
     * @param files their paths, printed as they are
     * @return how many of them failed
     * @throws InterruptedException if the watching thread is interrupted; the script then goes on
     *     without being watched
     */
    public int run(List<String> files) throws InterruptedException {
        int error = Winsock.WSAStartup(VERSION_2_2, new WsaData());
        if (error != 0) {
            throw new IllegalStateException("WSAStartup: " + WinsockError.nameOf(error));
        }
        int failed = 0;
        for (String file : files) {
            if (!run(file)) {
                failed++;
            }
        }
        return failed;
    }

    private boolean run(String file) throws InterruptedException {
        List<Line> lines;
        try {
            lines = ScriptFile.read(Path.of(file));
        } catch (UnreadableScript e) {
            report.message(e.getMessage());
            report.verdict(file, 1, 0);
            return false;
        }
        ScriptRun run = new ScriptRun(lines, report);
        Thread.ofPlatform().daemon().name("drill " + file).start(run);
        @Nullable Line hanging = run.await();
        if (hanging != null) {
            report.hangs(hanging);
            run.abandon();
        }
        report.verdict(file, run.failed(), run.checks());
        return run.failed() == 0;
    }
}
