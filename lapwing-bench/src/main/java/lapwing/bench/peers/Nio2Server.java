package lapwing.bench.peers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/** The JDK's asynchronous channels, in a group of one thread, which also runs the handlers. */
final class Nio2Server {
    private final Deque<ByteBuffer> spare = new ArrayDeque<>(); // of the group's thread
    private final Work work;

    Nio2Server(Work work) {
        this.work = work;
    }

    void serve() throws IOException, InterruptedException {
        AsynchronousChannelGroup group =
                AsynchronousChannelGroup.withFixedThreadPool(1, Thread::new);
        AsynchronousServerSocketChannel listener = AsynchronousServerSocketChannel.open(group);
        try {
            listener.bind(new InetSocketAddress(work.port()), Work.BACKLOG);
        } catch (IOException e) {
            throw work.cannotBind(e);
        }
        listener.accept(listener, new Accepting());
        work.ready();
        group.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    }

    private final class Accepting
            implements CompletionHandler<
                    AsynchronousSocketChannel, AsynchronousServerSocketChannel> {
        @Override
        public void completed(
                AsynchronousSocketChannel channel, AsynchronousServerSocketChannel listener) {
            listener.accept(listener, this);
            new Connection(channel).begin();
        }

        @Override
        public void failed(Throwable failure, AsynchronousServerSocketChannel listener) {
            System.err.println("accept: " + failure);
            listener.accept(listener, this);
        }
    }

    /**
     * One connection and its buffer; the handler of its reads, and by {@link Writing} of writes.
     */
    private final class Connection implements CompletionHandler<Integer, Connection> {
        private final AsynchronousSocketChannel channel;
        private final ByteBuffer buffer;

        Connection(AsynchronousSocketChannel channel) {
            this.channel = channel;
            buffer = spare.isEmpty() ? ByteBuffer.allocateDirect(work.block()) : spare.pop();
        }

        void begin() {
            try {
                if (!work.closes()) { // a single reply is never held back
                    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                }
                read();
            } catch (IOException e) {
                close();
            }
        }

        private void read() {
            channel.read(buffer, this, this);
        }

        @Override
        public void completed(Integer count, Connection connection) {
            if (count < 0) {
                close();
            } else if (work.closes() && buffer.hasRemaining()) {
                read();
            } else {
                buffer.flip();
                write();
            }
        }

        private void write() {
            channel.write(buffer, this, Writing.HANDLER);
        }

        void written() {
            if (buffer.hasRemaining()) {
                write();
            } else if (work.closes()) {
                close();
            } else {
                buffer.clear();
                read();
            }
        }

        @Override
        public void failed(Throwable failure, Connection connection) {
            close(); // the client has reset the connection
        }

        void close() {
            spare.push(buffer.clear());
            try {
                channel.close();
            } catch (IOException e) {
                System.err.println("close: " + e);
            }
        }
    }

    private static final class Writing implements CompletionHandler<Integer, Connection> {
        static final Writing HANDLER = new Writing();

        @Override
        public void completed(Integer count, Connection connection) {
            connection.written();
        }

        @Override
        public void failed(Throwable failure, Connection connection) {
            connection.close();
        }
    }
}
