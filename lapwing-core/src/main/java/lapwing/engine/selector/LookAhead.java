package lapwing.engine.selector;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ScatteringByteChannel;
import lapwing.engine.Status;

/**
 * The receiving side of a connection, with what has been read of it before anybody took it.
 *
 * <p>{@code java.nio} can neither peek nor count what has arrived. So whoever has to look reads,
 * and what was read stays here; receives drain it before they go to the channel. The first error
 * that has ended the connection stays too, behind the bytes and for good, whoever has met it: the
 * system tells it once, and then there is an end.
 *
 * <p>Not safe for use by several threads: its endpoint's monitor guards it.
 */
final class LookAhead {
    /** The most that is read ahead; more than that cannot be counted or peeked at. */
    static final int MOST = 65536;

    private static final int SMALL = 64;
    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    /** The bytes from position to limit are held. */
    private ByteBuffer held = NONE;

    /** Why there is no end behind the last byte; 0 as long as there may be one. */
    private int failure = Status.SUCCESS;

    /** Counts the reads that have brought something in before it was wanted. */
    private int reads;

    /** Changes when bytes have been read ahead: somebody may wait for just those. */
    int reads() {
        return reads;
    }

    /** A send has failed. */
    void sendFailed(int status) {
        note(status);
    }

    private void note(int status) {
        if (failure == Status.SUCCESS && Status.endsConnection(status)) {
            failure = status;
        }
    }

    /** What a read says that has brought {@code got} bytes: those, or why there are none. */
    private int answer(long got) {
        return got > 0
                ? (int) got
                : failure != Status.SUCCESS ? failure : got < 0 ? 0 : Status.WOULD_BLOCK;
    }

    private int failed(IOException e) {
        int status = Failures.ofTransfer(e);
        note(status);
        return failure != Status.SUCCESS ? failure : status;
    }

    /** Bytes held. */
    int size() {
        return held.remaining();
    }

    /**
     * Reads ahead until {@code wanted} bytes are held, or {@link #MOST}, or no more are there now.
     *
     * @return bytes held; if that is none, 0 at the end of the stream, else {@link
     *     Status#WOULD_BLOCK} or an error
     */
    int fill(ScatteringByteChannel channel, int wanted) {
        int most = Math.min(wanted, MOST);
        int last = 1;
        while (held.remaining() < most && last > 0) {
            last = read(channel, most);
        }
        return held.hasRemaining() ? held.remaining() : last;
    }

    /** One read, so that at most {@code most} bytes are held; bytes read, or why there are none. */
    private int read(ScatteringByteChannel channel, int most) {
        ByteBuffer into = held;
        int size = held.remaining();
        if (into.capacity() < most) {
            into = ByteBuffer.allocate(most <= SMALL ? SMALL : MOST).put(held);
        } else {
            into.compact();
        }
        into.limit(most);
        held = into;
        int got = 0;
        try {
            got = channel.read(into);
            return answer(got);
        } catch (IOException e) {
            return failed(e);
        } finally {
            reads += got > 0 ? 1 : 0;
            into.limit(size + Math.max(got, 0)).position(0);
        }
    }

    /**
     * Receives: the held bytes first, then from the channel what fits behind them.
     *
     * @return bytes received, 0 at the end of the stream, {@link Status#WOULD_BLOCK} or an error
     */
    int receive(ScatteringByteChannel channel, ByteBuffer[] blocks) {
        int taken = drain(blocks);
        if (taken > 0 && !ByteBuffers.hasRemaining(blocks)) {
            return taken;
        }
        try {
            long more = blocks.length == 1 ? channel.read(blocks[0]) : channel.read(blocks);
            return taken > 0 ? taken + (int) Math.max(more, 0) : answer(more);
        } catch (IOException e) {
            int failed = failed(e);
            return taken > 0 ? taken : failed;
        }
    }

    private int drain(ByteBuffer[] blocks) {
        int taken = ByteBuffers.fill(blocks, held);
        if (!held.hasRemaining() && held.capacity() > SMALL) {
            held = NONE;
        }
        return taken;
    }

    /**
     * As {@link #receive}, but leaves everything in place; sees {@link #MOST} bytes at the most.
     */
    int peek(ScatteringByteChannel channel, ByteBuffer[] blocks, int wanted) {
        int result = fill(channel, wanted);
        return result <= 0 ? result : ByteBuffers.fill(blocks, held.duplicate());
    }
}
