package lapwing.drill;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Data as scripts write it: {@code "text"} with escapes, or {@code x*1000}. */
final class Datum {
    private static final int MAX_ASCII = 0x7F;
    private static final int HEX = 16;

    private Datum() {}

    static byte[] parse(String word) {
        return isRepeated(word) ? repeated(word) : text(word);
    }

    private static boolean isRepeated(String word) {
        return word.length() > 2
                && word.charAt(1) == '*'
                && word.chars().skip(2).allMatch(c -> c >= '0' && c <= '9');
    }

    private static byte[] repeated(String word) {
        long times = Numbers.parse(word.substring(2));
        if (times < 0 || times > Integer.MAX_VALUE) {
            throw new BadLine("too much data: " + word);
        }
        byte[] data = new byte[(int) times];
        Arrays.fill(data, ascii(word.charAt(0)));
        return data;
    }

    private static byte[] text(String word) {
        int end = word.length() - 1;
        if (end < 1 || word.charAt(0) != '"' || word.charAt(end) != '"') {
            throw new BadLine("neither \"text\" nor x*N: " + word);
        }
        var data = new ByteArrayOutputStream(word.length());
        for (int i = 1; i < end; i++) {
            char c = word.charAt(i);
            if (c == '"') {
                throw new BadLine("a quote inside quotes: " + word);
            }
            if (c != '\\') {
                data.write(ascii(c));
                continue;
            }
            if (++i == end) {
                throw new BadLine("the last quote is protected: " + word);
            }
            if (word.charAt(i) == 'x') {
                data.write(hexadecimal(word, i + 1, end));
                i += 2;
            } else {
                data.write(escaped(word.charAt(i)));
            }
        }
        return data.toByteArray();
    }

    private static byte escaped(char c) {
        return switch (c) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> ascii(c);
        };
    }

    private static int hexadecimal(String word, int from, int end) {
        int high = from + 1 < end ? Character.digit(word.charAt(from), HEX) : -1;
        int low = from + 1 < end ? Character.digit(word.charAt(from + 1), HEX) : -1;
        if (high < 0 || low < 0) {
            throw new BadLine("\\x without two hexadecimal digits: " + word);
        }
        return high * HEX + low;
    }

    private static byte ascii(char c) {
        if (c > MAX_ASCII) {
            throw new BadLine("not ASCII: " + c);
        }
        return (byte) c;
    }
}
