package lapwing.engine.selector;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import lapwing.engine.Address;
import lapwing.engine.MemoryPool;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import org.jspecify.annotations.Nullable;

/**
 * A UDP endpoint. A datagram is received into a buffer that holds the largest, then copied into the
 * blocks: {@code java.nio} would cut a longer one silently. What somebody has only looked at is
 * held for the next receive.
 */
final class DatagramEndpoint extends SelectorEndpoint {
    private static final int LARGEST = 65536;

    private record Held(ByteBuffer data, InetSocketAddress sender) {}

    private final DatagramChannel channel;

    // All guarded by this.
    private final ChannelOptions options = new ChannelOptions();
    private final Deque<Held> held = new ArrayDeque<>(2);
    private final Memberships memberships;
    private boolean tellsDestination;
    private int looks;

    private DatagramEndpoint(DatagramChannel channel, boolean v6) {
        super(v6);
        this.channel = channel;
        memberships = new Memberships(channel);
    }

    static DatagramEndpoint open(boolean v6) throws IOException {
        DatagramChannel channel =
                DatagramChannel.open(
                        v6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
        try {
            channel.configureBlocking(false);
            return new DatagramEndpoint(channel, v6);
        } catch (Throwable t) {
            channel.close(); // nobody else knows of it
            throw t;
        }
    }

    @Override
    SelectableChannel channel() {
        return channel;
    }

    // ---- addresses ----

    @Override
    public synchronized int bind(Address address) {
        if (tellsDestination && address.isWildcard()) {
            return Status.NOT_SUPPORTED;
        }
        try {
            channel.bind(address.toInetSocketAddress());
            return Status.SUCCESS;
        } catch (IOException | IllegalStateException | IllegalArgumentException e) {
            return Failures.status(e);
        }
    }

    @Override
    public int listen(int backlog) {
        return Status.NOT_SUPPORTED;
    }

    @Override
    public int localAddress(Address result) {
        try {
            return report(channel.getLocalAddress(), result);
        } catch (IOException e) {
            return Failures.status(e);
        }
    }

    @Override
    public int peerAddress(Address result) {
        try {
            SocketAddress peer = channel.getRemoteAddress();
            return peer == null ? Status.INVALID_CONNECTION : report(peer, result);
        } catch (IOException e) {
            return Failures.status(e);
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>DatagramChannel throws away what has arrived before, the system does not. So it is read
     * first; what comes between the two calls is lost, as datagrams may be.
     */
    @Override
    public int setPeer(@Nullable Address peer) {
        int result = change(peer == null ? null : peer.toInetSocketAddress());
        announce(null);
        return result;
    }

    private synchronized int change(@Nullable SocketAddress peer) {
        try {
            SocketAddress before = channel.getRemoteAddress();
            if (before != null) {
                takeQueue(before);
                channel.disconnect();
                if (!before.equals(peer)) {
                    takeQueue(before);
                    held.clear();
                }
            }
            if (peer != null) {
                takeQueue(before);
                channel.connect(peer);
            }
            return Status.SUCCESS;
        } catch (IOException | IllegalStateException | IllegalArgumentException e) {
            return Failures.status(e);
        }
    }

    /**
     * Holds what is queued from somebody, or from anybody; no more than can be, whoever keeps
     * sending.
     *
     * @return true if a datagram had met a closed port
     */
    private boolean takeQueue(@Nullable SocketAddress from) throws IOException {
        boolean refused = false;
        int most = mostDatagrams();
        for (int i = 0; i < most && channel.getLocalAddress() != null; i++) {
            try {
                Held next = hold();
                if (next == null) {
                    break;
                }
                if (from != null && !from.equals(next.sender)) {
                    held.removeLast();
                }
            } catch (PortUnreachableException e) {
                refused = true;
            }
        }
        return refused;
    }

    // ---- options ----

    @Override
    public synchronized int set(Option option, int value) {
        if (option != Option.PACKET_INFO) {
            return options.set(channel, option, value);
        }
        Address local = new Address();
        localAddress(local);
        if (value != 0 && local.port != 0 && local.isWildcard()) {
            return Status.NOT_SUPPORTED;
        }
        tellsDestination = value != 0;
        return Status.SUCCESS;
    }

    @Override
    public synchronized int get(Option option) {
        return switch (option) {
            case PACKET_INFO -> tellsDestination ? 1 : 0;
            case ERROR -> 0; // receives and sends report what there is
            default -> options.get(channel, option);
        };
    }

    @Override
    public synchronized int member(Address group, int network, boolean join) {
        return memberships.change(group, network, join);
    }

    // ---- what the system knows ----

    @Override
    public int available() {
        int size;
        synchronized (this) {
            try {
                Held next = held.isEmpty() ? hold() : held.peek();
                size = next == null ? 0 : next.data.remaining();
            } catch (IOException e) {
                return Failures.ofTransfer(e);
            }
        }
        announce(null);
        return size;
    }

    @Override
    boolean isConnecting() {
        return false;
    }

    @Override
    synchronized int readsAhead() {
        return looks;
    }

    // ---- transfer ----

    @Override
    public int attempt(Operation operation) {
        int before = readsAhead();
        int result = progress(operation);
        if (readsAhead() != before) {
            announce(null);
        }
        return result;
    }

    @Override
    synchronized int progress(Operation operation) {
        if ((operation.flags & URGENT) != 0) {
            return Status.NOT_SUPPORTED;
        }
        try {
            return switch (Objects.requireNonNull(operation.kind)) {
                case RECEIVE, RECEIVE_FROM -> receive(operation);
                case SEND -> send(operation, null);
                case SEND_TO -> send(operation, operation.peer());
                default -> Status.NOT_SUPPORTED;
            };
        } catch (IOException e) {
            return Failures.ofTransfer(e);
        } catch (IllegalStateException e) {
            return Failures.status(e);
        } catch (IllegalArgumentException
                | UnsupportedOperationException
                | IndexOutOfBoundsException e) {
            return Status.ACCESS_VIOLATION; // read-only for a receive, or shorter than it says
        }
    }

    private int receive(Operation operation) throws IOException {
        boolean peek = (operation.flags & PEEK) != 0;
        Held next = held.isEmpty() && peek ? hold() : held.peek();
        if (next != null) {
            int bytes = hand(operation, next.data.duplicate(), next.sender);
            if (!peek) {
                held.remove();
            }
            return bytes;
        }
        if (peek) {
            return Status.WOULD_BLOCK;
        }
        MemoryPool.Block lent = lend(LARGEST);
        try {
            ByteBuffer data = lent.memory().asByteBuffer();
            SocketAddress sender = channel.receive(data);
            return sender == null
                    ? Status.WOULD_BLOCK
                    : hand(operation, data.flip(), (InetSocketAddress) sender);
        } finally {
            lent.giveBack();
        }
    }

    private int hand(Operation operation, ByteBuffer data, InetSocketAddress sender)
            throws IOException {
        int bytes = ByteBuffers.fill(ByteBuffers.of(operation, 0), data);
        operation.resultFlags = data.hasRemaining() ? TRUNCATED : 0;
        report(sender, operation.peer());
        if (operation.control != null) {
            operation.controlLength = 0;
            if (tellsDestination) {
                PacketInfo.write(operation, (InetSocketAddress) channel.getLocalAddress(), v6);
            }
        }
        return bytes;
    }

    /** Receives a datagram and holds it. */
    private @Nullable Held hold() throws IOException {
        MemoryPool.Block lent = lend(LARGEST);
        try {
            ByteBuffer data = lent.memory().asByteBuffer();
            SocketAddress sender = channel.receive(data);
            if (sender == null) {
                return null;
            }
            ByteBuffer copy = ByteBuffer.allocate(data.flip().remaining()).put(data).flip();
            Held next = new Held(copy, (InetSocketAddress) sender);
            held.add(next);
            looks++;
            return next;
        } finally {
            lent.giveBack();
        }
    }

    /** Memory for a datagram, for one attempt: thousands of sockets may wait. */
    private static MemoryPool.Block lend(int size) throws IOException {
        MemoryPool.Block lent = MemoryPool.COMMON.take(size);
        if (lent == null) {
            throw new IOException("no buffer space for a datagram");
        }
        return lent;
    }

    private int send(Operation operation, @Nullable Address to) throws IOException {
        ByteBuffer[] blocks = ByteBuffers.of(operation, 0);
        if (blocks.length == 1) {
            return send(operation, blocks[0], to);
        }
        int size = operation.total();
        if (size > LARGEST) {
            return Status.INVALID_BUFFER_SIZE;
        }
        MemoryPool.Block lent = lend(size);
        try {
            ByteBuffer data = lent.memory().asByteBuffer();
            for (ByteBuffer block : blocks) {
                data.put(block);
            }
            return send(operation, data.flip(), to);
        } finally {
            lent.giveBack();
        }
    }

    private int send(Operation operation, ByteBuffer data, @Nullable Address to)
            throws IOException {
        int size = data.remaining();
        SocketAddress peer = channel.getRemoteAddress();
        if (operation.control != null) {
            return Status.NOT_SUPPORTED; // java.nio does not let us choose the source
        }
        if (to == null && peer == null) {
            return Status.INVALID_CONNECTION;
        }
        if (peer != null && (size == 0 || isElsewhere(to))) {
            sendAside(data, peer, to == null ? peer : to.toInetSocketAddress());
            operation.moved = size - data.remaining();
            return data.hasRemaining() ? Status.WOULD_BLOCK : size;
        }
        int sent =
                peer != null
                        ? channel.write(data)
                        : channel.send(data, Objects.requireNonNull(to).toInetSocketAddress());
        operation.moved = sent;
        return sent == 0 && size > 0 ? Status.WOULD_BLOCK : sent;
    }

    /**
     * Sends a datagram to somebody else than the peer, or one of no bytes: a connected
     * DatagramChannel refuses the first and swallows the second. So it is not connected for a
     * moment; what strangers send in it is dropped.
     */
    private void sendAside(ByteBuffer data, SocketAddress peer, SocketAddress to)
            throws IOException {
        if (takeQueue(peer)) {
            throw new PortUnreachableException();
        }
        channel.disconnect();
        try {
            channel.send(data, to);
            takeQueue(peer);
        } finally {
            channel.connect(peer);
        }
    }

    private boolean isElsewhere(@Nullable Address to) {
        Address peer = new Address();
        return to != null && peerAddress(peer) >= 0 && !peer.same(to);
    }

    // ---- ends ----

    @Override
    public int shutdown(boolean receive, boolean send) {
        return Status.SUCCESS; // the contract refuses what comes after; no peer is to be told
    }

    @Override
    public int dissolve() {
        return setPeer(null);
    }

    @Override
    public void close() {
        discard(channel);
    }
}
