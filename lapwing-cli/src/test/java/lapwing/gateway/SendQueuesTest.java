package lapwing.gateway;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import lapwing.winsock.SocketHandle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel keeps for peers, where its tables cannot be read. */
class SendQueuesTest {
    @TempDir Path folder;

    private static long length(SendQueues queues, long since) {
        return queues.length(SocketHandle.INVALID_SOCKET, since);
    }

    @Test
    void tableThatIsNotThereTellsNothing() {
        SendQueues queues = new SendQueues(List.of(folder.resolve("none")));
        long since = System.nanoTime();
        assertThat(length(queues, since)).isEqualTo(1); // until it has been looked for
        await().until(() -> length(queues, since) == 0);
    }

    @Test
    void tableThatCannotBeReadNowIsAskedLater() {
        SendQueues queues = new SendQueues(List.of(folder)); // it opens, and has no lines
        long since = System.nanoTime();
        await().during(Duration.ofMillis(500)).until(() -> length(queues, since) == 1);
    }

    @Test
    void tableThatIsOlderThanTheQuestionIsAskedLater() {
        SendQueues queues = new SendQueues(List.of(folder.resolve("none")));
        long since = System.nanoTime();
        await().until(() -> length(queues, since) == 0);
        assertThat(length(queues, System.nanoTime())).isEqualTo(1);
    }

    @Test
    @Timeout(30)
    void tableThatTakesItsTimeKeepsNobodyWaiting() throws Exception {
        Path slow = folder.resolve("slow");
        assertThat(new ProcessBuilder("mkfifo", slow.toString()).start().waitFor()).isZero();
        SendQueues queues = new SendQueues(List.of(slow));
        long since = System.nanoTime();
        try (FileChannel writer = FileChannel.open(slow, READ, WRITE)) {
            assertThat(length(queues, since)).isEqualTo(1); // whoever reads it waits for lines
            assertThat(writer.isOpen()).isTrue();
            Files.delete(slow);
            Files.createFile(slow); // for the next reading
        }
        await().until(() -> length(queues, since) == 0);
    }
}
