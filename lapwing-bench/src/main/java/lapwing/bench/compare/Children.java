package lapwing.bench.compare;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The processes of a comparison, each bound to a processor where that can be done, and a folder for
 * their files. All of it is gone after {@link #close}, or when this JVM ends before.
 */
final class Children implements AutoCloseable {
    private static final long GRACE_SECONDS = 3;

    private final Path folder = Files.createTempDirectory("lapwing-compare");
    private final Thread atExit = new Thread(this::endAll, "end of the children");
    private final boolean areBound;

    /** Guarded by this: the thread at the exit reads it as well. */
    private final List<Child> children = new ArrayList<>();

    private boolean isClosed;

    Children() throws IOException, InterruptedException {
        areBound = runsOn(0) && runsOn(1);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    private static boolean runsOn(int processor) throws InterruptedException {
        try {
            Process trial =
                    new ProcessBuilder("taskset", "-c", "" + processor, "true")
                            .redirectErrorStream(true)
                            .start();
            boolean hasEnded = trial.waitFor(10, TimeUnit.SECONDS);
            trial.destroyForcibly();
            return hasEnded && trial.exitValue() == 0;
        } catch (IOException e) {
            return false; // no taskset
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
        if (areBound) {
            words.addAll(List.of("taskset", "-c", "" + processor));
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

    private synchronized void endAll() {
        isClosed = true;
        for (Child child : children) {
            child.process().descendants().forEach(ProcessHandle::destroy); // a launcher's build
            child.process().destroy();
        }
        try {
            long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(GRACE_SECONDS);
            for (Child child : children) {
                child.process().waitFor(limit - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Child child : children) {
            child.process().destroyForcibly();
        }
        deleteFolder();
    }

    private void deleteFolder() {
        File[] files = folder.toFile().listFiles();
        for (File file : files == null ? new File[0] : files) {
            boolean _ = file.delete();
        }
        boolean _ = folder.toFile().delete();
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
