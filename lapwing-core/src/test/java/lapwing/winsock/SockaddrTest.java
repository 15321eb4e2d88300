package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values of the contract that travel: addresses and GUIDs. */
class SockaddrTest {
    @ParameterizedTest
    @CsvSource({"2, 0.0.0.0, 16", "23, ::, 28"})
    void anyIsTheWildcardOfItsFamily(int family, String host, int length) {
        Sockaddr any = Sockaddr.any(family, 65535);
        assertThat(any).isEqualTo(Sockaddr.of(new InetSocketAddress(host, 65535)));
        assertThat(any.family()).isEqualTo(family);
        assertThat(any.length()).isEqualTo(length);
        assertThat(any.isWildcard()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"10, 80", "2, -1", "23, 65536"})
    void anyRefusesOtherFamiliesAndWhatIsNoPort(int family, int port) {
        assertThatThrownBy(() -> Sockaddr.any(family, port))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("family " + family + " with port " + port);
    }

    @Test
    void guidsAreEqualByValue() {
        String text = "b5367df1-cbac-11cf-95ca-00805f48a192";
        assertThat(Guid.of(text))
                .isEqualTo(Constants.WSAID_ACCEPTEX)
                .hasSameHashCodeAs(Constants.WSAID_ACCEPTEX)
                .hasToString(text)
                .isNotEqualTo(Constants.WSAID_CONNECTEX);
    }
}
