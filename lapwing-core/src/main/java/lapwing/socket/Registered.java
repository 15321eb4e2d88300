package lapwing.socket;

import lapwing.engine.Loop;
import org.jspecify.annotations.Nullable;

/** A queue of registered I/O, as its socket sees it. */
public interface Registered {
    /** Where the socket runs if it has no port; null if nowhere special. */
    @Nullable Loop loop();

    /** The socket has closed and nothing is under way. */
    void close();
}
