package lapwing.gateway;

import java.time.Duration;

/**
 * Durations as a user writes them: {@code 500ms}, {@code 10s}, {@code 2m}, {@code 1h}, {@code 10}.
 */
public final class Durations {
    private static final long LONGEST_SECONDS = 366L * 24 * 3600;

    private Durations() {}

    /**
     * Reads a duration; a plain number is seconds.
     *
     * @param text what the user wrote
     * @return the duration, not negative
     * @throws IllegalArgumentException with a message for the user
     */
    public static Duration parse(String text) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        if (digits == 0 || digits > 11) {
            throw unreadable(text);
        }
        long number = Long.parseLong(text.substring(0, digits));
        Duration duration =
                switch (text.substring(digits)) {
                    case "ms" -> Duration.ofMillis(number);
                    case "", "s" -> Duration.ofSeconds(number);
                    case "m" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    default -> throw unreadable(text);
                };
        if (duration.toSeconds() > LONGEST_SECONDS) {
            throw new IllegalArgumentException("'" + text + "' is longer than a year");
        }
        return duration;
    }

    private static IllegalArgumentException unreadable(String text) {
        return new IllegalArgumentException(
                "'" + text + "' is not a duration such as 500ms, 10s, 2m or 10 (seconds)");
    }

    /**
     * The shortest text that {@link #parse} reads back.
     *
     * @param duration whole milliseconds
     * @return such as {@code 10s}
     */
    public static String text(Duration duration) {
        long ms = duration.toMillis();
        if (ms % 1000 != 0) {
            return ms + "ms";
        }
        return ms % 60_000 == 0 && ms != 0 ? ms / 60_000 + "m" : ms / 1000 + "s";
    }
}
