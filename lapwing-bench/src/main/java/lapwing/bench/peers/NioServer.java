package lapwing.bench.peers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's selector. Reads and writes are tried first, and only what must wait is selected for: a
 * short connection whose request came along with it is never registered.
 */
final class NioServer {
    private final Selector selector = Selector.open();
    private final Deque<ByteBuffer> spare = new ArrayDeque<>();
    private final Work work;

    NioServer(Work work) throws IOException {
        this.work = work;
    }

    void serve() throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open();
        try {
            listener.bind(new InetSocketAddress(work.port()), Work.BACKLOG);
        } catch (IOException e) {
            throw work.cannotBind(e);
        }
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
        work.ready();
        while (true) {
            selector.select(key -> {
                if (key.attachment() instanceof Connection connection) {
                    connection.goOn();
                } else {
                    accept(listener);
                }
            });
        }
    }

    private void accept(ServerSocketChannel listener) {
        try {
            for (SocketChannel c = listener.accept(); c != null; c = listener.accept()) {
                c.configureBlocking(false);
                if (!work.closes()) { // a single reply is never held back
                    c.setOption(StandardSocketOptions.TCP_NODELAY, true);
                }
                new Connection(c).goOn();
            }
        } catch (IOException e) {
            System.err.println("accept: " + e);
        }
    }

    /** One connection and its buffer, which is either being filled or being emptied. */
    private final class Connection {
        private final SocketChannel channel;
        private final ByteBuffer buffer;
        private @Nullable SelectionKey key;
        private boolean isWriting;

        Connection(SocketChannel channel) {
            this.channel = channel;
            buffer = spare.isEmpty() ? ByteBuffer.allocateDirect(work.block()) : spare.pop();
        }

        void goOn() {
            try {
                if (isWriting) {
                    write();
                } else {
                    read();
                }
            } catch (IOException e) {
                close(); // the client has reset the connection
            }
        }

        private void read() throws IOException {
            int count = channel.read(buffer);
            if (count < 0) {
                close();
            } else if (count == 0 || (work.closes() && buffer.hasRemaining())) {
                await(SelectionKey.OP_READ);
            } else {
                buffer.flip();
                write();
            }
        }

        private void write() throws IOException {
            channel.write(buffer);
            isWriting = buffer.hasRemaining();
            if (isWriting) {
                await(SelectionKey.OP_WRITE);
            } else if (work.closes()) {
                close();
            } else {
                buffer.clear();
                await(SelectionKey.OP_READ);
            }
        }

        private void await(int operation) throws IOException {
            if (key == null) {
                key = channel.register(selector, operation, this);
            } else if (key.interestOps() != operation) {
                key.interestOps(operation);
            }
        }

        private void close() {
            spare.push(buffer.clear());
            try {
                channel.close();
            } catch (IOException e) {
                System.err.println("close: " + e);
            }
        }
    }
}
