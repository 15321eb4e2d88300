package lapwing.engine.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lapwing.engine.Address;
import lapwing.engine.Endpoint;
import lapwing.engine.MemoryPool;
import lapwing.engine.Operation;
import org.jspecify.annotations.Nullable;

/**
 * Native memory for the arguments of one call or submission that do not fit into registers: a
 * socket address, a {@code msghdr} with its blocks, control data. Whoever holds a scratch block
 * owns it until the kernel is done with it.
 */
final class Scratch {
    static final int MOST_BLOCKS = Operation.MOST_BLOCKS;
    static final int CONTROL_SIZE = 256;

    private static final long ADDRESS = 0;
    private static final long ADDRESS_LENGTH = 32;
    private static final long MESSAGE = 40;
    private static final long MESSAGE_SIZE = 56;
    private static final long VALUE = MESSAGE + MESSAGE_SIZE;
    static final long CONTROL = VALUE + 8;
    private static final long BLOCKS = CONTROL + CONTROL_SIZE;
    static final int SIZE = (int) BLOCKS + MOST_BLOCKS * 16;

    private static final int MSG_CTRUNC = 0x08;
    private static final int MSG_TRUNC = 0x20;

    final MemorySegment memory;
    private final long base;

    /** Where it was lent from; null if it belongs to a {@link CallMemory}. */
    private final MemoryPool.@Nullable Block lent;

    Scratch(Arena arena) {
        this(arena.allocate(SIZE, 8), null);
    }

    Scratch(MemoryPool.Block lent) {
        this(lent.memory(), lent);
    }

    private Scratch(MemorySegment memory, MemoryPool.@Nullable Block lent) {
        this.memory = memory;
        this.lent = lent;
        base = memory.address();
    }

    /** The kernel is done with it, and so are we. */
    void giveBack() {
        if (lent != null) {
            lent.giveBack();
        }
    }

    long address() {
        return base + ADDRESS;
    }

    long addressLength() {
        return base + ADDRESS_LENGTH;
    }

    long value() {
        return base + VALUE;
    }

    int getValue() {
        return memory.get(JAVA_INT_UNALIGNED, VALUE);
    }

    /** Stores an option's value; returns where. */
    long setValue(int first, int second) {
        memory.set(JAVA_INT_UNALIGNED, VALUE, first);
        memory.set(JAVA_INT_UNALIGNED, VALUE + 4, second);
        return value();
    }

    /** Stores an address; returns its length. */
    int setAddress(Address address) {
        return SockaddrLayout.write(memory, ADDRESS, address);
    }

    /** Stores the address that is none; returns its length. */
    int setUnspecified() {
        memory.asSlice(ADDRESS, SockaddrLayout.SIZE_V4).fill((byte) 0);
        return SockaddrLayout.SIZE_V4;
    }

    /** Makes room for an address as a result; returns where its length is. */
    long expectAddress() {
        memory.set(JAVA_INT_UNALIGNED, ADDRESS, 0);
        return expectLength(SockaddrLayout.SIZE_V6);
    }

    /** Says how much room there is for a result; returns where that is said. */
    long expectLength(int size) {
        memory.set(JAVA_INT_UNALIGNED, ADDRESS_LENGTH, size);
        return addressLength();
    }

    /**
     * Makes room for a structure as a result, where control data would be; returns where that is,
     * its length is at {@link #addressLength}.
     */
    long expectStructure(int size) {
        memory.asSlice(CONTROL, size).fill((byte) 0);
        expectLength(size);
        return base + CONTROL;
    }

    void getAddress(Address result) {
        SockaddrLayout.read(memory, ADDRESS, result);
    }

    /**
     * Fills in a {@code msghdr} for the operation's blocks, from byte {@code skip} on.
     *
     * @param named 0 without an address, else its length; for a receive, room for one
     * @return where it is
     */
    long message(Operation operation, int named, int skip) {
        int count = 0;
        int left = skip;
        for (int i = 0; i < operation.blocks; i++) {
            int length = operation.length(i);
            if (left >= length && length > 0 && left > 0) {
                left -= length;
                continue;
            }
            long at = BLOCKS + count++ * 16L;
            memory.set(JAVA_LONG_UNALIGNED, at, operation.memory(i).address() + left);
            memory.set(JAVA_LONG_UNALIGNED, at + 8, (long) length - left);
            left = 0;
        }
        memory.set(JAVA_LONG_UNALIGNED, MESSAGE, named == 0 ? 0 : base + ADDRESS);
        memory.set(JAVA_INT_UNALIGNED, MESSAGE + 8, named);
        memory.set(JAVA_LONG_UNALIGNED, MESSAGE + 16, base + BLOCKS);
        memory.set(JAVA_LONG_UNALIGNED, MESSAGE + 24, count);
        boolean control = operation.control != null;
        memory.set(JAVA_LONG_UNALIGNED, MESSAGE + 32, control ? base + CONTROL : 0);
        memory.set(JAVA_LONG_UNALIGNED, MESSAGE + 40, control ? controlLength(operation) : 0);
        memory.set(JAVA_INT_UNALIGNED, MESSAGE + 48, 0);
        return base + MESSAGE;
    }

    /** Of a send the length of what is copied here, of a receive the room. */
    private long controlLength(Operation operation) {
        MemorySegment control = operation.control;
        if (control == null || operation.kind != Operation.Kind.SEND_TO) {
            return CONTROL_SIZE;
        }
        MemorySegment.copy(control, 0, memory, CONTROL, operation.controlLength);
        return operation.controlLength;
    }

    /** Takes over what a received message has said besides its data. */
    void received(Operation operation) {
        getAddress(operation.peer());
        int flags = memory.get(JAVA_INT_UNALIGNED, MESSAGE + 48);
        operation.resultFlags = (flags & MSG_TRUNC) != 0 ? Endpoint.TRUNCATED : 0;
        operation.resultFlags |= (flags & MSG_CTRUNC) != 0 ? Endpoint.CONTROL_TRUNCATED : 0;
        @Nullable MemorySegment control = operation.control;
        if (control != null) {
            long length =
                    Math.min(memory.get(JAVA_LONG_UNALIGNED, MESSAGE + 40), control.byteSize());
            MemorySegment.copy(memory, CONTROL, control, 0, length);
            operation.controlLength = (int) length;
        }
    }
}
