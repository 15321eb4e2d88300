package lapwing.engine.selector;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Whether the system has hung up on a connection, which {@code java.nio} does not say. But a key
 * with interest in a connect is ready on a connected channel in one case only: an error or a
 * hang-up makes a key ready for all that it is interested in.
 */
final class HangUp {
    private static @Nullable Selector selector;

    private HangUp() {}

    /** For a connection whose sending side is open: otherwise its usual end is a hang-up, too. */
    static synchronized boolean isThere(SocketChannel socket) {
        try {
            if (selector == null) {
                selector = Selector.open();
            }
            SelectionKey key = socket.register(selector, SelectionKey.OP_CONNECT);
            boolean there = selector.selectNow() > 0;
            key.cancel();
            selector.selectedKeys().clear();
            selector.selectNow(); // the key goes
            return there;
        } catch (IOException | RuntimeException e) {
            return false; // closed, or no descriptor left to ask with
        }
    }
}
