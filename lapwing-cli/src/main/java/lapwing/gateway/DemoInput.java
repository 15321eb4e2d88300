package lapwing.gateway;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * Reads single bytes from a socket through a buffer, against a deadline for all of them together.
 */
final class DemoInput {
    private final Socket socket;
    private final InputStream in;
    private final long limit;
    private final byte[] buffer = new byte[4096];
    private int position;
    private int end;
    private long deadline;

    DemoInput(Socket socket, Duration limit) throws IOException {
        this.socket = socket;
        this.limit = limit.toNanos();
        in = socket.getInputStream();
        restartClock();
    }

    void restartClock() {
        deadline = System.nanoTime() + limit;
    }

    /** The next byte, or -1 at the end of the stream. */
    int read() throws IOException {
        if (position == end) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new SocketTimeoutException("the request did not arrive in time");
            }
            socket.setSoTimeout((int) Math.min(left, Integer.MAX_VALUE));
            position = 0;
            end = Math.max(in.read(buffer), 0);
            if (end == 0) {
                return -1;
            }
        }
        return buffer[position++] & 0xFF;
    }

    /** Exactly {@code length} bytes. */
    byte[] readFully(int length) throws IOException {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            int b = read();
            if (b < 0) {
                throw new EOFException("the stream ended after " + i + " of " + length + " bytes");
            }
            bytes[i] = (byte) b;
        }
        return bytes;
    }
}
