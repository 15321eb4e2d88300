package lapwing.engine.selector;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether the system has hung up on a connection, which {@code java.nio} does not say. But a key
 * with interest in a connect is ready on a connected channel in one case only: an error or a
 * hang-up makes a key ready for all that it is interested in.
 */
final class HangUp {
    private static @Nullable Selector selector;

    private HangUp() {}

    /** Takes the descriptors that {@link #isThere} needs while there are some. */
    static synchronized void prepare() throws IOException {
        if (selector == null) {
            selector = Selector.open();
        }
    }

    /** For a connection whose sending side is open: otherwise its usual end is a hang-up, too. */
    static synchronized boolean isThere(SocketChannel socket) {
        try {
            Selector asked = Objects.requireNonNull(selector, "prepared with the engine");
            SelectionKey key = socket.register(asked, SelectionKey.OP_CONNECT);
            boolean there = asked.selectNow() > 0;
            key.cancel();
            asked.selectedKeys().clear();
            asked.selectNow(); // the key goes
            return there;
        } catch (IOException | RuntimeException e) {
            return false; // closed meanwhile
        }
    }
}
