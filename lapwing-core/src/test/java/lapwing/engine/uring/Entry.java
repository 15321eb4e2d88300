package lapwing.engine.uring;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static lapwing.engine.uring.RingLayout.*;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** An entry that a {@link ScriptedKernel} has taken. */
final class Entry {
    final int opcode;
    final int flags;
    final int fd;
    final long address;
    final int length;
    final int opFlags;
    final long userData;

    /** The one behind it in its chain. */
    @Nullable Entry behind;

    Entry(MemorySegment entries, long at) {
        long head = entries.get(JAVA_LONG, at + SQE_HEAD);
        long tail = entries.get(JAVA_LONG, at + SQE_LENGTH_AND_FLAGS);
        opcode = (int) head & 0xFF;
        flags = (int) (head >>> 8) & 0xFF;
        fd = (int) (head >>> 32);
        address = entries.get(JAVA_LONG, at + SQE_ADDRESS);
        length = (int) tail;
        opFlags = (int) (tail >>> 32);
        userData = entries.get(JAVA_LONG, at + SQE_USER_DATA);
    }

    boolean isLinked() {
        return (flags & IO_LINK) != 0;
    }

    boolean skips() {
        return (flags & CQE_SKIP_SUCCESS) != 0;
    }

    boolean transfers() {
        return opcode == OP_SEND || opcode == OP_RECV;
    }

    /** True for one that the real kernel answers at once. */
    boolean isAttempt() {
        boolean message = opcode == OP_SENDMSG || opcode == OP_RECVMSG;
        return (transfers() || message) && (opFlags & UringEndpoint.MSG_DONTWAIT) != 0;
    }

    boolean fails(int result) {
        boolean whole = (opFlags & UringEndpoint.MSG_WAITALL) != 0;
        return result < 0 || (transfers() && whole && result < length);
    }

    @Override
    public String toString() {
        return "opcode " + opcode + " of " + Long.toHexString(userData);
    }
}
