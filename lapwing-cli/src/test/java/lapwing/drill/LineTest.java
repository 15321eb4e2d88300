package lapwing.drill;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineTest {
    @Test
    void callAndOutcomeAreTrimmed() {
        assertThat(Line.parse(7, "  sleep 1 \t=>  ok  \r")).isEqualTo(new Line(7, "sleep 1", "ok"));
    }

    @Test
    void lineWithoutArrowExpectsNothing() {
        assertThat(Line.parse(1, "sleep 1").expected()).isNull();
    }

    @Test
    void firstArrowOutsideQuotesCounts() {
        Line line = Line.parse(1, "send s \"=>\" => a => b");
        assertThat(line.call()).isEqualTo("send s \"=>\"");
        assertThat(line.expected()).isEqualTo("a => b");
    }

    @Test
    void commentEndsALineUnlessQuoted() {
        assertThat(Line.parse(1, "send s \"#1\" => 2 # two"))
                .isEqualTo(new Line(1, "send s \"#1\"", "2"));
        assertThat(Line.parse(1, "# fact: A7").isBlank()).isTrue();
    }

    @Test
    void repeatAndEndStandAlone() {
        assertThat(Line.parse(1, " repeat 0x10 # often").repeats()).hasValue(16);
        assertThat(Line.parse(1, "end # here").isEnd()).isTrue();
        assertThat(Line.parse(1, "end x").isEnd()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "repeat",
                "repeat 0",
                "repeat -1",
                "repeat x",
                "repeat 1 2",
                "repeat 2 => ok"
            })
    void badRepeatIsAnOrdinaryLine(String text) {
        assertThat(Line.parse(1, text).repeats()).isEmpty();
    }
}
