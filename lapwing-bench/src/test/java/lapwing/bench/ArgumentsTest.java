package lapwing.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {
    private final Arguments arguments = new Arguments("--port", "7", "--mode", "echo");

    @Test
    void valuesAreFoundByName() {
        arguments.allow("port", "mode");
        assertThat(arguments.number("port", 9000)).isEqualTo(7);
        assertThat(arguments.choice("mode", "short", "echo")).isEqualTo("echo");
    }

    @Test
    void whatIsNotGivenHasItsDefault() {
        assertThat(arguments.number("size", 64)).isEqualTo(64);
        assertThat(arguments.choice("close", "server", "client")).isEqualTo("server");
        assertThat(arguments.seconds("time", 0.5)).isEqualTo(0.5);
    }

    @Test
    void unknownNameIsRefusedWithThoseThatThereAre() {
        assertThatThrownBy(() -> arguments.allow("prot", "mode"))
                .hasMessage("--port: unknown option; there are --prot, --mode");
    }

    @Test
    void nameWithoutValueIsRefused() {
        assertThatThrownBy(() -> new Arguments("--port")).hasMessageContaining("--port");
    }

    @Test
    void valueWithoutNameIsRefused() {
        assertThatThrownBy(() -> new Arguments("port", "7")).hasMessageContaining("\"port\"");
    }

    @Test
    void wordInsteadOfANumberIsRefused() {
        assertThatThrownBy(() -> arguments.number("mode", 1)).hasMessageContaining("--mode");
        assertThatThrownBy(() -> arguments.seconds("mode", 1)).hasMessageContaining("--mode");
    }

    @Test
    void numberOutsideItsLimitsIsRefused() {
        arguments.limit("port", 7, 7);
        arguments.limit("size", 1, 2);
        assertThatThrownBy(() -> arguments.limit("port", 1, 6))
                .hasMessage("--port: \"7\" is not a number from 1 to 6");
        assertThatThrownBy(() -> arguments.limit("port", 8, 9))
                .hasMessage("--port: \"7\" is not a number from 8 to 9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3601", "-1", "NaN"})
    void noOrMoreThanAnHourIsRefused(String seconds) {
        assertThatThrownBy(() -> new Arguments("--time", seconds).seconds("time", 1))
                .hasMessage(
                        "--time: \"" + seconds + "\" is not a number of seconds from 0 to 3600");
    }

    @Test
    void wordThatIsNoChoiceIsRefused() {
        assertThatThrownBy(() -> arguments.choice("mode", "short", "sink"))
                .hasMessage("--mode: \"echo\" is not one of short, sink");
    }
}
