package lapwing.bench.peers;

import java.io.IOException;

/**
 * What a server is to do with a connection.
 *
 * @param port where it listens, on all addresses
 * @param size bytes of a request, and of the reply
 * @param closes it closes behind its first reply; if not, it sends back what comes until the client
 *     closes
 */
public record Work(int port, int size, boolean closes) {
    static final int BACKLOG = 4096;
    private static final int SMALLEST = 2048;

    /** How much is read at a time: of a connection with one request no more than that. */
    int block() {
        return closes ? size : Math.max(size, SMALLEST);
    }

    /** The failure of its bind, with what was tried. */
    IOException cannotBind(Throwable cause) {
        return new IOException("bind port " + port + ": " + cause.getMessage(), cause);
    }

    /** Tells that the server listens. */
    void ready() {
        System.out.println("READY " + port);
    }
}
