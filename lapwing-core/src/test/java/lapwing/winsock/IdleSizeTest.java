package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import lapwing.socket.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What an idle connection holds: a socket with its handle and queues, and a request. Thousands of
 * them wait, and a field more than fits costs each eight bytes. By the JVM's own count, without
 * compact headers.
 */
@Timeout(60)
class IdleSizeTest {
    private static final int MANY = 1000;

    /** Up to this size of the heap the JVM stores references in four bytes. */
    private static final long COMPRESSED = 30L << 30;

    @Test
    void socketAndRequestAreSmall() throws Exception {
        assumeTrue(Runtime.getRuntime().maxMemory() < COMPRESSED, "references of eight bytes");
        List<Object> kept = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            kept.add(new SocketHandle(new Socket(false, false, true)));
            kept.add(new Overlapped().take());
        }
        Histogram histogram = Histogram.ofLive();
        assertThat(histogram.of("Socket").instances()).isGreaterThanOrEqualTo(MANY);
        long socket = histogram.of("Socket").each() + 2 * histogram.of("RequestQueue").each();
        assertThat(histogram.of("SocketHandle").each() + socket).isLessThanOrEqualTo(160);
        assertThat(histogram.of("OverlappedRequest").each()).isLessThanOrEqualTo(128);
        assertThat(kept).hasSize(2 * MANY);
    }
}
