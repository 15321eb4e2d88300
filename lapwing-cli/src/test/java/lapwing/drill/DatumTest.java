package lapwing.drill;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatumTest {
    @Test
    void quotedTextIsItsBytes() {
        assertThat(text("\"a b\"")).isEqualTo("a b");
        assertThat(text("\"\"")).isEmpty();
    }

    @Test
    void escapesAreReplaced() {
        assertThat(text("\"\\n\\r\\t\\\"\\\\\\x00\\xfF\"")).isEqualTo("\n\r\t\"\\\0\u00FF");
    }

    @Test
    void protectedCharacterStandsForItself() {
        assertThat(text("\"\\q\"")).isEqualTo("q");
    }

    @Test
    void starRepeatsAnyOneCharacter() {
        assertThat(text("x*3")).isEqualTo("xxx");
        assertThat(text("**2")).isEqualTo("**");
        assertThat(Datum.parse("m*4000000")).hasSize(4_000_000).containsOnly('m');
        assertThat(text("z*0")).isEmpty();
    }

    @Test
    void quotedStarIsText() {
        assertThat(text("\"*5\"")).isEqualTo("*5");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "abc",
                "\"",
                "\"abc",
                "abc\"",
                "\"a\"b\"",
                "\"a\\\"",
                "\"\\x1\"",
                "\"\\xg0\"",
                "x*",
                "x*1y",
                "xx*2",
                "x*-1",
                "x*2147483648",
                "NULL",
                "\"\u00E9\"",
                "\u00E9*2"
            })
    void anythingElseIsBad(String word) {
        assertThatThrownBy(() -> Datum.parse(word)).isInstanceOf(BadLine.class);
    }

    private static String text(String word) {
        return new String(Datum.parse(word), ISO_8859_1);
    }
}
