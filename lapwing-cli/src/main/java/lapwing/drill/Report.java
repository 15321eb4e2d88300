package lapwing.drill;

import java.io.PrintWriter;

/** Prints what a run has to say, line by line, each flushed at once. */
final class Report {
    private static final String RED = "\u001B[31m";
    private static final String GREEN = "\u001B[32m";
    private static final String PLAIN = "\u001B[0m";
    private static final String HANGS = "HANGS";

    private final PrintWriter out;
    private final boolean colour;

    Report(PrintWriter out, boolean colour) {
        this.out = out;
        this.colour = colour;
    }

    void outcome(Line line, String outcome) {
        print("%-78s => %s".formatted(line.call(), outcome));
    }

    void mismatch(Line line, String outcome) {
        print(
                RED,
                "MISMATCH line %d: expected %s got %s"
                        .formatted(line.number(), line.expected(), outcome));
    }

    /** A call has not returned in time: that fails whatever was expected. */
    void hangs(Line line) {
        outcome(line, HANGS);
        print(RED, "MISMATCH line %d: got %s".formatted(line.number(), HANGS));
    }

    void verdict(String file, int failed, int checks) {
        if (failed == 0) {
            print(GREEN, "PASS " + file);
        } else {
            print(RED, "FAIL %s (%d of %d)".formatted(file, failed, checks));
        }
    }

    void message(String text) {
        print(text);
    }

    private void print(String mark, String line) {
        print(colour ? mark + line + PLAIN : line);
    }

    private void print(String line) {
        out.println(line);
        out.flush();
    }
}
