package lapwing.gateway;

import java.util.Locale;

/** Sizes as a user writes them: {@code 16k}, {@code 1m}, {@code 4096}. */
public final class ByteSizes {
    private ByteSizes() {}

    /**
     * Reads a size; k and m are powers of 1024.
     *
     * @param text what the user wrote
     * @return bytes, at most 1 GiB
     * @throws IllegalArgumentException with a message for the user
     */
    public static int parse(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        int shift = lower.endsWith("k") ? 10 : lower.endsWith("m") ? 20 : 0;
        String digits = shift == 0 ? lower : lower.substring(0, lower.length() - 1);
        if (digits.isEmpty()
                || digits.length() > 10
                || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a size such as 16k, 1m or 4096");
        }
        long bytes = Long.parseLong(digits) << shift;
        if (bytes > 1 << 30) {
            throw new IllegalArgumentException("'" + text + "' is more than 1024m");
        }
        return (int) bytes;
    }

    /**
     * Writes a size for people.
     *
     * @param bytes not negative
     * @return such as {@code 1.5 MiB}
     */
    public static String text(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        int unit = (63 - Long.numberOfLeadingZeros(bytes)) / 10;
        return String.format(
                Locale.ROOT,
                "%.1f %ciB",
                bytes / (double) (1L << (unit * 10)),
                "KMGTPE".charAt(unit - 1));
    }
}
