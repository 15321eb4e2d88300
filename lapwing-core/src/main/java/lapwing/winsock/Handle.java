package lapwing.winsock;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A {@code HANDLE}: something that is open until {@code CloseHandle} or {@code closesocket}. A
 * handle is not a descriptor: a socket's handle outlives the connections that pass through it.
 *
 * <p>Handles are compared by identity. After its end a handle behaves like {@code INVALID_SOCKET}.
 */
public abstract sealed class Handle permits SocketHandle, CompletionPort, Event {
    private static final AtomicLong VALUES = new AtomicLong(0x100);
    private static final Map<Long, Handle> BY_VALUE = new ConcurrentHashMap<>();

    /** 0 until somebody asks for it. Guarded by this. */
    private long value;

    Handle() {}

    /**
     * The number of this handle, as C programs store it in memory: for {@code
     * SO_UPDATE_ACCEPT_CONTEXT} and the like. Valid until the handle is closed.
     *
     * @return a multiple of 4, never used again in this JVM; −1 for {@code INVALID_SOCKET}
     */
    public final synchronized long value() {
        if (this == SocketHandle.INVALID_SOCKET) {
            return -1;
        }
        if (value == 0) {
            value = VALUES.getAndAdd(4);
            BY_VALUE.put(value, this);
        }
        return value;
    }

    /** The handle of a number, or null. */
    static @Nullable Handle of(long value) {
        return BY_VALUE.get(value);
    }

    /** Forgets the number; called at the end of the handle's life. */
    final synchronized void forgetValue() {
        if (value != 0) {
            BY_VALUE.remove(value);
        }
    }

    /** True until the handle is closed. */
    abstract boolean isOpen();

    @Override
    public final boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public final int hashCode() {
        return System.identityHashCode(this);
    }
}
