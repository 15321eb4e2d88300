package lapwing.bench.compare;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process of the comparison.
 *
 * @param log what it has printed
 */
record Child(String name, Process process, Path log) {
    private static final int POLL_MILLIS = 20;
    private static final int LAST_WORDS = 3;

    /**
     * Waits until it listens.
     *
     * @throws IOException if it ends before, or takes too long; the message says what it printed
     */
    void awaitPort(int port, Duration limit) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
            if (listens(port)) {
                return;
            }
            if (System.nanoTime() - deadline > 0) {
                process.destroyForcibly();
                throw new IOException(
                        "it does not listen after " + limit.toSeconds() + " s" + lastWords());
            }
        }
        throw new IOException(death());
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** How it has ended, in words. */
    String death() {
        return "it has ended with status " + process.exitValue() + lastWords();
    }

    private String lastWords() {
        try {
            List<String> lines =
                    new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> !line.isBlank() && !line.startsWith("\t"))
                            .toList();
            List<String> last = lines.subList(Math.max(0, lines.size() - LAST_WORDS), lines.size());
            return last.isEmpty() ? "" : ": " + String.join("; ", last);
        } catch (IOException e) {
            return "";
        }
    }
}
