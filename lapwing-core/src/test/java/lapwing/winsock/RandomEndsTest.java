package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import lapwing.engine.choice.Engines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * No reset is told as an orderly end, and no end as a reset, whatever is under way: {@code
 * -Dlapwing.connections=N} how many connections, {@code -Dlapwing.seed=N} the seed of the first.
 */
class RandomEndsTest extends WinsockContract {
    private static final int CONNECTIONS = Integer.getInteger("lapwing.connections", 400);
    private static final long FIRST_SEED = Long.getLong("lapwing.seed", 1);
    private static final int PLAYERS = 3;

    @TempDir private Path folder;

    @Test // O33 P33 P34 A27
    @Timeout(value = 50, unit = TimeUnit.MINUTES)
    void resetIsNeverToldAsAnEndNorAnEndAsAReset() throws Exception {
        CompletionPort[] ports = {port(0), port(1)};
        List<Worker<Integer>> takers = new ArrayList<>();
        for (CompletionPort port : ports) {
            takers.add(onThread(() -> take(port)));
        }
        Path path = Files.write(folder.resolve("file"), new byte[RandomEnds.BIG]);
        AtomicLong seed = new AtomicLong(FIRST_SEED);
        AtomicLong resets = new AtomicLong();
        List<String> faults = new ArrayList<>();
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            List<Worker<List<String>>> players = new ArrayList<>();
            for (int i = 0; i < PLAYERS; i++) {
                players.add(onThread(() -> play(ports, file, seed, resets)));
            }
            for (Worker<List<String>> player : players) {
                player.thread.join();
                faults.addAll(player.result());
            }
        }
        for (CompletionPort port : ports) {
            post(port, 0);
        }
        for (Worker<Integer> taker : takers) {
            assertThat(taker.result()).isNotNegative();
        }
        String engine = Engines.current().name();
        String summary =
                "%s: %d connections, %d of them reset, %d faults"
                        .formatted(engine, CONNECTIONS, resets.get(), faults.size());
        System.getLogger("lapwing.ends").log(System.Logger.Level.INFO, summary);
        assertThat(faults).as(summary).isEmpty();
    }

    private static List<String> play(
            CompletionPort[] ports, FileChannel file, AtomicLong seed, AtomicLong resets)
            throws Exception {
        try (RandomEnds ends = new RandomEnds(ports, file)) {
            for (long s = seed.getAndIncrement();
                    s < FIRST_SEED + CONNECTIONS;
                    s = seed.getAndIncrement()) {
                try {
                    resets.addAndGet(ends.play(s) ? 1 : 0);
                } catch (Exception | AssertionError e) {
                    throw new AssertionError("seed " + s, e);
                }
            }
            return ends.faults();
        }
    }

    /** Takes packets until one with key 0 comes; how many. */
    private static int take(CompletionPort port) {
        int count = 0;
        for (Packet packet = next(port, -1); packet.key() != 0; packet = next(port, -1)) {
            ((RandomEnds.Op) packet.overlapped()).told();
            count++;
        }
        return count;
    }
}
