package lapwing.engine.selector;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ScatteringByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import lapwing.engine.Status;
import org.junit.jupiter.api.Test;

class LookAheadTest {
    /** A connection on which only that comes which a test has put there. */
    private static final class Line implements ScatteringByteChannel {
        private final Deque<ByteBuffer> coming = new ArrayDeque<>();
        private boolean ended;
        private boolean reset;
        private int reads;

        void comes(String text) {
            coming.add(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
        }

        void comes(int bytes) {
            coming.add(ByteBuffer.allocate(bytes));
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            reads++;
            ByteBuffer next = coming.peek();
            if (next == null) {
                if (reset) {
                    reset = false; // the system says it once
                    ended = true;
                    throw new SocketException("Connection reset");
                }
                return ended ? -1 : 0;
            }
            int part = Math.min(into.remaining(), next.remaining());
            into.put(next.slice(next.position(), part));
            next.position(next.position() + part);
            if (!next.hasRemaining()) {
                coming.remove();
            }
            return part;
        }

        @Override
        public long read(ByteBuffer[] into) throws IOException {
            long sum = 0;
            for (ByteBuffer block : into) {
                while (block.hasRemaining()) {
                    int got = read(block);
                    if (got <= 0) {
                        return sum == 0 ? got : sum;
                    }
                    sum += got;
                }
            }
            return sum;
        }

        @Override
        public long read(ByteBuffer[] into, int offset, int length) {
            throw new UnsupportedOperationException("not used");
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private final Line line = new Line();
    private final LookAhead ahead = new LookAhead();

    @Test
    void lookingFindsNothingOnASilentConnection() {
        assertThat(ahead.fill(line, 1)).isEqualTo(Status.WOULD_BLOCK);
        assertThat(ahead.reads()).isZero();
    }

    @Test
    void whatWasLookedAtIsReceivedFirst() {
        line.comes("abc");
        assertThat(ahead.fill(line, 1)).isEqualTo(1);
        assertThat(ahead.size()).isEqualTo(1);
        line.comes("def");
        assertThat(received(10)).isEqualTo("abc"); // one read of the channel behind the held byte
        assertThat(received(10)).isEqualTo("def");
        assertThat(ahead.size()).isZero();
    }

    @Test
    void aSmallReceiveTakesHeldBytesOnly() {
        line.comes("abcdef");
        ahead.fill(line, 4);
        int before = line.reads;
        assertThat(received(3)).isEqualTo("abc");
        assertThat(line.reads).isEqualTo(before);
        assertThat(received(3)).isEqualTo("def");
    }

    @Test
    void peekingLeavesEverythingInPlace() {
        line.comes("abc");
        line.comes("def");
        assertThat(peeked(5)).isEqualTo("abcde");
        assertThat(peeked(5)).isEqualTo("abcde");
        assertThat(received(10)).isEqualTo("abcdef");
    }

    @Test
    void countingSeesWhatFitsAndNoMore() {
        line.comes(LookAhead.MOST);
        line.comes(10);
        assertThat(ahead.fill(line, Integer.MAX_VALUE)).isEqualTo(LookAhead.MOST);
        assertThat(ahead.fill(line, Integer.MAX_VALUE)).isEqualTo(LookAhead.MOST);
        assertThat(received(LookAhead.MOST + 20)).hasSize(LookAhead.MOST + 10);
    }

    @Test
    void countingAddsToWhatIsHeld() {
        line.comes("a");
        ahead.fill(line, 1);
        line.comes("bc");
        assertThat(ahead.fill(line, LookAhead.MOST)).isEqualTo(3);
        assertThat(received(2)).isEqualTo("ab");
        line.comes("d");
        assertThat(ahead.fill(line, LookAhead.MOST)).isEqualTo(2);
        assertThat(received(9)).isEqualTo("cd");
    }

    @Test
    void theEndComesBehindTheBytes() {
        line.comes("x");
        line.ended = true;
        assertThat(ahead.fill(line, 5)).isEqualTo(1);
        assertThat(received(5)).isEqualTo("x");
        assertThat(ahead.fill(line, 1)).isZero();
        assertThat(ahead.receive(line, blocks(5))).isZero();
    }

    @Test
    void aResetMetWhileLookingIsToldToTheReceiveAndForGood() {
        line.comes("x");
        line.reset = true;
        assertThat(ahead.fill(line, 5)).isEqualTo(1);
        assertThat(received(5)).isEqualTo("x");
        assertThat(ahead.receive(line, blocks(5))).isEqualTo(Status.CONNECTION_RESET);
        assertThat(ahead.receive(line, blocks(5))).isEqualTo(Status.CONNECTION_RESET);
        assertThat(ahead.fill(line, 1)).isEqualTo(Status.CONNECTION_RESET);
    }

    @Test
    void aResetMetBehindHeldBytesWaitsForTheNextReceive() {
        line.comes("x");
        ahead.fill(line, 1);
        line.reset = true;
        assertThat(received(5)).isEqualTo("x");
        assertThat(ahead.receive(line, blocks(5))).isEqualTo(Status.CONNECTION_RESET);
    }

    @Test
    void anEndBehindASendThatFailedIsThatFailure() {
        line.comes("x");
        line.ended = true;
        ahead.sendFailed(Status.CONNECTION_RESET);
        ahead.sendFailed(Status.IO_TIMEOUT);
        assertThat(received(5)).isEqualTo("x");
        assertThat(ahead.receive(line, blocks(5))).isEqualTo(Status.CONNECTION_RESET);
        assertThat(ahead.fill(line, 1)).isEqualTo(Status.CONNECTION_RESET);
    }

    @Test
    void wantOfMemoryIsNotTheEndOfTheConnection() {
        ahead.sendFailed(Status.INSUFFICIENT_RESOURCES);
        line.ended = true;
        assertThat(ahead.receive(line, blocks(5))).isZero();
    }

    @Test
    void receivesFillSeveralBlocks() {
        line.comes("abc");
        ahead.fill(line, 2);
        ByteBuffer[] blocks = {ByteBuffer.allocate(1), ByteBuffer.allocate(5)};
        assertThat(ahead.receive(line, blocks)).isEqualTo(3);
        assertThat(text(blocks[0]) + text(blocks[1])).isEqualTo("abc");
    }

    private String received(int most) {
        ByteBuffer[] blocks = blocks(most);
        assertThat(ahead.receive(line, blocks)).isPositive();
        return text(blocks[0]);
    }

    private String peeked(int most) {
        ByteBuffer[] blocks = blocks(most);
        assertThat(ahead.peek(line, blocks, most)).isPositive();
        return text(blocks[0]);
    }

    private static ByteBuffer[] blocks(int size) {
        return new ByteBuffer[] {ByteBuffer.allocate(size)};
    }

    private static String text(ByteBuffer block) {
        return StandardCharsets.US_ASCII.decode(block.flip()).toString();
    }
}
