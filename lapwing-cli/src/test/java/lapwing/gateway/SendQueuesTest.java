package lapwing.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import lapwing.winsock.SocketHandle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel keeps for peers, where its tables cannot be read. */
class SendQueuesTest {
    @TempDir Path folder;

    private static long length(Path table, long since) {
        return new SendQueues(List.of(table)).length(SocketHandle.INVALID_SOCKET, since);
    }

    @Test
    void tableThatIsNotThereTellsNothing() {
        assertThat(length(folder.resolve("none"), System.nanoTime())).isZero();
    }

    @Test
    void tableThatCannotBeReadNowIsAskedLater() {
        long since = System.nanoTime();
        assertThat(length(folder, since)).isEqualTo(1); // a folder opens, and has no lines
    }

    @Test
    void tableThatIsOlderThanTheQuestionIsAskedLater() {
        SendQueues queues = new SendQueues(List.of(folder.resolve("none")));
        assertThat(queues.length(SocketHandle.INVALID_SOCKET, System.nanoTime())).isZero();
        assertThat(queues.length(SocketHandle.INVALID_SOCKET, System.nanoTime())).isEqualTo(1);
    }
}
