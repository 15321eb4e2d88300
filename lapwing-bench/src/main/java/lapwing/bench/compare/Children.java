package lapwing.bench.compare;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The processes of a comparison, each bound to a processor where that can be done, and a folder for
 * their files. All of it is gone after {@link #close}, or when this JVM ends before.
 *
 * <p>A JVM that is killed runs no code. So each process is started with the wish to get a SIGTERM
 * when its parent dies (prctl, PR_SET_PDEATHSIG), where there is a {@code setpriv} to express it.
 * The parent is the thread that has called {@link #start}, so that one has to live on. The wish is
 * no child's of a child: a launcher has to exec its program, as ours does.
 */
final class Children implements AutoCloseable {
    private static final long GRACE_SECONDS = 3;
    private static final long SIGNAL_MILLIS = 500;

    /** Removes the folder when its input ends: when this JVM does, in whatever way. */
    private static final String SWEEPER = "trap '' HUP INT TERM; cat; rm -rf \"$0\"";

    private static final List<String> ENDING_WITH_US = List.of("setpriv", "--pdeathsig", "TERM");

    private final Path folder = Files.createTempDirectory("lapwing-compare");
    private final Thread atExit = new Thread(this::endAll, "end of the children");
    private final CountDownLatch ending = new CountDownLatch(1);
    private final boolean areBound;
    private final boolean endWithUs;
    private final Process sweeper;

    /** Guarded by this: the thread at the exit reads it as well. */
    private final List<Child> children = new ArrayList<>();

    private boolean isClosed;

    Children() throws IOException, InterruptedException {
        areBound = run(onProcessor(0)) && run(onProcessor(1));
        endWithUs = canEndWithUs();
        sweeper = new ProcessBuilder("sh", "-c", SWEEPER, folder.toString()).start();
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    static boolean canEndWithUs() throws InterruptedException {
        return run(ENDING_WITH_US);
    }

    private static List<String> onProcessor(int processor) {
        return List.of("taskset", "-c", "" + processor);
    }

    /** Whether that can stand in front of a command. */
    private static boolean run(List<String> prefix) throws InterruptedException {
        List<String> words = new ArrayList<>(prefix);
        words.add("true");
        try {
            Process trial = new ProcessBuilder(words).redirectErrorStream(true).start();
            boolean hasEnded = trial.waitFor(10, TimeUnit.SECONDS);
            trial.destroyForcibly();
            return hasEnded && trial.exitValue() == 0;
        } catch (IOException e) {
            return false; // not there
        }
    }

    /** Each is bound to the processor it was started for. */
    boolean areBound() {
        return areBound;
    }

    Path folder() {
        return folder;
    }

    /** Starts one; what it prints, errors alone if {@code speaks}, goes to a file. */
    synchronized Child start(String name, int processor, List<String> command, boolean speaks)
            throws IOException {
        if (isClosed) {
            throw new IOException("the comparison has been stopped");
        }
        List<String> words = new ArrayList<>();
        if (endWithUs) {
            words.addAll(ENDING_WITH_US);
        }
        if (areBound) {
            words.addAll(onProcessor(processor));
        }
        words.addAll(command);
        File log = folder.resolve(name + ".log").toFile();
        ProcessBuilder builder = new ProcessBuilder(words).redirectError(log);
        if (!speaks) {
            builder.redirectErrorStream(true).redirectOutput(log);
        }
        Child child = new Child(name, builder.start(), log.toPath());
        children.add(child);
        return child;
    }

    /**
     * Whether all of them are being ended. Asked after a failure, which may be no more than a sign
     * of that: a signal to a whole group or terminal ends a child before this JVM has begun to end,
     * so the answer waits for that a moment.
     */
    boolean areEnding() throws InterruptedException {
        return ending.await(SIGNAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * After a failure.
     *
     * @throws IOException at the end, when there is nothing to say about it and no use in going on
     */
    void stopIfEnding() throws IOException, InterruptedException {
        if (areEnding()) {
            throw new IOException("the comparison has been stopped");
        }
    }

    private void endAll() {
        ending.countDown();
        endProcesses();
    }

    private synchronized void endProcesses() {
        isClosed = true;
        for (Child child : children) {
            child.process().descendants().forEach(ProcessHandle::destroy); // a launcher's build
            child.process().destroy();
        }
        try {
            long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(GRACE_SECONDS);
            for (Child child : children) {
                child.process().waitFor(limit - System.nanoTime(), TimeUnit.NANOSECONDS);
                child.process().destroyForcibly();
            }
            sweeper.getOutputStream().close();
            sweeper.waitFor(GRACE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // the sweeper has been ended by somebody else
        }
    }

    @Override
    public void close() {
        endAll();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // the JVM is about to end, and the thread has found nothing to do
        }
    }
}
