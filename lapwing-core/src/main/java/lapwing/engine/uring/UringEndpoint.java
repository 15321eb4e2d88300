package lapwing.engine.uring;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import lapwing.engine.Address;
import lapwing.engine.Endpoint;
import lapwing.engine.FreeDescriptors;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import lapwing.engine.TcpInfo;
import org.jspecify.annotations.Nullable;

/** A socket descriptor, non-blocking and close-on-exec, with the direct calls on it. */
final class UringEndpoint extends Endpoint {
    static final int SOCK_NONBLOCK = 0x800;
    static final int SOCK_CLOEXEC = 0x80000;

    static final int MSG_OOB = 0x1;
    static final int MSG_PEEK = 0x2;
    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_WAITALL = 0x100;
    static final int MSG_NOSIGNAL = 0x4000;
    static final int MSG_MORE = 0x8000;

    private static final int IPPROTO_TCP = 6;
    private static final int TCP_INFO = 11;
    private static final int TCP_ZEROCOPY_RECEIVE = 35;

    /** Address 8, length 4, and the number of bytes that have to be read without it 4. */
    private static final int ZEROCOPY_SIZE = 16;

    private static final long ZEROCOPY_SKIP = 12;
    private static final int FIONREAD = 0x541B;
    private static final int SIOCATMARK = 0x8905;
    private static final int SIOCOUTQ = 0x5411;
    private static final int POLLFD_SIZE = 8;
    private static final long POLLFD_FOUND = 6;
    private static final int TIMESPEC_SIZE = 16;

    private static final int SHUT_RD = 0;
    private static final int SHUT_WR = 1;
    private static final int SHUT_RDWR = 2;

    final boolean v6;
    final int fd;
    private boolean closed;

    private boolean acknowledgesWithData;

    /**
     * What the program has set as DEFER_ACCEPT, seconds, to be set again before listening. No int,
     * as thousands of these objects wait for data: more than 32,767 s become so many then.
     */
    private short deferral;

    /** Of a listener: the last accept has left nobody waiting. Guarded by the loop's lock. */
    boolean emptied;

    /** Of a connection: the last receive has left something behind. A hint, of no fixed moment. */
    boolean hasMore;

    /**
     * Of a connection: the last receive has found its data there when the kernel got it, so the
     * next one need not wait either. A hint as well.
     */
    boolean isPrompt;

    /**
     * The batch in which the kernel gets the last receive, by its lowest byte. Guarded by the
     * loop's lock.
     */
    byte batch;

    private UringEndpoint(int fd, boolean v6) {
        this.fd = fd;
        this.v6 = v6;
    }

    /** Takes over a descriptor; if there is no memory for the endpoint, it is closed. */
    static UringEndpoint of(int fd, boolean v6) {
        try {
            return new UringEndpoint(fd, v6);
        } catch (OutOfMemoryError e) {
            CallMemory.closeDescriptor(fd);
            FreeDescriptors.closed();
            throw e;
        }
    }

    // ---- addresses ----

    @Override
    public int bind(Address address) {
        return withAddress(SyscallNumbers.BIND, address);
    }

    @Override
    public int listen(int backlog) {
        if (acknowledgesWithData) { // of a listener the option means something else
            acknowledgesWithData = false;
            DescriptorOptions.set(this, Option.DEFER_ACCEPT, deferral);
        }
        DescriptorOptions.neverWait(this);
        int done = Errno.result(CallMemory.single(SyscallNumbers.LISTEN, fd, backlog, 0, 0));
        try (CallMemory call = CallMemory.take()) {
            return done < 0 || readTcpInfo(call) < 0
                    ? done
                    : call.scratch.memory.get(
                            JAVA_INT_UNALIGNED, Scratch.CONTROL + TcpInfoLayout.BACKLOG);
        }
    }

    private int withAddress(int number, Address address) {
        try (CallMemory call = CallMemory.take()) {
            int length = call.scratch.setAddress(address);
            return Errno.result(call.quick(number, fd, call.scratch.address(), length, 0, 0, 0));
        }
    }

    @Override
    public int localAddress(Address result) {
        return address(SyscallNumbers.GETSOCKNAME, result);
    }

    @Override
    public int peerAddress(Address result) {
        return address(SyscallNumbers.GETPEERNAME, result);
    }

