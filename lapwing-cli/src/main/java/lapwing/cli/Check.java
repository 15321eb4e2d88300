package lapwing.cli;

import java.io.PrintWriter;
import java.util.List;

/**
 * One line of {@code lapwing doctor}: what was looked at, what it is, and what to do about it.
 *
 * @param mark whether it is as it should be
 * @param name what was looked at
 * @param value what it is
 * @param advice what to do, one line or several; empty if there is nothing to do
 */
record Check(Mark mark, String name, String value, String advice) {
    /** How a check has come out, and the word the reader sees. */
    enum Mark {
        /** As it should be. */
        OK("ok"),
        /** Works, but a busy program will meet this limit. */
        LOW("low"),
        /** Not there; Lapwing does without. */
        ABSENT("no"),
        /** Nothing works without it. */
        BAD("BAD"),
        /** Neither good nor bad: worth knowing. */
        NOTE("-");

        private final String word;

        Mark(String word) {
            this.word = word;
        }
    }

    static Check ok(String name, String value) {
        return new Check(Mark.OK, name, value, "");
    }

    static Check note(String name, String value, String advice) {
        return new Check(Mark.NOTE, name, value, advice);
    }

    /** A limit: low with the advice, or good without it. */
    static Check limit(boolean enough, String name, String value, String advice) {
        return enough ? ok(name, value) : new Check(Mark.LOW, name, value, advice);
    }

    /** Prints checks under a title, values in one column, advice below the value it is about. */
    static void print(PrintWriter out, String title, List<Check> checks, int nameWidth) {
        out.println(title);
        String beforeAdvice = " ".repeat(2 + 5 + nameWidth + 2);
        for (Check check : checks) {
            String name = check.name + " ".repeat(Math.max(0, nameWidth - check.name.length()));
            String word = check.mark.word + " ".repeat(5 - check.mark.word.length());
            out.println("  " + word + name + "  " + check.value);
            check.advice.lines().forEach(line -> out.println(beforeAdvice + "-> " + line));
        }
        out.println();
    }
}
