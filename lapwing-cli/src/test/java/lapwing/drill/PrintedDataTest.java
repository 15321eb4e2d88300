package lapwing.drill;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PrintedDataTest {
    @Test
    void shortDataIsQuotedWithEscapes() {
        assertThat(print("a \"b\"\\\n\r\t\0\u001F~\u007F\u00FF"))
                .isEqualTo("\"a \\\"b\\\"\\\\\\n\\r\\t\\x00\\x1f~\\x7f\\xff\"");
        assertThat(print("")).isEqualTo("\"\"");
    }

    @Test
    void sixtyFourBytesAreStillQuoted() {
        assertThat(print("x".repeat(64))).isEqualTo("\"" + "x".repeat(64) + "\"");
    }

    @Test
    void longerDataIsItsLengthAndHash() {
        assertThat(PrintedData.of(filled('q', 20_000))).isEqualTo("20000 bytes fnv=eb757525");
        assertThat(PrintedData.of(filled('z', 50_000))).isEqualTo("50000 bytes fnv=b699b345");
    }

    @Test
    void hashIsFnv1a() {
        assertThat(PrintedData.fnv1a(new byte[0])).isEqualTo(0x811c9dc5);
        assertThat(PrintedData.fnv1a("a".getBytes(ISO_8859_1))).isEqualTo(0xe40c292c);
        assertThat(PrintedData.fnv1a("foobar".getBytes(ISO_8859_1))).isEqualTo(0xbf9cf968);
    }

    @Test
    void partOfMemoryIsPrintedAlone() {
        MemorySegment memory = MemorySegment.ofArray("..abc..".getBytes(ISO_8859_1));
        assertThat(PrintedData.of(memory, 2, 3)).isEqualTo("\"abc\"");
    }

    private static String print(String text) {
        return PrintedData.of(text.getBytes(ISO_8859_1));
    }

    private static byte[] filled(char c, int length) {
        byte[] data = new byte[length];
        Arrays.fill(data, (byte) c);
        return data;
    }
}
