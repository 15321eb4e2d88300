package lapwing.drill;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpectationTest {
    @ParameterizedTest
    @CsvSource({
        "ok, ok, true",
        "ok, OK, false",
        "*, anything, true",
        "0 bytes=*, 0 bytes=8, true",
        "0 bytes=*, 0 bytes=, true",
        "SOCKET_ERROR WSAEFAULT*, SOCKET_ERROR WSAEFAULT bytes=0, true",
        "overlapped=o*, overlapped=o1 x, true",
        "a*b*c, axxbxbxc, true",
        "a*b*c, axxbxbx, false",
        "*a, aab, false",
        "**, x, true",
        "a, ab, false",
        "ab, a, false",
    })
    void starMatchesAnyRunAndAllElseMustBeEqual(String expected, String outcome, boolean met) {
        assertThat(Expectation.isMet(expected, outcome)).isEqualTo(met);
    }

    @Test
    void oneOfTheAlternativesIsEnough() {
        String expected = "TRUE bytes=5 |  FALSE ERROR_IO_PENDING ";
        assertThat(Expectation.isMet(expected, "TRUE bytes=5")).isTrue();
        assertThat(Expectation.isMet(expected, "FALSE ERROR_IO_PENDING")).isTrue();
        assertThat(Expectation.isMet(expected, "FALSE")).isFalse();
    }

    @Test
    void barWithoutBlanksIsPartOfTheText() {
        assertThat(Expectation.isMet("1 \"a|b\"", "1 \"a|b\"")).isTrue();
    }

    @Test
    void emptyExpectationMeetsOnlyAnEmptyOutcome() {
        assertThat(Expectation.isMet("", "")).isTrue();
        assertThat(Expectation.isMet("", "0")).isFalse();
    }

    @Test
    void manyStarsAreComparedInReasonableTime() {
        assertThat(Expectation.isMet("*a".repeat(30) + "b", "a".repeat(5000))).isFalse();
    }
}
