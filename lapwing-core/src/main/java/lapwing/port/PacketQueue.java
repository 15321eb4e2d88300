package lapwing.port;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The packets of a port that nobody has taken yet, first in first out (P24). Grows by doubling and
 * never shrinks, so a port in steady state allocates nothing. Guarded by the port's monitor.
 */
final class PacketQueue<E> {
    private @Nullable Object[] payloads = new Object[64];
    private long[] keys = new long[64];
    private @Nullable Object[] attachments = new Object[64];
    private int[] bytes = new int[64];
    private int[] statuses = new int[64];
    private int first;
    private int count;
    private final EntryWriter<E> writer;

    PacketQueue(EntryWriter<E> writer) {
        this.writer = writer;
    }

    boolean isEmpty() {
        return count == 0;
    }

    int size() {
        return count;
    }

    void add(
            long key,
            @Nullable Object attachment,
            @Nullable Object payload,
            int transferred,
            int status) {
        if (count >= keys.length - keys.length / 4) {
            growInTime();
        }
        int at = (first + count++) & (keys.length - 1);
        keys[at] = key;
        attachments[at] = attachment;
        payloads[at] = payload;
        bytes[at] = transferred;
        statuses[at] = status;
    }

    /** Before it is full: a want of memory that passes costs no packet. */
    private void growInTime() {
        try {
            grow();
        } catch (OutOfMemoryError e) {
            if (count == keys.length) {
                throw e;
            }
        }
    }

    private void grow() {
        int size = keys.length;
        @Nullable Object[] o = Arrays.copyOf(payloads, size * 2);
        long[] k = Arrays.copyOf(keys, size * 2);
        @Nullable Object[] a = Arrays.copyOf(attachments, size * 2);
        int[] b = Arrays.copyOf(bytes, size * 2);
        int[] s = Arrays.copyOf(statuses, size * 2);
        for (int i = 0; i < count; i++) {
            int from = (first + i) & (size - 1);
            o[i] = payloads[from];
            k[i] = keys[from];
            a[i] = attachments[from];
            b[i] = bytes[from];
            s[i] = statuses[from];
        }
        payloads = o;
        keys = k;
        attachments = a;
        bytes = b;
        statuses = s;
        first = 0;
    }

    /** Takes the first packet into an entry; there must be one. */
    void takeOne(@Nullable E[] out, int at) {
        writer.write(
                out,
                at,
                keys[first],
                attachments[first],
                payloads[first],
                bytes[first],
                statuses[first]);
        attachments[first] = null;
        payloads[first] = null;
        first = (first + 1) & (keys.length - 1);
        count--;
    }

    /** Takes packets into {@code out[from]} to {@code out[to - 1]}, as many as there are. */
    int take(@Nullable E[] out, int from, int to) {
        int at = from;
        while (at < to && count > 0) {
            takeOne(out, at++);
        }
        return at - from;
    }

    /** Drops everything, and the references with it. */
    void clear() {
        Arrays.fill(attachments, null);
        Arrays.fill(payloads, null);
        count = 0;
    }
}
