package lapwing.winsock;

import java.lang.foreign.MemorySegment;

/**
 * An AcceptEx under way, as its listener sees it; how far it has come is told by the queue of
 * {@link Listening} that its request is in. Guarded by the listener's monitor.
 */
final class Acceptance {
    /** The socket that is to become the connection. */
    final SocketHandle socket;

    /** The data, then the two addresses. */
    final MemorySegment output;

    final int dataLength;
    final int localLength;
    final int remoteLength;

    /** When the engine has got the accept, by nanoTime. */
    long outSince;

    /** The program has asked the socket, and knows of its client (A46). Guarded by the socket's. */
    boolean isClientKnown;

    Acceptance(
            SocketHandle socket,
            MemorySegment output,
            int dataLength,
            int localLength,
            int remoteLength) {
        this.socket = socket;
        this.output = output;
        this.dataLength = dataLength;
        this.localLength = localLength;
        this.remoteLength = remoteLength;
    }
}
