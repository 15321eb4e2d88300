package lapwing.engine.selector;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import lapwing.engine.Address;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import org.jspecify.annotations.Nullable;

/**
 * A TCP endpoint. It begins as a {@link SocketChannel}, which holds the address it is bound to;
 * {@link #listen} puts a {@link ServerSocketChannel} in its place, {@link #dissolve} a fresh
 * SocketChannel.
 *
 * <p>Where one channel takes the place of another at the same address, the new one is bound while
 * the old one still holds the address, with SO_REUSEADDR on both: Linux allows that as long as
 * neither listens. Elsewhere the old channel goes first, and for a moment another process can take
 * the port; the caller then gets ADDRESS_ALREADY_EXISTS.
 */
final class StreamEndpoint extends SelectorEndpoint {
    private static final boolean OVERLAPS = System.getProperty("os.name").equals("Linux");
    private static final Address NOWHERE = new Address();

    // All guarded by this.
    private SelectableChannel channel;
    private LookAhead ahead = new LookAhead();
    private final ChannelOptions options;

    /** Where the program has bound it, with the real port; null if it has not. */
    private @Nullable Address bound;

    /** Why there is no channel to connect again, after a connection has been dissolved; else 0. */
    private int lacking;

    /** Where the connection was that has been dissolved: the system may keep traces of it there. */
    private Address former = NOWHERE;

    private StreamEndpoint(SocketChannel channel, boolean v6, ChannelOptions options) {
        super(v6);
        this.channel = channel;
        this.options = options;
    }

    static StreamEndpoint open(boolean v6) throws IOException {
        SocketChannel channel = fresh(v6);
        try {
            return new StreamEndpoint(channel, v6, new ChannelOptions());
        } catch (Throwable t) {
            channel.close(); // nobody else knows of it
            throw t;
        }
    }

    private static ProtocolFamily family(boolean v6) {
        return v6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
    }

    private static SocketChannel fresh(boolean v6) throws IOException {
        SocketChannel result = SocketChannel.open(family(v6));
        try {
            result.configureBlocking(false);
            return result;
        } catch (Throwable t) {
            result.close();
            throw t;
        }
    }

    @Override
    synchronized SelectableChannel channel() {
        return channel;
    }

    private NetworkChannel network() {
        return (NetworkChannel) channel;
    }

    private @Nullable SocketChannel socket() {
        return channel instanceof SocketChannel socket ? socket : null;
    }

    // ---- addresses ----

    @Override
    public synchronized int bind(Address address) {
        if (bound != null && bound.same(address)) {
            return Status.SUCCESS; // dissolve has kept it
        }
        if (address.isWildcard() && address.port == 0 && options.chosen(Option.LATE_PORT, 0) != 0) {
            bound = new Address().set(address); // the connect chooses, by the peer (S11)
            return Status.SUCCESS;
        }
        boolean traces = address.port != 0 && address.same(former);
        if (traces) {
            apply(Option.REUSE_ADDRESS, 1);
        }
        try {
            network().bind(address.toInetSocketAddress());
            noteBound();
            return Status.SUCCESS;
        } catch (IOException | IllegalStateException | IllegalArgumentException e) {
            return Failures.status(e);
        } finally {
            if (traces) {
                apply(Option.REUSE_ADDRESS, options.chosen(Option.REUSE_ADDRESS, 0));
            }
        }
    }

    private void noteBound() throws IOException {
        Address where = new Address();
        report(network().getLocalAddress(), where);
        bound = where;
    }

    private void apply(Option option, int value) {
        ChannelOptions.apply(network(), option, value);
    }

    @Override
    public int listen(int backlog) {
        SelectableChannel old;
        synchronized (this) {
            old = channel;
            if (bound == null || !(old instanceof SocketChannel)) {
                // java.nio cannot change the backlog of a listener; it is a hint anyway
                return bound == null ? Status.INVALID_PARAMETER : Status.SUCCESS;
            }
        }
        return listenInsteadOf(old, backlog);
    }

    /** What the system cuts a backlog to. */
    private static final class MostWaiting {
        static final int OF_SYSTEM = read();

