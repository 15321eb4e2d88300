package lapwing.drill;

import java.util.regex.Pattern;

/**
 * Compares an outcome with what a script expects: alternatives, and {@code *} for any run of
 * characters.
 */
final class Expectation {
    private static final Pattern OR = Pattern.compile(" | ", Pattern.LITERAL);

    private Expectation() {}

    /** Whether one of the alternatives in {@code expected} describes {@code outcome}. */
    static boolean isMet(String expected, String outcome) {
        for (String alternative : OR.split(expected, -1)) {
            if (matches(alternative.strip(), outcome)) {
                return true;
            }
        }
        return false;
    }

    /** Without recursion: after a mismatch only the last star can take one character more. */
    private static boolean matches(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int starEnd = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                starEnd = t;
            } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++starEnd;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
