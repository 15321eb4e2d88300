package lapwing.drill;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/**
 * How received data is printed: quoted while it is short, its length and a hash when it is long.
 */
final class PrintedData {
    static final int LONGEST_QUOTED = 64;

    private static final int FNV_BASIS = 0x811C9DC5;
    private static final int FNV_PRIME = 0x01000193;

    private PrintedData() {}

    static String of(MemorySegment memory, int from, int length) {
        return of(memory.asSlice(from, length).toArray(JAVA_BYTE));
    }

    static String of(byte[] data) {
        return data.length <= LONGEST_QUOTED
                ? quoted(data)
                : "%d bytes fnv=%08x".formatted(data.length, fnv1a(data));
    }

    private static String quoted(byte[] data) {
        StringBuilder text = new StringBuilder("\"");
        for (byte b : data) {
            switch (b) {
                case '"', '\\' -> text.append('\\').append((char) b);
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (b >= ' ' && b <= '~') {
                        text.append((char) b);
                    } else {
                        text.append("\\x%02x".formatted(b));
                    }
                }
            }
        }
        return text.append('"').toString();
    }

    /** FNV-1a, 32 bits. */
    static int fnv1a(byte[] data) {
        int hash = FNV_BASIS;
        for (byte b : data) {
            hash = (hash ^ (b & 0xFF)) * FNV_PRIME;
        }
        return hash;
    }
}
