package lapwing.drill;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One line of a script, taken apart.
 *
 * @param number counted from 1
 * @param call what to run, without comment and outcome, trimmed; empty if there is nothing to run
 * @param expected the outcome as written, trimmed; null if the line has none
 */
record Line(int number, String call, @Nullable String expected) {
    private static final String ARROW = "=>";

    static Line parse(int number, String text) {
        int comment = Quotes.indexOutside(text, "#");
        String line = comment < 0 ? text : text.substring(0, comment);
        int arrow = Quotes.indexOutside(line, ARROW);
        if (arrow < 0) {
            return new Line(number, line.strip(), null);
        }
        String expected = line.substring(arrow + ARROW.length()).strip();
        return new Line(number, line.substring(0, arrow).strip(), expected);
    }

    boolean isBlank() {
        return call.isEmpty();
    }

    /** How often the lines that follow are to run; empty if this is not a good {@code repeat N}. */
    OptionalLong repeats() {
        var words = Quotes.words(call);
        if (expected != null || words.size() != 2 || !words.get(0).equals("repeat")) {
            return OptionalLong.empty();
        }
        try {
            long times = Numbers.parse(words.get(1));
            return times >= 1 ? OptionalLong.of(times) : OptionalLong.empty();
        } catch (BadLine e) {
            return OptionalLong.empty();
        }
    }

    boolean isEnd() {
        return expected == null && call.equals("end");
    }
}
