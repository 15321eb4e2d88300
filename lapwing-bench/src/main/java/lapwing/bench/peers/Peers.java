package lapwing.bench.peers;

import java.io.IOException;
import java.util.List;

/** The servers by their names. */
public final class Peers {
    /** The names. */
    public static final List<String> NAMES =
            List.of("nio", "nio2", "netty-nio", "netty-epoll", "netty-uring");

    private Peers() {}

    /**
     * Serves until the process is ended.
     *
     * @throws IllegalStateException if this server cannot run here; the message says why
     */
    public static void serve(String name, Work work) throws IOException, InterruptedException {
        switch (name) {
            case "nio" -> new NioServer(work).serve();
            case "nio2" -> new Nio2Server(work).serve();
            case "netty-nio" -> NettyServer.serve(NettyTransport.nio(), work);
            case "netty-epoll" -> NettyServer.serve(NettyTransport.epoll(), work);
            case "netty-uring" -> NettyServer.serve(NettyTransport.uring(work.block()), work);
            default -> throw new IllegalArgumentException(name);
        }
    }
}