    private int address(int number, Address result) {
        try (CallMemory call = CallMemory.take()) {
            long length = call.scratch.expectAddress();
            long at = call.scratch.address();
            int done = Errno.result(call.quick(number, fd, at, length, 0, 0, 0));
            if (done >= 0) {
                call.scratch.getAddress(result);
            }
            return done;
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>A connect on top of another keeps the first one's local address (ip4_datagram_connect),
     * from which the new peer may be out of reach. So the first one is dissolved.
     */
    @Override
    public int setPeer(@Nullable Address peer) {
        Address before = new Address();
        if (peerAddress(before) >= 0) {
            int result = forgetPeer();
            if (result >= 0 && (peer == null || !peer.same(before))) {
                discardDatagrams();
            }
            if (result < 0 || peer == null) {
                return result;
            }
        }
        int result = peer == null ? Status.SUCCESS : connect(peer);
        if (result < 0) {
            forgetPeer();
        }
        return result;
    }

    /** Dissolves; a port that the kernel has chosen is bound again, as it does not survive it. */
    private int forgetPeer() {
        Address local = new Address();
        localAddress(local);
        int port = local.port;
        int result = dissolve();
        localAddress(local);
        if (result >= 0 && local.port == 0 && port != 0) {
            local.port = port;
            result = bind(local);
            if (result < 0) { // taken meanwhile: another one
                local.port = 0;
                result = bind(local);
            }
        }
        return result;
    }

    /** Receives what is queued, errors as well; no more than can be, whoever keeps sending. */
    private void discardDatagrams() {
        int most = mostDatagrams();
        int result = Status.SUCCESS;
        for (int i = 0; i < most && result != Status.WOULD_BLOCK; i++) {
            result =
                    Errno.result(
                            CallMemory.single(SyscallNumbers.RECVFROM, fd, 0, 0, MSG_DONTWAIT));
        }
    }

    /** {@code connect(2)}; does not wait. */
    int connect(Address address) {
        return withAddress(SyscallNumbers.CONNECT, address);
    }

    // ---- options ----

    @Override
    public int set(Option option, int value) {
        if (option == Option.DEFER_ACCEPT) {
            deferral = (short) Math.clamp(value, 0, Short.MAX_VALUE);
        }
        return DescriptorOptions.set(this, option, value);
    }

    @Override
    public int get(Option option) {
        return DescriptorOptions.get(this, option);
    }

    @Override
    public int member(Address group, int network, boolean join) {
        return DescriptorOptions.member(this, group, network, join);
    }

    /**
     * A connect with data needs no segment for the handshake's acknowledgement alone: the data can
     * carry it. Linux does that for a socket with TCP_DEFER_ACCEPT (tcp_rcv_synsent_state_process),
     * and otherwise holds the acknowledgement back for up to 200 ms, so a connect without data must
     * not have it. Only before a connect, by whoever starts it.
     */
    void acknowledgeWithData(boolean with) {
        if (with != acknowledgesWithData
                && DescriptorOptions.set(this, Option.DEFER_ACCEPT, with ? 1 : 0) >= 0) {
            acknowledgesWithData = with;
        }
    }

    // ---- what the system knows ----

    @Override
    public int available() {
        return ioctl(FIONREAD);
    }

    @Override
    public int atMark() {
        return ioctl(SIOCATMARK);
    }

    private int ioctl(int request) {
        try (CallMemory call = CallMemory.take()) {
            long at = call.scratch.setValue(0, 0);
            int done = Errno.result(call.quick(SyscallNumbers.IOCTL, fd, request, at, 0, 0, 0));
            return done < 0 ? done : call.scratch.getValue();
        }
    }

    @Override
    public int tcpInfo(TcpInfo result) {
        try (CallMemory call = CallMemory.take()) {
            int done = readTcpInfo(call);
            if (done >= 0) {
                TcpInfoLayout.read(call.scratch.memory, Scratch.CONTROL, result);
            }
            return done;
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>The state alone does not tell: behind our own FIN an orderly end leads to CLOSED as well.
     * The kernel knows whether a FIN has come and says so in one place only: asked to map nothing
     * of an empty queue it answers EIO if there will never be anything (tcp_zerocopy_receive).
     */
    @Override
    public boolean isBroken() {
        if (!isClosed()) {
            return false;
        }
        try (CallMemory call = CallMemory.take()) {
            long at = call.scratch.expectStructure(ZEROCOPY_SIZE);
            long done = readStructure(call, TCP_ZEROCOPY_RECEIVE, at);
            long unread = Scratch.CONTROL + ZEROCOPY_SKIP;
            return done == 0 && call.scratch.memory.get(JAVA_INT_UNALIGNED, unread) == 0;
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>A look at what a poll would find is the cheapest question that tells: both directions are
     * shut.
     */
    @Override
    public boolean isOver() {
        try (CallMemory call = CallMemory.take()) {
            long at = call.scratch.expectStructure(POLLFD_SIZE + TIMESPEC_SIZE); // of no time
            call.scratch.memory.set(JAVA_INT_UNALIGNED, Scratch.CONTROL, fd);
            long time = at + POLLFD_SIZE;
            int found = Errno.result(call.quick(SyscallNumbers.PPOLL, at, 1, time, 0, 0, 0));
            int events =
                    call.scratch.memory.get(JAVA_SHORT_UNALIGNED, Scratch.CONTROL + POLLFD_FOUND);
            return found > 0 && (events & RingLayout.POLLHUP) != 0;
        }
    }

    @Override
    public boolean isDelivered() {
        // a reset leaves the queue's length as it was
        return ioctl(SIOCOUTQ) <= 0 || isClosed();
    }

    private boolean isClosed() {
        try (CallMemory call = CallMemory.take()) {
            return readTcpInfo(call) >= 0
                    && TcpInfoLayout.state(call.scratch.memory, Scratch.CONTROL)
                            == TcpInfo.State.CLOSED;
        }
    }

    private int readTcpInfo(CallMemory call) {
        long at = call.scratch.expectStructure(TcpInfoLayout.SIZE);
        return Errno.result(readStructure(call, TCP_INFO, at));
    }

    private long readStructure(CallMemory call, int name, long at) {
        long length = call.scratch.addressLength();
        return call.quick(SyscallNumbers.GETSOCKOPT, fd, IPPROTO_TCP, name, at, length, 0);
    }

    // ---- transfer ----

    @Override
    public int attempt(Operation operation) {
        if (operation.kind == Operation.Kind.ACCEPT) {
            return accept(operation);
        }
        int flags = messageFlags(operation) & ~MSG_WAITALL | MSG_DONTWAIT;
        boolean receive =
                operation.kind == Operation.Kind.RECEIVE
                        || operation.kind == Operation.Kind.RECEIVE_FROM;
        if (operation.blocks == 1
                && (operation.kind == Operation.Kind.RECEIVE
                        || operation.kind == Operation.Kind.SEND)) {
            return Errno.result(oneBlock(operation, receive, flags));
        }
        if (operation.blocks > Scratch.MOST_BLOCKS) {
            return Status.INSUFFICIENT_RESOURCES;
        }
        try (CallMemory call = CallMemory.take()) {
            return message(call, operation, receive, flags);
        }
    }

    /** Receives what is there into the only block; the number of bytes or a negative errno. */
    int receive(Operation operation) {
        if (closed) {
            return -Errno.EBADF; // the descriptor may be somebody else's
        }
        return (int) oneBlock(operation, true, MSG_DONTWAIT);
    }

    private long oneBlock(Operation operation, boolean receive, int flags) {
        int number = receive ? SyscallNumbers.RECVFROM : SyscallNumbers.SENDTO;
        long at = operation.memory(0).address();
        try (CallMemory call = CallMemory.take()) {
            return call.quick(number, fd, at, operation.length(0), flags, 0, 0);
        }
    }

    private int message(CallMemory call, Operation operation, boolean receive, int flags) {
        int named = 0;
        if (operation.kind == Operation.Kind.SEND_TO) {
            named = call.scratch.setAddress(operation.peer());
        } else if (operation.kind == Operation.Kind.RECEIVE_FROM) {
            call.scratch.expectAddress();
            named = SockaddrLayout.SIZE_V6;
        }
        long message = call.scratch.message(operation, named, 0);
        int number = receive ? SyscallNumbers.RECVMSG : SyscallNumbers.SENDMSG;
        int done = Errno.result(call.quick(number, fd, message, flags, 0, 0, 0));
        if (done >= 0 && receive) {
            call.scratch.received(operation);
        }
        return done;
    }

    private int accept(Operation operation) {
        long flags = SOCK_CLOEXEC | SOCK_NONBLOCK;
        Address peer = operation.peer(); // made before there is a descriptor to lose
        int done;
        try (CallMemory call = CallMemory.take()) {
            long length = call.scratch.expectAddress();
            long at = call.scratch.address();
            done = Errno.result(call.quick(SyscallNumbers.ACCEPT4, fd, at, length, flags, 0, 0));
            if (done < 0) {
                return done;
            }
            call.scratch.getAddress(peer);
        }
        operation.accepted = of(done, v6);
        return 0;
    }

    /** The kernel's flags for a send or receive. */
    static int messageFlags(Operation operation) {
        int flags = operation.flags;
        int result = MSG_NOSIGNAL;
        if ((flags & PEEK) != 0) {
            result |= MSG_PEEK;
        }
        if ((flags & URGENT) != 0) {
            result |= MSG_OOB;
        }
        if ((flags & WAIT_ALL) != 0
                || operation.kind == Operation.Kind.SEND
                || operation.kind == Operation.Kind.CONNECT) {
            result |= MSG_WAITALL;
        }
        if ((flags & END_FOLLOWS) != 0) {
            result |= MSG_MORE;
        }
        return result;
    }

    // ---- ends ----

    @Override
    public int shutdown(boolean receive, boolean send) {
        int how = receive ? (send ? SHUT_RDWR : SHUT_RD) : SHUT_WR;
        return Errno.result(CallMemory.single(SyscallNumbers.SHUTDOWN, fd, how, 0, 0));
    }

    @Override
    public int dissolve() {
        // connect(AF_UNSPEC), F11; a port the kernel has chosen does not survive it (F12), the
        // contract binds again
        try (CallMemory call = CallMemory.take()) {
            int length = call.scratch.setUnspecified();
            return Errno.result(
                    call.quick(
                            SyscallNumbers.CONNECT, fd, call.scratch.address(), length, 0, 0, 0));
        }
    }

    @Override
    public void close() {
        if (markClosed()) {
            closeNow();
        }
    }

    /** Closes the descriptor; for whoever has {@link #markClosed marked} it. */
    void closeNow() {
        CallMemory.closeDescriptor(fd);
        FreeDescriptors.closed();
    }

    /** True the first time: whoever gets it closes the descriptor. */
    synchronized boolean markClosed() {
        boolean first = !closed;
        closed = true;
        return first;
    }

    @Override
    public String toString() {
        return "descriptor " + fd;
    }
}
