package lapwing.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {
    @ParameterizedTest
    @CsvSource({
        "localhost:80, localhost, 80",
        "127.0.0.1:8080, 127.0.0.1, 8080",
        "[::1]:443, ::1, 443",
        ":9000, '', 9000",
        "9000, '', 9000",
        "host:0, host, 0"
    })
    void endpointIsHostAndPort(String text, String host, int port) {
        assertThat(HostPort.parse(text)).isEqualTo(new HostPort(host, port));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "host",
                "host:",
                "host:http",
                "host:-1",
                "host:65536",
                "::1",
                "::1:80",
                "[::1",
                "h:1:2"
            })
    void otherTextIsNoEndpoint(String text) {
        assertThatThrownBy(() -> HostPort.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @CsvSource({"500ms, 500", "10s, 10000", "10, 10000", "2m, 120000", "1h, 3600000", "0, 0"})
    void durationHasAUnitOrIsSeconds(String text, long millis) {
        assertThat(Durations.parse(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "s",
                "-1s",
                "1.5s",
                "10 s",
                "1d",
                "99999999999h",
                "999999999999999999999"
            })
    void otherTextIsNoDuration(String text) {
        assertThatThrownBy(() -> Durations.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"500ms", "10s", "2m", "90s", "0s"})
    void durationIsWrittenAsItIsRead(String text) {
        assertThat(Durations.text(Durations.parse(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"4096, 4096", "16k, 16384", "16K, 16384", "1m, 1048576"})
    void sizeHasAUnitOrIsBytes(String text, int bytes) {
        assertThat(ByteSizes.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "k", "-1", "1g", "1.5k", "2000m", "99999999999"})
    void otherTextIsNoSize(String text) {
        assertThatThrownBy(() -> ByteSizes.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.0 KiB",
        "1572864, 1.5 MiB",
        "3221225472, 3.0 GiB"
    })
    void sizeIsWrittenForPeople(long bytes, String text) {
        assertThat(ByteSizes.text(bytes)).isEqualTo(text);
    }

    @Test
    void firstDataIsRequiredWaitedForOrNot() {
        assertThat(FirstData.parse("required")).isEqualTo(FirstData.REQUIRED);
        assertThat(FirstData.parse("required=3s"))
                .isEqualTo(new FirstData(FirstData.Mode.REQUIRED, Duration.ofSeconds(3)));
        assertThat(FirstData.parse("wait=200ms"))
                .isEqualTo(new FirstData(FirstData.Mode.WAIT, Duration.ofMillis(200)));
        assertThat(FirstData.parse("none")).isEqualTo(FirstData.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "wait", "wait=", "wait=0", "required=0s", "none=3s", "always", "=3s"})
    void otherTextIsNoFirstData(String text) {
        assertThatThrownBy(() -> FirstData.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void limitHasRoomForHalfAsManyConnections() {
        assertThat(OpenFiles.connections(256)).isEqualTo(96);
        assertThat(OpenFiles.connections(10)).isEqualTo(1);
        assertThat(OpenFiles.connections(Long.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    }
}
