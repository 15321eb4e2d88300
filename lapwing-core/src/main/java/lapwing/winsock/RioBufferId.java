package lapwing.winsock;

import java.lang.foreign.MemorySegment;

/**
 * {@code RIO_BUFFERID}: a registered buffer. Registering pins nothing here: it names memory once,
 * so that requests can be checked without looking at its arena. The memory stays as long as the
 * identifier or a request refers to it.
 */
public final class RioBufferId {
    /** See {@link Constants#RIO_INVALID_BUFFERID}. */
    static final RioBufferId INVALID = new RioBufferId(MemorySegment.NULL);

    final MemorySegment memory;

    /** Never set again once it is false. */
    private volatile boolean registered = true;

    RioBufferId(MemorySegment memory) {
        this.memory = memory;
    }

    boolean isRegistered() {
        return registered;
    }

    void deregister() {
        if (this != INVALID) {
            registered = false;
        }
    }

    @Override
    public String toString() {
        return this == INVALID
                ? "RIO_INVALID_BUFFERID"
                : (registered ? "registered" : "deregistered")
                        + " buffer of "
                        + memory.byteSize()
                        + " bytes";
    }
}