        private static int read() {
            try {
                return Integer.parseInt(
                        Files.readString(Path.of("/proc/sys/net/core/somaxconn")).strip());
            } catch (IOException | NumberFormatException e) {
                return 128; // elsewhere it is this or more
            }
        }
    }

    /** Puts a listener in the place of the present channel, which stays if that fails. */
    private int listenInsteadOf(SelectableChannel old, int backlog) {
        ServerSocketChannel next = null;
        try {
            next = ServerSocketChannel.open(family(v6));
            next.configureBlocking(false);
            bindInsteadOf(old, next, backlog);
            put(next);
            next = null;
        } catch (IOException | IllegalArgumentException | UnsupportedOperationException e) {
            return Failures.status(e);
        } finally {
            closeQuietly(next);
        }
        discard(old);
        return Math.min(backlog, MostWaiting.OF_SYSTEM);
    }

    /** Gives the new channel the options and the address of the old one. */
    private void bindInsteadOf(SelectableChannel old, NetworkChannel next, int backlog)
            throws IOException {
        int reuse;
        InetSocketAddress where;
        synchronized (this) {
            options.applyTo(next);
            reuse = options.chosen(Option.REUSE_ADDRESS, 0);
            where = bound == null ? null : bound.toInetSocketAddress();
        }
        if (where == null || (where.getPort() == 0 && next instanceof SocketChannel)) {
            return;
        }
        if (OVERLAPS && old.isOpen()) {
            ChannelOptions.apply((NetworkChannel) old, Option.REUSE_ADDRESS, 1);
        } else {
            discard(old);
        }
        ChannelOptions.apply(next, Option.REUSE_ADDRESS, 1);
        if (next instanceof ServerSocketChannel listener) {
            listener.bind(where, backlog);
        } else {
            next.bind(where);
            ChannelOptions.apply(next, Option.REUSE_ADDRESS, reuse);
        }
    }

    private synchronized void put(SelectableChannel next) {
        channel = next;
        ahead = new LookAhead();
    }

