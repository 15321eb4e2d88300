package lapwing.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1:80",
                "0.0.0.0:0",
                "255.255.255.255:65535",
                "[::1]:80",
                "[::]:0",
                "[fe80::1:2]:7",
                "[2001:db8::1:0:0:1]:443",
                "[1:2:3:4:5:6:7:8]:9",
                "[2001:db8::]:1",
                "[::ffff:1.2.3.4]:5"
            })
    void goodAddressIsPrintedAsWritten(String word) {
        assertThat(HostPort.print(HostPort.parse(word))).isEqualTo(word);
    }

    @Test
    void mappedAddressStaysOfVersion6() {
        assertThat(HostPort.parse("[::ffff:1.2.3.4]:5").getAddress().getAddress()).hasSize(16);
    }

    @Test
    void longestRunOfZerosIsLeftOut() {
        assertThat(HostPort.print(HostPort.parse("[1:0:0:2:0:0:0:3]:1")))
                .isEqualTo("[1:0:0:2::3]:1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "127.0.0.1", "127.0.0.1:", ":80", "127.0.0.1:x", "127.0.0.1:65536",
                        "127.0.0.1:-1", "1.2.3:4",
                "1.2.3.256:4", "::1:80", "[::1]", "[::1:80", "[1::2::3]:4", "[]:4", "[1.2.3.4]:5",
                        "localhost:80"
            })
    void anythingElseIsBad(String word) {
        assertThatThrownBy(() -> HostPort.parse(word)).isInstanceOf(BadLine.class);
    }
}
