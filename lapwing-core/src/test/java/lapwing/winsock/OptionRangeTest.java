package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.stream.Stream;
import lapwing.engine.choice.Engines;
import lapwing.socket.SocketOptions.Row;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every option with a number: its range, before and after the socket has a descriptor. */
class OptionRangeTest extends WinsockContract {
    private static final int MOST = Integer.MAX_VALUE;
    private static final int NOBODY = 0x7FFFFF00;

    private final MemorySegment value = Arena.ofAuto().allocate(4, 4);

    /** The least and the greatest value, and what another one is told. */
    private record Range(int least, int greatest, int error) {}

    private static Range range(Row row) {
        int invalid = WinsockError.WSAEINVAL;
        return switch (row) {
            case RCVBUF, SNDBUF -> new Range(0, 1 << 20, invalid);
            case RCVTIMEO, SNDTIMEO -> new Range(Integer.MIN_VALUE, MOST, invalid); // a DWORD
            case KEEPIDLE, KEEPINTERVAL -> new Range(1, 32767, invalid);
            case KEEPCOUNT -> new Range(1, 127, invalid);
            case MAXRT -> new Range(-1, MOST / 1000, invalid);
            case MAXRTMS -> new Range(-1, MOST, invalid);
            case TOS, MULTICAST_TTL -> new Range(0, 255, invalid);
            case TTL -> new Range(1, 255, invalid);
            case HOPS6, MULTICAST_HOPS6 -> new Range(-1, 255, invalid);
            case MULTICAST_IF, MULTICAST_IF6 -> new Range(0, 0, WinsockError.WSAEADDRNOTAVAIL);
            case MTU_DISCOVER, MTU_DISCOVER6 -> new Range(0, 3, invalid);
            case DEFER_ACCEPT -> new Range(0, 32767, invalid);
            case LINGER -> new Range(0, 65535, invalid); // two 16-bit numbers: any value
            default -> new Range(0, 1, 0); // truth: any number
        };
    }

    private SocketHandle made(Row row) {
        boolean v6 = !row.fits(false, true) && !row.fits(false, false);
        boolean stream = row.fits(v6, false);
        return socket(
                v6 ? Constants.AF_INET6 : Constants.AF_INET,
                stream ? Constants.SOCK_STREAM : Constants.SOCK_DGRAM);
    }

    private int set(SocketHandle s, Row row, int number) {
        value.set(ValueLayout.JAVA_INT, 0, number);
        int result =
                Winsock.setsockopt(
                        s, OptionNames.of(row).level(), OptionNames.of(row).name(), value, 4);
        return result == 0 ? 0 : Winsock.WSAGetLastError();
    }

    private int get(SocketHandle s, Row row) {
        assertSucceeds(
                Winsock.getsockopt(
                        s,
                        OptionNames.of(row).level(),
                        OptionNames.of(row).name(),
                        value,
                        new IntRef(4)));
        return value.get(ValueLayout.JAVA_INT, 0);
    }

    private void check(Row row, boolean described) {
        SocketHandle s = made(row);
        if (described) {
            assertThat(s.socket.open()).isZero();
        }
        if (row.applied != null && !Engines.current().supports(row.applied)) {
            assertThat(set(s, row, range(row).least + 1)).isNotZero();
            return;
        }
        Range range = range(row);
        for (int good : new int[] {range.least, range.greatest}) {
            assertThat(set(s, row, good)).as("%d", good).isZero();
            assertThat(get(s, row)).as("%d", good).isEqualTo(good);
            assertThat(s.socket.open()).isZero();
            boolean whole = row.applied != null && !row.truth && good > 0;
            if (whole && (row == Row.KEEPIDLE || row == Row.KEEPINTERVAL || row == Row.KEEPCOUNT)) {
                int inEffect = Objects.requireNonNull(s.socket.endpoint).get(row.applied);
                assertThat(inEffect).as("in effect").isEqualTo(good);
            }
        }
        int before = get(s, row);
        int above =
                row == Row.MULTICAST_IF || row == Row.MULTICAST_IF6 ? NOBODY : range.greatest + 1;
        for (int bad : new int[] {range.least - 1, above}) {
            boolean isBad = bad < range.least || bad > range.greatest;
            if (isBad && !row.truth && !row.allows(bad) || row == Row.MULTICAST_IF6) {
                assertThat(set(s, row, bad)).as("%d", bad).isEqualTo(range.error);
                assertThat(get(s, row)).as("after %d", bad).isEqualTo(before);
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> valueOutsideTheRangeIsRefusedBeforeAndAfterTheDescriptor() {
        return Stream.of(Row.values())
                .filter(row -> row != Row.LINGER && row != Row.FAIL_CONNECT)
                .filter(row -> row != Row.V6ONLY) // 1 is allowed everywhere
                .flatMap(row ->
                        Stream.of(
                                DynamicTest.dynamicTest(row + ", new", () -> check(row, false)),
                                DynamicTest.dynamicTest(
                                        row + ", with a descriptor", () -> check(row, true))));
    }
}
