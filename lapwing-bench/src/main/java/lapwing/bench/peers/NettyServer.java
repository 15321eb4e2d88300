package lapwing.bench.peers;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Netty on one event loop, which accepts and serves. */
final class NettyServer {
    private NettyServer() {}

    static void serve(NettyTransport transport, Work work)
            throws IOException, InterruptedException {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, transport.handler());
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(group)
                        .channel(transport.channel())
                        .option(ChannelOption.SO_BACKLOG, Work.BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(
                                ChannelOption.TCP_NODELAY,
                                !work.closes()) // one reply is never held back
                        .childHandler(new Pipeline(work));
        if (transport.hasBufferRing()) {
            bootstrap.childOption(
                    IoUringChannelOption.IO_URING_BUFFER_GROUP_ID, NettyTransport.BUFFERS);
        }
        ChannelFuture bound = bootstrap.bind(work.port()).await();
        Throwable failure = bound.cause();
        if (failure != null) {
            throw work.cannotBind(failure);
        }
        work.ready();
        bound.channel().closeFuture().sync();
    }

    private static final class Pipeline extends ChannelInitializer<Channel> {
        private final Work work;
        private final Echo echo = new Echo();

        Pipeline(Work work) {
            this.work = work;
        }

        @Override
        protected void initChannel(Channel channel) {
            channel.pipeline().addLast(work.closes() ? new Reply(work.size()) : echo);
        }
    }

    /** Sends back what it gets, all that was read at a time in one go. */
    @Sharable
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ChannelFuture _ = context.write(message, context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            ChannelFuture _ = context.close(); // the client has reset the connection
        }
    }

    /** Sends a whole request back and closes. */
    private static final class Reply extends ChannelInboundHandlerAdapter {
        private final int size;

        /** What has come of the request; its owner until it is sent. */
        private @Nullable ByteBuf request;

        private boolean hasReplied;

        Reply(int size) {
            this.size = size;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf part = (ByteBuf) message;
            if (hasReplied) {
                part.release();
                return;
            }
            ByteBuf all = request == null ? part : Unpooled.wrappedBuffer(request, part);
            request = all;
            if (all.readableBytes() >= size) {
                all.writerIndex(all.readerIndex() + size);
                request = null;
                hasReplied = true;
                ChannelFuture _ =
                        context.writeAndFlush(all).addListener(ChannelFutureListener.CLOSE);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (request != null) {
                request.release();
                request = null;
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            ChannelFuture _ = context.close(); // the client has reset the connection
        }
    }
}
