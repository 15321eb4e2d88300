package lapwing.drill;

import java.util.ArrayList;
import java.util.List;

/**
 * What is inside quotes and what is not: quotes may begin anywhere, and inside them a backslash
 * protects the next character. A quote that is not closed reaches to the end of the text.
 */
final class Quotes {
    private Quotes() {}

    /** Where {@code wanted} first stands outside quotes, -1 if nowhere. */
    static int indexOutside(String text, String wanted) {
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            if (!quoted && text.startsWith(wanted, i)) {
                return i;
            }
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '\\' && quoted) {
                i++;
            }
        }
        return -1;
    }

    /** The words of a call: split at blanks and tabs outside quotes, the quotes kept. */
    static List<String> words(String call) {
        List<String> words = new ArrayList<>();
        int i = 0;
        while (true) {
            while (i < call.length() && isBlank(call.charAt(i))) {
                i++;
            }
            if (i == call.length()) {
                return words;
            }
            int end = endOfWord(call, i);
            words.add(call.substring(i, end));
            i = end;
        }
    }

    private static int endOfWord(String call, int from) {
        boolean quoted = false;
        for (int i = from; i < call.length(); i++) {
            char c = call.charAt(i);
            if (!quoted && isBlank(c)) {
                return i;
            }
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '\\' && quoted) {
                i++;
            }
        }
        return call.length();
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
