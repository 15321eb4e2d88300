package lapwing.port;

import org.jspecify.annotations.Nullable;

/**
 * Lays packets into the entries of a face. It has no state, and keeps nothing.
 *
 * @param <E> the face's entry
 */
public interface EntryWriter<E> {
    /**
     * Writes a packet into an element, which is made if there is none. Holding the port's monitor.
     */
    void write(
            @Nullable E[] entries,
            int index,
            long key,
            @Nullable Object attachment,
            @Nullable Object payload,
            int transferred,
            int status);
}
