package lapwing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class BackgroundWriterTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final CountDownLatch writing = new CountDownLatch(1);
    private final CountDownLatch mayGoOn = new CountDownLatch(1);
    private final StringBuilder written = new StringBuilder();
    private final BackgroundWriter writer =
            new BackgroundWriter("test", this::stream, count -> "(" + count + " missing)");

    /** Stands still at the first text until it may go on. */
    private void stream(String text) {
        writing.countDown();
        try {
            mayGoOn.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        written.append(text);
    }

    @Test
    void textsAreWrittenInTheirOrder() throws InterruptedException {
        mayGoOn.countDown();
        writer.write("a");
        writer.write("b");
        writer.write("c");
        assertThat(writer.await(LONG)).isTrue();
        assertThat(written).hasToString("abc");
    }

    @Test
    void streamThatStandsStillHoldsUpNobody() throws InterruptedException {
        writer.write("a");
        writing.await();
        writer.write("b");
        assertThat(writer.await(Duration.ofMillis(20))).isFalse();
        assertThat(written).isEmpty();
        mayGoOn.countDown();
    }

    @Test
    void textsWithoutRoomAreLeftOutAndTheirNumberIsTold() throws InterruptedException {
        writer.write("first");
        writing.await();
        for (int i = 0; i < BackgroundWriter.ROOM + 7; i++) {
            writer.write(".");
        }
        assertThat(writer.leftOut()).isEqualTo(7);
        mayGoOn.countDown();
        assertThat(writer.await(LONG)).isTrue();
        assertThat(written)
                .hasToString("first" + ".".repeat(BackgroundWriter.ROOM) + "(7 missing)");
        writer.write("last");
        assertThat(writer.await(LONG)).isTrue();
        assertThat(written.toString()).endsWith("(7 missing)last");
    }
}
