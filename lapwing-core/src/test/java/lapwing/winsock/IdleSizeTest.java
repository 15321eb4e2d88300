package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lapwing.socket.RequestQueue;
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
        String histogram = histogram();
        long socket = sizeOf(Socket.class, histogram) + 2 * sizeOf(RequestQueue.class, histogram);
        assertThat(sizeOf(SocketHandle.class, histogram) + socket).isLessThanOrEqualTo(160);
        assertThat(sizeOf(OverlappedRequest.class, histogram)).isLessThanOrEqualTo(128);
        assertThat(kept).hasSize(2 * MANY);
    }

    /** Into a file: the JVM stands still while it writes, so nobody here could read from a pipe. */
    private static String histogram() throws IOException, InterruptedException {
        Path file = Files.createTempFile("histogram", ".txt");
        try {
            Process jcmd =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                            .toString(),
                                    Long.toString(ProcessHandle.current().pid()),
                                    "GC.class_histogram")
                            .redirectOutput(file.toFile())
                            .start();
            assertThat(jcmd.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return Files.readString(file);
        } finally {
            Files.delete(file);
        }
    }

    private static long sizeOf(Class<?> type, String histogram) {
        Pattern row =
                Pattern.compile("(?m)^\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+" + type.getName() + " ");
        Matcher found = row.matcher(histogram);
        assertThat(found.find()).as(histogram).isTrue();
        long instances = Long.parseLong(found.group(1));
        assertThat(instances).isGreaterThanOrEqualTo(MANY);
        return Long.parseLong(found.group(2)) / instances;
    }
}
