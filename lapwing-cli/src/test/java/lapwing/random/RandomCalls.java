package lapwing.random;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import lapwing.winsock.Winsock;
import lapwing.winsock.WsaData;
import org.jspecify.annotations.Nullable;

/**
 * The program that runs sequences in a JVM of its own: {@code RandomCalls FIRST-SEED COUNT LOG
 * [FOLDER]}. It writes what every call returned to the log, and ends at the first failure with
 * status 1, the seed and the fewest steps that still fail, also as a drill script. With a folder it
 * leaves out what a script cannot say, and puts a script of each sequence there.
 */
public final class RandomCalls {
    private static final long LIMIT = 10_000_000_000L;
    private static final long LIMIT_OF_REPEATS = 500_000_000L;

    private RandomCalls() {}

    public static void main(String[] args) throws IOException {
        long first = Long.parseLong(args[0]);
        long count = Long.parseLong(args[1]);
        Winsock.WSAStartup(0x0202, new WsaData());
        warmUp();
        boolean good = true;
        try (BufferedWriter log = Files.newBufferedWriter(Path.of(args[2]))) {
            for (long seed = first; good && seed < first + count; seed++) {
                log.write("seed " + seed + "\n");
                good = run(seed, log, args.length > 3 ? Path.of(args[3]) : null);
            }
        }
        System.exit(good ? 0 : 1); // whatever hangs is left behind
    }

    private static boolean run(long seed, Writer log, @Nullable Path scripts) throws IOException {
        Sequence sequence = new Sequence(LIMIT, seed, scripts != null);
        try {
            sequence.run(new Random(seed));
            if (scripts != null && sequence.isInOrder()) {
                Files.writeString(scripts.resolve(seed + ".drill"), sequence.script().toString());
            }
            return true;
        } catch (Sequence.Broken | RuntimeException e) {
            System.out.println("seed " + seed + ": " + text(e));
            System.out.println(sequence.log());
            System.out.println("The fewest steps that fail:\n" + fewest(sequence.steps()));
            return false;
        } finally {
            log.write(sequence.log());
        }
    }

    private static String text(Exception e) {
        StackTraceElement[] trace = e.getStackTrace();
        return e instanceof Sequence.Broken ? e.getMessage() : e + " at " + List.of(trace);
    }

    /** The engine makes its own descriptors at the first use. */
    private static void warmUp() {
        try {
            new Sequence(LIMIT).run(List.of());
        } catch (Sequence.Broken e) {
            // descriptors that the engine has made and keeps
        }
    }

    /** Leaves out parts of the steps, large ones first, as long as the rest fails. */
    private static String fewest(List<Step> failing) {
        List<Step> steps = failing;
        String last = failure(steps);
        if (last == null) {
            return "(it has not failed again)";
        }
        for (int part = steps.size() / 2; part > 0; part /= 2) {
            for (int from = (steps.size() - 1) / part * part; from >= 0; from -= part) {
                List<Step> fewer = new ArrayList<>(steps);
                fewer.subList(from, Math.min(from + part, fewer.size())).clear();
                String outcome = failure(fewer);
                if (outcome != null) {
                    steps = fewer;
                    last = outcome;
                }
            }
        }
        return last;
    }

    private static @Nullable String failure(List<Step> steps) {
        Sequence sequence = new Sequence(LIMIT_OF_REPEATS);
        try {
            sequence.run(steps);
            return null;
        } catch (Sequence.Broken | RuntimeException e) {
            return text(e) + "\n" + sequence.log() + "\nAs a script:\n" + sequence.script();
        }
    }
}
