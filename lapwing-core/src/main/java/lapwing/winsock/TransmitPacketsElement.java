package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * {@code TRANSMIT_PACKETS_ELEMENT}: one block of memory or one part of a file that {@link
 * TransmitPackets} sends. Not thread-safe.
 */
public final class TransmitPacketsElement {
    /**
     * {@code TP_ELEMENT_MEMORY} or {@code TP_ELEMENT_FILE}, which is the default; with {@code
     * TP_ELEMENT_EOP} a datagram ends here.
     */
    public int dwElFlags;

    /** Bytes to send, unsigned; 0 is all of a file from the offset on. */
    public int cLength;

    /**
     * Where in the file to begin; −1 is the position of the channel, which then moves behind what
     * is sent.
     */
    public long nFileOffset;

    /** The file, if it is one. */
    public @Nullable FileChannel hFile;

    /** The memory, if it is memory; see {@link WsaBuf} for which. */
    public @Nullable MemorySegment pBuffer;

    /** Nothing. */
    public TransmitPacketsElement() {}

    /**
     * A block of memory.
     *
     * @param buffer the memory
     * @param length how many bytes of it count
     * @return a new element
     */
    public static TransmitPacketsElement memory(MemorySegment buffer, int length) {
        TransmitPacketsElement element = new TransmitPacketsElement();
        element.dwElFlags = Constants.TP_ELEMENT_MEMORY;
        element.pBuffer = buffer;
        element.cLength = length;
        return element;
    }

    /**
     * A part of a file.
     *
     * @param file the file
     * @param offset where to begin, −1 for the position of the channel
     * @param length bytes to send, 0 for all from the offset on
     * @return a new element
     */
    public static TransmitPacketsElement file(FileChannel file, long offset, int length) {
        TransmitPacketsElement element = new TransmitPacketsElement();
        element.dwElFlags = Constants.TP_ELEMENT_FILE;
        element.hFile = file;
        element.nFileOffset = offset;
        element.cLength = length;
        return element;
    }
}
