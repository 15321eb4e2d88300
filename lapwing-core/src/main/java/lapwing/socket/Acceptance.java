package lapwing.socket;

import java.lang.foreign.MemorySegment;
import lapwing.engine.Address;
import org.jspecify.annotations.Nullable;

/**
 * An AcceptEx under way, as its listener sees it; how far it has come is told by the queue of
 * {@link AcceptQueue} that its request is in. Who has called says where the two addresses go.
 * Guarded by the listener's monitor.
 */
public abstract class Acceptance {
    /** The socket that is to become the connection. */
    final Socket socket;

    /** Where the client's first data goes. */
    final @Nullable MemorySegment data;

    /** How much of it may; 0 to end without data. */
    public final int dataLength;

    /** When the engine has got the accept, by nanoTime. */
    long outSince;

    /** The program has asked the socket, and knows of its client (A46). Guarded by the socket's. */
    public boolean isClientKnown;

    public Acceptance(Socket socket, @Nullable MemorySegment data, int dataLength) {
        this.socket = socket;
        this.data = data;
        this.dataLength = dataLength;
    }

    /** True if there is room for addresses like that one. */
    public abstract boolean fits(Address peer);

    /** Tells the two addresses. */
    public abstract void tell(Address local, Address peer);
}