    private static void closeQuietly(@Nullable NetworkChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // it was never used
        }
    }

    @Override
    public synchronized int localAddress(Address result) {
        try {
            return report(network().getLocalAddress(), result);
        } catch (IOException e) {
            if (bound == null) {
                return Failures.status(e);
            }
            result.set(bound); // a failed connect has closed the channel
            return Status.SUCCESS;
        }
    }

    @Override
    public synchronized int peerAddress(Address result) {
        SocketChannel socket = socket();
        if (socket == null || !socket.isConnected()) {
            return Status.INVALID_CONNECTION;
        }
        try {
            return report(socket.getRemoteAddress(), result);
        } catch (IOException e) {
            return Failures.status(e);
        }
    }

    @Override
    public int setPeer(@Nullable Address peer) {
        return Status.NOT_SUPPORTED; // datagrams only
    }

    // ---- options ----

    @Override
    public synchronized int set(Option option, int value) {
        return options.set(network(), option, value);
    }

    @Override
    public int get(Option option) {
        if (option == Option.ERROR) {
            return error();
        }
        synchronized (this) {
            return options.get(network(), option);
        }
    }

    /** java.nio has no SO_ERROR; what a receive would meet is the same. */
    private int error() {
        int result = look(1);
        return result < 0 && result != Status.WOULD_BLOCK ? 1 : 0;
    }

    @Override
    public int member(Address group, int network, boolean join) {
        return Status.NOT_SUPPORTED; // datagrams only
    }

    // ---- what the system knows ----

    @Override
    public int available() {
        return Math.max(look(LookAhead.MOST), 0);
    }

    /** Reads ahead; bytes held, or the reason for none. */
    private int look(int wanted) {
        int result;
        boolean looked;
        synchronized (this) {
            SocketChannel socket = socket();
            if (socket == null || !socket.isConnected()) {
                return 0;
            }
            int before = ahead.reads();
            result = ahead.fill(socket, wanted);
            looked = ahead.reads() != before;
        }
        if (looked) {
            announce(null);
        }
        return result;
    }

    @Override
    public boolean isOver() {
        SocketChannel socket = socket();
        return socket != null && HangUp.isThere(socket);
    }

    @Override
    synchronized boolean isConnecting() {
        SocketChannel socket = socket();
        return socket != null && socket.isConnectionPending();
    }

    @Override
    synchronized int readsAhead() {
        return ahead.reads();
    }

    // ---- transfer ----

    @Override
    public int attempt(Operation operation) {
        int result;
        boolean looked;
        synchronized (this) {
            int before = ahead.reads();
            result = guarded(operation, false);
            looked = ahead.reads() != before;
        }
        if (looked) {
            announce(null);
        }
        return result;
    }

    @Override
    synchronized int progress(Operation operation) {
        return guarded(operation, true);
    }

    /** Memory that java.nio does not take is the only thing that is thrown here. */
    private int guarded(Operation operation, boolean whole) {
        if ((operation.flags & URGENT) != 0) {
            return Status.NOT_SUPPORTED;
        }
        try {
            return transfer(operation, whole);
        } catch (IllegalArgumentException
                | UnsupportedOperationException
                | IndexOutOfBoundsException e) {
            return Status.ACCESS_VIOLATION; // read-only for a receive, or shorter than it says
        }
    }

    private int transfer(Operation operation, boolean whole) {
        if (operation.kind == Operation.Kind.ACCEPT) {
            return accept(operation);
        }
        SocketChannel socket = socket();
        if (socket == null) {
            return Status.INVALID_CONNECTION;
        }
        try {
            if (operation.kind == Operation.Kind.CONNECT) {
                return connect(socket, operation);
            }
            if (!socket.isConnected()) {
                return Status.INVALID_CONNECTION;
            }
            return switch (Objects.requireNonNull(operation.kind)) {
                case RECEIVE, RECEIVE_FROM -> receive(socket, operation, whole);
                case AWAIT_CLOSE -> Math.min(ahead.fill(socket, 1), 1);
                default -> send(socket, operation, whole);
            };
        } catch (ClosedChannelException e) {
            return Failures.ofTransfer(e); // by ourselves
        } catch (IOException e) { // of a send; receives keep their own
            int status = Failures.ofTransfer(e);
            ahead.sendFailed(status);
            return status;
        }
    }

    private int receive(SocketChannel socket, Operation operation, boolean whole) {
        int total = operation.total();
        if (total == 0) {
            return Math.min(ahead.fill(socket, 1), 0);
        }
        if ((operation.flags & PEEK) != 0) {
            return ahead.peek(socket, ByteBuffers.of(operation, 0), total);
        }
        if (!whole || (operation.flags & WAIT_ALL) == 0) {
            return ahead.receive(socket, ByteBuffers.of(operation, 0));
        }
        while (operation.moved < total) {
            int got = ahead.receive(socket, ByteBuffers.of(operation, operation.moved));
            if (got == Status.WOULD_BLOCK) {
                return got;
            }
            if (got <= 0) { // less than all: what is there, or why there is nothing
                return operation.moved > 0 ? operation.moved : got;
            }
            operation.moved += got;
        }
        return operation.moved;
    }

    private int send(SocketChannel socket, Operation operation, boolean whole) throws IOException {
        int total = operation.total();
        if (!whole) {
            long sent = total == 0 ? 0 : write(socket, ByteBuffers.of(operation, 0));
            return sent == 0 && total > 0 ? Status.WOULD_BLOCK : (int) sent;
        }
        while (operation.moved < total) {
            long sent = write(socket, ByteBuffers.of(operation, operation.moved));
            if (sent == 0) {
                return Status.WOULD_BLOCK;
            }
            operation.moved += (int) sent;
        }
        return operation.moved;
    }

    private static long write(SocketChannel socket, ByteBuffer[] blocks) throws IOException {
        return blocks.length == 1 ? socket.write(blocks[0]) : socket.write(blocks);
    }

    private int accept(Operation operation) {
        if (!(channel instanceof ServerSocketChannel listener)) {
            return Status.INVALID_PARAMETER;
        }
        int result;
        do {
            result = accept(listener, operation);
        } while (result == Status.CONNECTION_ABORTED); // it was gone before we came: the next one
        return result;
    }

    private int accept(ServerSocketChannel listener, Operation operation) {
        SocketChannel connection = null;
        try {
            connection = listener.accept();
            if (connection == null) {
                return Status.WOULD_BLOCK;
            }
            connection.configureBlocking(false);
            InetSocketAddress peer = (InetSocketAddress) connection.getRemoteAddress();
            if (v6 && peer.getAddress() instanceof Inet4Address) {
                // java.nio has no IPV6_V6ONLY: a client that has no business here
                ChannelOptions.apply(connection, Option.LINGER, 0);
                return Status.CONNECTION_ABORTED;
            }
            report(peer, operation.peer());
            ChannelOptions inherited = options.inherited(listener, connection);
            operation.accepted = new StreamEndpoint(connection, v6, inherited);
            connection = null; // it has an owner
            return Status.SUCCESS;
        } catch (IOException | IllegalStateException e) {
            return Failures.status(e);
        } finally {
            closeQuietly(connection);
        }
    }

    private int connect(SocketChannel socket, Operation operation) throws IOException {
        if (lacking != 0) {
            return lacking;
        }
        if (!socket.isConnected()) {
            boolean done;
            try {
                // to this machine a connection is there at once, though connect does not say so
                done =
                        !socket.isConnectionPending()
                                        && socket.connect(operation.peer().toInetSocketAddress())
                                || socket.finishConnect();
            } catch (IOException | IllegalArgumentException | IllegalStateException e) {
                return Failures.status(e);
            }
            if (!done) {
                return Status.WOULD_BLOCK;
            }
        } else if (operation.moved == 0 && operation.blocks == 0) {
            return Status.CONNECTION_ACTIVE;
        }
        return operation.blocks == 0 ? 0 : send(socket, operation, true);
    }

    // ---- ends ----

    @Override
    public int shutdown(boolean receive, boolean send) {
        SelectableChannel present = channel();
        if (present instanceof SocketChannel socket) {
            int result = shutdown(socket, receive, send);
            announce(null);
            return result;
        }
        discard(present); // a listener: nothing else ends its accepts
        announce(null);
        return Status.SUCCESS;
    }

    private static int shutdown(SocketChannel socket, boolean receive, boolean send) {
        try {
            if (send) {
                socket.shutdownOutput();
            }
            if (receive) {
                socket.shutdownInput();
            }
            return Status.SUCCESS;
        } catch (IOException | IllegalStateException e) {
            return Failures.status(e);
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>Keeps the address also if the system has chosen it; binding to it once more is no error.
     */
    @Override
    public int dissolve() {
        SelectableChannel old;
        synchronized (this) {
            old = channel;
            Address where = new Address();
            if (localAddress(where) >= 0) {
                former = where;
            }
        }
        ChannelOptions.apply((NetworkChannel) old, Option.REUSE_ADDRESS, 1); // see bind
        try {
            put(freshInsteadOf(old));
            bindInsteadOf(old, network(), 0);
            return Status.SUCCESS;
        } catch (IOException | IllegalArgumentException | UnsupportedOperationException e) {
            int status = Failures.status(e);
            synchronized (this) {
                bound = null;
                lacking = status; // the next connect will tell
            }
            return status;
        } finally {
            discard(old);
        }
    }

    private SocketChannel freshInsteadOf(SelectableChannel old) throws IOException {
        try {
            return fresh(v6);
        } catch (IOException e) {
            discard(old); // with its descriptor there is a free one again
            return fresh(v6);
        }
    }

    @Override
    public void close() {
        SelectableChannel present;
        synchronized (this) {
            present = channel;
            prepareClose();
        }
        discard(present);
    }

    /** Sees to it that the system closes the connection as it would without the JDK and us. */
    private void prepareClose() {
        if (!channel.isOpen()) {
            return;
        }
        if (ahead.size() > 0) {
            apply(Option.LINGER, 0); // unread data means RST, also if only we know of it
        } else if (options.chosen(Option.LINGER, 0) > 0) {
            apply(Option.LINGER, -1); // FIN all the same, but the loop would wait for its end
        }
    }
}
