package lapwing.socket;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.util.ArrayList;
import java.util.List;
import lapwing.engine.MemoryPool;
import lapwing.engine.Status;
import org.jspecify.annotations.Nullable;

/**
 * What a TransmitFile or TransmitPackets has to send, and how it reaches the engine: in stages,
 * each one a send of the engine.
 *
 * <p>Bytes come into a stage in one of three ways. Native memory is sent in place. A large part of
 * a file is mapped, a piece of at most 1 MiB in a stage, and unmapped when the stage has ended;
 * nobody but the kernel looks into a mapping, so that a file truncated meanwhile is an EFAULT and
 * not a crash (uring-facts F15). Everything else, and whatever is left when 64 KiB would hold it,
 * goes through a buffer of that size, so that a small file with head and tail is one plain send.
 *
 * <p>A weakness of mappings: what a file loses in the last page that it still has is sent as zeros.
 * They are not used for files that this JVM could write, see {@link #isReadOnly}.
 *
 * <p>Guarded by the socket's monitor, or in the hands of the thread that reads the file for a
 * stage: that is the caller's for the first one, if it need not wait for other sends, and else one
 * of its own, as nobody knows how long a file takes. What a stage refers to may be freed by {@link
 * #stageEnded} only, after the engine's completion.
 */
public final class Transmission {
    private static final int PIECE = 1 << 20;
    private static final int BUFFER = 1 << 16;
    private static final int MOST_BLOCKS = 16;

    /** One element. */
    private sealed interface Part {
        long length();

        boolean endsPacket();

        record Block(MemorySegment memory, long length, boolean endsPacket) implements Part {}

        record FileRange(FileChannel file, long position, long length, boolean endsPacket)
                implements Part {}
    }

    /** The socket has datagrams: a stage is one of them. */
    private final boolean datagrams;

    private final int stageLimit;

    /** TF_DISCONNECT: the connection ends behind it. */
    final boolean disconnects;

    /** TF_REUSE_SOCKET: and the socket is used again. */
    final boolean reuses;

    /** A thread fills the next stage, and this belongs to it. Guarded by the socket's monitor. */
    boolean isReading;

    /** It was cancelled meanwhile. Guarded by the socket's monitor. */
    boolean isStopped;

    private final List<Part> parts = new ArrayList<>();
    private long total;

    /** Where the next stage begins: in which part, behind how many bytes of it. */
    private int index;

    private long done;
    private long staged;

    /** Bytes that have gone, in stages that are over. */
    private int gone;

    /** The last large file, and whether its pieces are mapped. */
    private @Nullable FileChannel judged;

    private boolean maps;

    /** Of the mappings of the present stage. */
    private @Nullable Arena arena;

    private MemoryPool.@Nullable Block buffer;
    private int bufferUsed;

    /** The last block of the stage ends where the buffer goes on. */
    private boolean bufferIsLast;

    public Transmission(boolean datagrams, int sendSize, boolean disconnects, boolean reuses) {
        this.datagrams = datagrams;
        stageLimit = !datagrams ? PIECE : sendSize > 0 ? Math.min(sendSize, BUFFER) : BUFFER;
        this.disconnects = disconnects;
        this.reuses = reuses;
    }

    public void addMemory(MemorySegment memory, long length, boolean endsPacket) {
        parts.add(new Part.Block(memory, length, endsPacket));
        total += length;
    }

    public void addFile(FileChannel file, long position, long length, boolean endsPacket) {
        parts.add(new Part.FileRange(file, position, length, endsPacket));
        total += length;
    }

    /** True if there is another stage, and a file may have to be read, or mapped, for it. */
    boolean readsNext() {
        long room = hasMore() ? stageLimit + done : 0;
        for (int i = index; i < parts.size() && room > 0; i++) {
            Part part = parts.get(i);
            if (part instanceof Part.FileRange) {
                return true;
            }
            room -= datagrams && part.endsPacket() ? room : part.length();
        }
        return false;
    }

    /** Bytes of all elements. */
    public long total() {
        return total;
    }

    /** True if there is another stage; an empty datagram is one. */
    boolean hasMore() {
        return datagrams ? index < parts.size() : staged < total;
    }

