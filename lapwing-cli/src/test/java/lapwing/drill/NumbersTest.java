package lapwing.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumbersTest {
    @Test
    void numbersAreDecimalOrHexadecimal() {
        assertThat(Numbers.parse("4294967296")).isEqualTo(1L << 32);
        assertThat(Numbers.parse("0xDEADbeef")).isEqualTo(0xDEADBEEFL);
        assertThat(Numbers.parse("-1")).isEqualTo(-1);
    }

    @Test
    void leadingZeroIsNotOctal() {
        assertThat(Numbers.parse("010")).isEqualTo(10);
    }

    @Test
    void keysHaveAll64Bits() {
        assertThat(Numbers.parse("18446744073709551615")).isEqualTo(-1);
    }

    @Test
    void byteCountsHave32Bits() {
        assertThat(Numbers.parseInt("4294967295")).isEqualTo(-1);
    }

    @Test
    void sizesEndBelowTwoGigabytes() {
        assertThat(Numbers.parseSize("2147483647")).isEqualTo(Integer.MAX_VALUE);
        assertThatThrownBy(() -> Numbers.parseSize("2147483648")).isInstanceOf(BadLine.class);
        assertThatThrownBy(() -> Numbers.parseSize("-1")).isInstanceOf(BadLine.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "1x",
                "0x",
                "-",
                "+1",
                "--1",
                "-+1",
                " 1",
                "0x1g",
                "18446744073709551616"
            })
    void malformedNumberIsBad(String word) {
        assertThatThrownBy(() -> Numbers.parse(word)).isInstanceOf(BadLine.class);
    }
}
