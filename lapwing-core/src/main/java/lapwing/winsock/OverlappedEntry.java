package lapwing.winsock;

import lapwing.port.EntryWriter;
import org.jspecify.annotations.Nullable;

/**
 * {@code OVERLAPPED_ENTRY}: one packet of {@code GetQueuedCompletionStatusEx}. A program keeps an
 * array of them and passes it again and again. Not thread-safe.
 */
public final class OverlappedEntry {
    /** The key of the handle, or the posted one. */
    public long lpCompletionKey;

    /** What is attached to the handle, or was posted; see {@link SocketHandle#attach}. */
    public @Nullable Object attachment;

    /** The structure of the operation, or the posted one; null for {@code NULL}. */
    public @Nullable Overlapped lpOverlapped;

    /**
     * The NTSTATUS the operation ended with, one of {@link NtStatus}'s numbers; 0 for a posted
     * packet. Signed, as there; failures are negative.
     */
    public int Internal;

    /** Bytes transferred, or the posted number. */
    public int dwNumberOfBytesTransferred;

    static final EntryWriter<OverlappedEntry> WRITER = new Writer();

    /** Where C has an array, its structures are: an entry that is missing is made. */
    private static final class Writer implements EntryWriter<OverlappedEntry> {
        @Override
        public void write(
                @Nullable OverlappedEntry[] entries,
                int index,
                long key,
                @Nullable Object attachment,
                @Nullable Object payload,
                int transferred,
                int status) {
            OverlappedEntry entry = entries[index];
            if (entry == null) {
                entry = entries[index] = new OverlappedEntry();
            }
            entry.lpCompletionKey = key;
            entry.attachment = attachment;
            entry.lpOverlapped = (Overlapped) payload;
            entry.dwNumberOfBytesTransferred = transferred;
            entry.Internal = status;
        }
    }

    /** An empty entry. */
    public OverlappedEntry() {}

    /**
     * Makes an array to pass to {@code GetQueuedCompletionStatusEx}.
     *
     * @param count its length
     * @return the array, every element filled with an empty entry
     */
    public static OverlappedEntry[] array(int count) {
        OverlappedEntry[] entries = new OverlappedEntry[count];
        for (int i = 0; i < count; i++) {
            entries[i] = new OverlappedEntry();
        }
        return entries;
    }

    @Override
    public String toString() {
        return "key "
                + lpCompletionKey
                + ", "
                + NtStatus.statusName(Internal)
                + ", "
                + dwNumberOfBytesTransferred
                + " bytes, "
                + lpOverlapped;
    }
}
