package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * {@code TRANSMIT_FILE_BUFFERS}: what {@link TransmitFile} sends before and behind the file. The
 * memory belongs to the operation until its completion. Not thread-safe.
 */
public final class TransmitFileBuffers {
    /** Sent before the file; null for nothing. */
    public @Nullable MemorySegment Head;

    /** How many bytes of {@link #Head} count. */
    public int HeadLength;

    /** Sent behind the file; null for nothing. */
    public @Nullable MemorySegment Tail;

    /** How many bytes of {@link #Tail} count. */
    public int TailLength;

    /** Nothing before, nothing behind. */
    public TransmitFileBuffers() {}

    @Override
    public String toString() {
        return HeadLength + " bytes before, " + TailLength + " behind";
    }
}
