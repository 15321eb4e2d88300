package lapwing.bench.peers;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringBufferRingConfig;
import io.netty.channel.uring.IoUringFixedBufferRingAllocator;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerSocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * How Netty reaches the kernel.
 *
 * @param handler makes the event loop's part that waits
 * @param channel what listens
 * @param hasBufferRing received data goes to buffers that the kernel chooses
 */
record NettyTransport(
        IoHandlerFactory handler, Class<? extends ServerChannel> channel, boolean hasBufferRing) {
    /** The number of the buffer ring. */
    static final short BUFFERS = 0;

    private static final int RING = 4096;
    private static final int RING_MEMORY = 64 << 20;
    private static final int COMPLETIONS = 8 * RING;

    static NettyTransport nio() {
        return new NettyTransport(NioIoHandler.newFactory(), NioServerSocketChannel.class, false);
    }

    static NettyTransport epoll() {
        require(Epoll.isAvailable(), Epoll.unavailabilityCause());
        return new NettyTransport(
                EpollIoHandler.newFactory(), EpollServerSocketChannel.class, false);
    }

    /** With large queues and, where the kernel has it, the buffer ring: its best. */
    static NettyTransport uring(int block) {
        require(IoUring.isAvailable(), IoUring.unavailabilityCause());
        IoUringIoHandlerConfig config = new IoUringIoHandlerConfig();
        config.setRingSize(RING).setCqSize(COMPLETIONS);
        int buffers = Integer.highestOneBit(Math.clamp(RING_MEMORY / block, 1, RING));
        boolean hasRing = IoUring.isRegisterBufferRingSupported();
        if (hasRing) {
            config.setBufferRingConfig(
                    IoUringBufferRingConfig.builder()
                            .bufferGroupId(BUFFERS)
                            .bufferRingSize((short) buffers)
                            .batchSize(buffers)
                            .incremental(false)
                            .allocator(new IoUringFixedBufferRingAllocator(block))
                            .build());
        }
        return new NettyTransport(
                IoUringIoHandler.newFactory(config), IoUringServerSocketChannel.class, hasRing);
    }

    private static void require(boolean isAvailable, @Nullable Throwable cause) {
        if (!isAvailable) {
            Throwable root = cause;
            while (root != null && root.getCause() != null) {
                root = root.getCause();
            }
            throw new IllegalStateException("the transport is not available here: " + root);
        }
    }
}
