package lapwing.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlagsTest {
    @Test
    void namesAndNumbersAreJoinedByPlus() {
        assertThat(Flags.parse("TF_DISCONNECT+TF_REUSE_SOCKET")).isEqualTo(3);
        assertThat(Flags.parse("MSG_PEEK+0x100+1")).isEqualTo(0x103);
        assertThat(Flags.parse("0")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "TF_", "MSG_PEEK+", "+1", "tf_disconnect", "MSG_PEEK MSG_OOB"})
    void anythingElseIsBad(String word) {
        assertThatThrownBy(() -> Flags.parse(word)).isInstanceOf(BadLine.class);
    }

    @Test
    void onlyMessageFlagsArePrinted() {
        assertThat(Flags.print(0)).isEqualTo("0");
        assertThat(Flags.print(0x300)).isEqualTo("MSG_TRUNC+MSG_CTRUNC");
        assertThat(Flags.print(0x8001)).isEqualTo("MSG_OOB+MSG_PARTIAL");
        assertThat(Flags.print(0x10)).isEmpty();
    }
}
