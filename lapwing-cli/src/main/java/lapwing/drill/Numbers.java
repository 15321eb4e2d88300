package lapwing.drill;

/**
 * Numbers as scripts write them: decimal or {@code 0x} hexadecimal, up to 64 bits, perhaps
 * negative.
 */
final class Numbers {
    private static final int HEX = 16;
    private static final int DECIMAL = 10;

    private Numbers() {}

    /**
     * All 64 bits: what is above {@link Long#MAX_VALUE} comes out negative, as an unsigned value
     * does.
     */
    static long parse(String word) {
        boolean negative = word.startsWith("-");
        String digits = negative ? word.substring(1) : word;
        boolean hex = digits.startsWith("0x") || digits.startsWith("0X");
        long value = magnitude(word, hex ? digits.substring(2) : digits, hex ? HEX : DECIMAL);
        return negative ? -value : value;
    }

    private static long magnitude(String word, String digits, int radix) {
        // parseUnsignedLong would accept a plus sign.
        if (digits.startsWith("+")) {
            throw new BadLine("not a number: " + word);
        }
        try {
            return Long.parseUnsignedLong(digits, radix);
        } catch (NumberFormatException e) {
            throw new BadLine("not a number of 64 bits: " + word);
        }
    }

    /** The low 32 bits, as a DWORD parameter takes them. */
    static int parseInt(String word) {
        return (int) parse(word);
    }

    /** The size of something in memory: like {@link #parseInt}, but below 2^31. */
    static int parseSize(String word) {
        int size = parseInt(word);
        if (size < 0) {
            throw new BadLine("too large: " + word);
        }
        return size;
    }
}