    /**
     * Gives the request the blocks of the next stage.
     *
     * @return 0, or the status with which the transmission fails
     */
    int nextStage(Request request) {
        boolean interrupted = Thread.interrupted(); // it would close the program's file
        try {
            fill(request);
            return Status.SUCCESS;
        } catch (EOFException e) {
            return Status.END_OF_FILE;
        } catch (ClosedChannelException e) {
            return Status.INVALID_HANDLE;
        } catch (NonReadableChannelException e) {
            return Status.ACCESS_DENIED;
        } catch (IOException | RuntimeException | OutOfMemoryError e) { // anybody's channel
            return Status.INSUFFICIENT_RESOURCES;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void fill(Request request) throws IOException {
        boolean little = datagrams || total - staged <= BUFFER;
        int room = stageLimit;
        bufferUsed = 0;
        bufferIsLast = false;
        request.moved = 0;
        while (index < parts.size() && room > 0 && request.blocks < MOST_BLOCKS) {
            Part part = parts.get(index);
            int wanted = (int) Math.min(part.length() - done, room);
            int got = wanted == 0 ? 0 : add(request, part, wanted, little);
            if (got == 0 && wanted > 0) {
                return; // the buffer is full
            }
            room -= got;
            done += got;
            staged += got;
            if (done == part.length()) {
                index++;
                done = 0;
                if (datagrams && part.endsPacket()) {
                    return;
                }
            }
        }
    }

    /** Adds bytes of one part to the stage; returns how many. */
    private int add(Request request, Part part, int wanted, boolean little) throws IOException {
        switch (part) {
            case Part.Block block -> {
                if (!little && block.memory.isNative()) {
                    bufferIsLast = false;
                    request.addBlock(block.memory.asSlice(done), wanted);
                    return wanted;
                }
                return buffered(request, part, wanted);
            }
            case Part.FileRange range -> {
                if (!little && wanted > BUFFER && maps(range.file)) {
                    @Nullable MemorySegment piece = map(range.file, range.position + done, wanted);
                    if (piece != null) {
                        bufferIsLast = false;
                        request.addBlock(piece, wanted);
                        return wanted;
                    }
                }
                return buffered(request, part, wanted);
            }
        }
    }

    /** Copies or reads into the buffer as much as fits. */
    private int buffered(Request request, Part part, int wanted) throws IOException {
        MemorySegment buffer = buffer();
        int length = Math.min(wanted, BUFFER - bufferUsed);
        if (length == 0) {
            return 0;
        }
        MemorySegment target = buffer.asSlice(bufferUsed, length);
        switch (part) {
            case Part.Block block -> MemorySegment.copy(block.memory, done, target, 0, length);
            case Part.FileRange range ->
                    read(range.file, target.asByteBuffer(), range.position + done);
        }
        if (bufferIsLast) {
            request.lengthen(length);
        } else {
            request.addBlock(buffer.asSlice(bufferUsed), length); // room to grow
            bufferIsLast = true;
        }
        bufferUsed += length;
        return length;
    }

    private static void read(FileChannel file, ByteBuffer target, long from) throws IOException {
        long position = from;
        while (target.hasRemaining()) {
            int count = file.read(target, position);
            if (count < 0) {
                throw new EOFException();
            }
            position += count;
        }
    }

    private boolean maps(FileChannel file) throws IOException {
        if (judged != file) {
            judged = file;
            maps = isReadOnly(file);
        }
        return maps;
    }

    /** One piece of a file; null if it cannot be mapped, then reading tells why or helps. */
    @SuppressWarnings("MustBeClosedChecker") // the arena lives as long as the engine has the stage
    private @Nullable MemorySegment map(FileChannel file, long position, int length) {
        if (arena == null) {
            arena = Arena.ofShared(); // whoever reaps the completion closes it
        }
        try {
            return file.map(FileChannel.MapMode.READ_ONLY, position, length, arena);
        } catch (IOException | UnsupportedOperationException e) {
            maps = false;
            return null;
        }
    }

    /**
     * {@code FileChannel.map} makes a file as long as the piece that it maps, if the channel can
     * write: a file being truncated would grow again. Writing nothing tells.
     */
    private static boolean isReadOnly(FileChannel file) throws IOException {
        try {
            file.write(ByteBuffer.allocate(0));
            return false;
        } catch (NonWritableChannelException e) {
            return true;
        }
    }

    /** The engine is done with the stage, or never got it: its mappings go. */
    int stageEnded(Request request, int status) {
        request.clearBlocks();
        boolean mapped = arena != null;
        if (arena != null) {
            arena.close();
            arena = null;
        }
        return mapped && status == Status.ACCESS_VIOLATION ? Status.END_OF_FILE : status;
    }

    /** A stage has sent bytes. */
    void went(int bytes) {
        gone += bytes;
    }

    /** What the connection has taken so far; a cancel tells it. */
    int gone() {
        return gone;
    }

    /** The transmission is over and no stage is under way: the buffer goes. */
    void release() {
        if (buffer != null) {
            buffer.giveBack();
            buffer = null;
        }
    }

    /** As large as a stage that goes through it can be. */
    private MemorySegment buffer() throws IOException {
        if (buffer == null) {
            buffer = MemoryPool.COMMON.take((int) Math.min(total, BUFFER));
        }
        if (buffer == null) {
            throw new IOException("no native memory for a buffer");
        }
        return buffer.memory();
    }
}
