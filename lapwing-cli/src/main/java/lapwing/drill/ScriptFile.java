package lapwing.drill;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads a script file and holds it to the limits of the language. */
final class ScriptFile {
    static final int MAX_LINES = 2000;
    static final int MAX_LINE_LENGTH = 8000;

    private ScriptFile() {}

    static List<Line> read(Path file) throws UnreadableScript {
        String text;
        try {
            // Scripts are ASCII; bytes that are not even UTF-8 become U+FFFD and make data BAD.
            text = new String(Files.readAllBytes(file), UTF_8);
        } catch (IOException e) {
            throw new UnreadableScript(file + " cannot be opened");
        }
        return lines(file, text);
    }

    private static List<Line> lines(Path file, String text) throws UnreadableScript {
        List<Line> lines = new ArrayList<>();
        int next;
        for (int from = 0; from < text.length(); from = next) {
            int end = text.indexOf('\n', from);
            next = end < 0 ? text.length() : end + 1;
            String line = withoutLineEnd(text.substring(from, next));
            int number = lines.size() + 1;
            if (number > MAX_LINES) {
                throw new UnreadableScript(file + " has more than " + MAX_LINES + " lines");
            }
            if (line.length() > MAX_LINE_LENGTH) {
                throw new UnreadableScript(
                        file
                                + " line "
                                + number
                                + " has more than "
                                + MAX_LINE_LENGTH
                                + " characters");
            }
            lines.add(Line.parse(number, line));
        }
        return lines;
    }

    private static String withoutLineEnd(String line) {
        int end = line.length();
        if (line.endsWith("\r\n")) {
            end -= 2;
        } else if (line.endsWith("\n")) {
            end -= 1;
        }
        return line.substring(0, end);
    }
}
