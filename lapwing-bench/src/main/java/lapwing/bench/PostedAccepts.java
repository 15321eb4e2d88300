package lapwing.bench;

import static lapwing.winsock.Constants.SOL_SOCKET;
import static lapwing.winsock.Constants.SO_CONNECT_TIME;
import static lapwing.winsock.Winsock.getsockopt;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import lapwing.winsock.IntRef;

/**
 * The AcceptEx of the server that have not ended. A few are enough and cost the least: while each
 * of them has a client whose data is on its way, further clients wait in the listener's queue, and
 * are accepted when their data has come too, without any wait. But a client that sends nothing
 * holds one for good. So those that have a client are counted now and then (SO_CONNECT_TIME, A46),
 * and as many more are posted; twice as many if all have one.
 */
final class PostedAccepts {
    private final int wanted;
    private final List<ServerConnection> posted = new ArrayList<>();
    private final MemorySegment seconds = Arena.ofAuto().allocate(4, 4);
    private final IntRef length = new IntRef();
    private int silent;

    PostedAccepts(int wanted) {
        this.wanted = wanted;
    }

    boolean areTooFew() {
        return posted.size() < wanted + silent;
    }

    /** Adds one whose accept has just been posted. */
    void add(ServerConnection connection) {
        connection.buffer().place = posted.size();
        posted.add(connection);
    }

    void remove(ServerConnection connection) {
        ServerConnection last = posted.removeLast();
        if (last != connection) {
            int place = connection.buffer().place;
            posted.set(place, last);
            last.buffer().place = place;
        }
    }

    /** Counts those whose client is there and has sent nothing. */
    void countSilent() {
        int found = 0;
        for (ServerConnection connection : posted) {
            length.value = 4;
            getsockopt(connection.socket, SOL_SOCKET, SO_CONNECT_TIME, seconds, length);
            found += seconds.get(ValueLayout.JAVA_INT, 0) == -1 ? 0 : 1;
        }
        silent = found == posted.size() ? 2 * found : found;
    }
}
