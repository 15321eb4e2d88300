package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.HashMap;
import java.util.Map;
import lapwing.engine.choice.Engines;
import lapwing.engine.uring.CountedCalls;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The system calls of the fast path: all that a thread makes which leads the ring of its port.
 * Counts do not jitter as times do, and where the machine holds the thread up others help it out,
 * which leaves it fewer. So these are the most it may make; one more for each connection is seen.
 */
class SystemCallsTest extends ProgramContract {
    private static final int MANY = 8;
    private static final int TIMES = 200;
    private static final String ENTER = "IO_URING_ENTER";

    /** Of a ConnectEx socket: its address is lent for the end, then it is dissolved. */
    private static final Map<String, Integer> PARTING =
            Map.of("SETSOCKOPT", 2, "SHUTDOWN", 1, "IOCTL", 1, "CONNECT", 1);

    @BeforeEach
    void assumeRings() {
        assumeTrue(Engines.current().name().equals("uring"), "selectors make calls of their own");
    }

    /** Counts the calls of {@link #TIMES} rounds. */
    private CountedCalls calls(Kind kind, int count) throws Exception {
        return onThread(
                        () -> {
                            CountedCalls calls = CountedCalls.ofThisThread();
                            CompletionPort port = port(1);
                            lead(port);
                            Round round = kind.open(port, count);
                            repeat(TIMES / 10, round);
                            calls.clear();
                            repeat(TIMES, round);
                            return calls;
                        })
                .result();
    }

    private static void assertMost(Map<String, Integer> expected, Map<String, Integer> found) {
        assertThat(found)
                .allSatisfy((call, count) -> {
                    int most = expected.getOrDefault(call, 0);
                    assertThat(count).as(call).isLessThanOrEqualTo(most);
                });
    }

    /** Of a connection that nothing goes together with. */
    private void assertAlone(Kind kind, Map<String, Integer> most) throws Exception {
        assertMost(most, calls(kind, 1).forEach(TIMES));
    }

    /**
     * Of eight that go together.
     *
     * @param entries of the ring, for all of them
     * @param most what each makes beside
     */
    private void assertTogether(Kind kind, int entries, Map<String, Integer> most)
            throws Exception {
        CountedCalls calls = calls(kind, MANY);
        assertThat(calls.of(ENTER)).isLessThan(entries * TIMES + TIMES / 2);
        Map<String, Integer> others = calls.forEach(TIMES * MANY);
        others.remove(ENTER);
        assertMost(most, others);
    }

    @Test
    void echoTakesThreeCalls() throws Exception {
        assertAlone(this::echoes, Map.of(ENTER, 1, "RECVFROM", 1, "SENDTO", 1));
    }

    @Test
    void echoesTogetherTakeTwoEntries() throws Exception {
        assertTogether(this::echoes, 2, Map.of());
    }

    @Test
    void shortConnectionOnAReusedSocketTakesSixCalls() throws Exception {
        assertAlone(this::visits, Map.of(ENTER, 4, "RECVFROM", 1, "SHUTDOWN", 1));
    }

    @Test
    void shortConnectionsOnReusedSocketsTakeFourEntriesTogether() throws Exception {
        assertTogether(this::visits, 4, Map.of("RECVFROM", 1, "SHUTDOWN", 1));
    }

    @Test
    void shortConnectionOnANewSocketTakesThreeCalls() throws Exception {
        assertAlone(this::guests, Map.of(ENTER, 2, "RECVFROM", 1));
    }

    @Test
    void shortConnectionsOnNewSocketsTakeTwoEntriesTogether() throws Exception {
        assertTogether(this::guests, 2, Map.of("RECVFROM", 1));
    }

    @Test
    void dialOnAReusedSocketTakesNineCalls() throws Exception {
        Map<String, Integer> most = new HashMap<>(PARTING);
        most.putAll(Map.of(ENTER, 3, "RECVFROM", 1));
        assertAlone(this::dials, most);
    }

    @Test
    void dialsOnReusedSocketsTakeThreeEntriesTogether() throws Exception {
        assertTogether(this::dials, 3, PARTING);
    }
}
