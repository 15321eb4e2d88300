package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A GUID as it lies in memory: Data1 (32 bits), Data2 and Data3 (16 bits) little-endian, Data4 as
 * written; 16 bytes (K1).
 *
 * @param data1 the first eight hexadecimal digits
 * @param data2 the next four
 * @param data3 the next four
 * @param data4 the last sixteen, first digit highest
 */
public record Guid(int data1, short data2, short data3, long data4) {
    /** Size in memory, bytes. */
    public static final int SIZE = 16;

    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong AS_WRITTEN =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /**
     * Reads the usual text form.
     *
     * @param text such as {@code b5367df1-cbac-11cf-95ca-00805f48a192}
     * @return the GUID
     * @throws IllegalArgumentException if the text is not a GUID
     */
    public static Guid of(String text) {
        java.util.UUID u = java.util.UUID.fromString(text);
        long high = u.getMostSignificantBits();
        return new Guid(
                (int) (high >>> 32),
                (short) (high >>> 16),
                (short) high,
                u.getLeastSignificantBits());
    }

    /**
     * Reads a GUID from memory.
     *
     * @param memory at least 16 bytes from its start
     * @return the GUID
     */
    public static Guid read(MemorySegment memory) {
        return new Guid(
                memory.get(INT, 0),
                memory.get(SHORT, 4),
                memory.get(SHORT, 6),
                memory.get(AS_WRITTEN, 8));
    }

    /**
     * Writes the GUID into memory.
     *
     * @param memory at least 16 bytes, filled from its start
     */
    public void write(MemorySegment memory) {
        memory.set(INT, 0, data1);
        memory.set(SHORT, 4, data2);
        memory.set(SHORT, 6, data3);
        memory.set(AS_WRITTEN, 8, data4);
    }

    /** Written out, as is {@link #hashCode}: linking those of a record costs 40 ms of start-up. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Guid that
                && data1 == that.data1
                && data2 == that.data2
                && data3 == that.data3
                && data4 == that.data4;
    }

    @Override
    public int hashCode() {
        return (data1 * 31 + data2) * 31 + data3 + Long.hashCode(data4);
    }

    @Override
    public String toString() {
        long high = ((long) data1 << 32) | ((long) (data2 & 0xFFFF) << 16) | (data3 & 0xFFFF);
        return new java.util.UUID(high, data4).toString();
    }
}
