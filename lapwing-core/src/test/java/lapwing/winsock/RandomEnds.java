package lapwing.winsock;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Connections whose peer sends some bytes and then either ends in order or resets, at a moment made
 * up from a seed, beside a made-up mix of pending requests; and what our side was told. One thread
 * plays one connection after the other, the peer has a thread of its own.
 */
final class RandomEnds implements AutoCloseable {
    static final int BIG = 300_000;

    private static final int MOST_BYTES = 3000;
    private static final long LIMIT_NANOS = 20_000_000_000L;
    private static final RioExtensionFunctionTable RIO = table();
    private static final DisconnectEx DISCONNECT_EX =
            Extension.load(plain(), Constants.WSAID_DISCONNECTEX, DisconnectEx.class);
    private static final TransmitFile TRANSMIT_FILE =
            Extension.load(plain(), Constants.WSAID_TRANSMITFILE, TransmitFile.class);
    private static final AcceptEx ACCEPT_EX =
            Extension.load(plain(), Constants.WSAID_ACCEPTEX, AcceptEx.class);

    /** What a request is, as far as its outcome can be judged. */
    enum Kind {
        RECEIVE,
        NOTHING,
        SEND,
        DISCONNECT
    }

    /** A request, and how many packets have told of it. */
    static final class Op extends Overlapped {
        private final Kind kind;
        private final boolean makesPacket;
        private final AtomicInteger packets = new AtomicInteger();

        Op(Kind kind, boolean makesPacket) {
            this.kind = kind;
            this.makesPacket = makesPacket;
        }

        /** For whoever takes packets. */
        void told() {
            packets.incrementAndGet();
        }
    }

    /** What has gone wrong, by connection. */
    private final List<String> faults = new ArrayList<>();

    private final ExecutorService peers =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
    private final SocketHandle listener = registered();
    private final CompletionPort[] ports;
    private final FileChannel file;
    private final MemorySegment memory = Arena.ofAuto().allocate(BIG);
    private final RioBufferId buffer = RIO.RIORegisterBuffer.call(memory, BIG);
    private final Sockaddr name = new Sockaddr();

    // The present connection.
    private SplittableRandom random = new SplittableRandom();
    private long seed;
    private boolean resets;
    private int count;
    private SocketHandle server = SocketHandle.INVALID_SOCKET;
    private boolean associated;
    private boolean disconnected;
    private long received;
    private final List<Op> ops = new ArrayList<>();
    private RioCompletionQueue results;
    private RioRequestQueue queue;
    private int registeredUnderWay;

    RandomEnds(CompletionPort[] ports, FileChannel file) {
        this.ports = ports;
        this.file = file;
        Sockaddr any = WinsockContract.loopback(0);
        check(Winsock.bind(listener, any, any.length()) == 0);
        check(Winsock.listen(listener, 50) == 0);
        check(Winsock.getsockname(listener, name, new IntRef(Sockaddr.SIZE_V6)) == 0);
    }

    List<String> faults() {
        return faults;
    }

    @Override
    public void close() {
        Winsock.closesocket(listener);
        peers.shutdown();
    }

    /** Plays the connection of a seed; true if its peer was one that resets. */
    boolean play(long seed) throws Exception {
        this.seed = seed;
        random = new SplittableRandom(seed);
        resets = random.nextInt(5) < 3;
        count = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(MOST_BYTES);
        associated = false;
        disconnected = false;
        received = 0;
        results = null;
        queue = null;
        registeredUnderWay = 0;
        ops.clear();
        Socket client = new Socket();
        client.setReceiveBufferSize(8192);
        client.connect(name.toInetSocketAddress(), WinsockContract.LIMIT);
        long delay = random.nextInt(400_000);
        boolean ends = !resets;
        int bytes = count;
        Future<?> peer = peers.submit(() -> peer(client, ends, bytes, delay));
        if (accept()) {
            Winsock.setsockopt(server, Constants.SOL_SOCKET, Constants.SO_SNDBUF, 16384);
            for (int steps = random.nextInt(7); steps > 0; steps--) {
                step();
                pause(random.nextInt(60_000));
            }
            readToTheEnd();
        }
        if (random.nextInt(3) == 0) {
            Kernel32.CancelIoEx(server, null);
        }
        Winsock.closesocket(server);
        ops.forEach(this::judge);
        dequeue();
        if (results != null) {
            RIO.RIOCloseCompletionQueue.call(results);
        }
        peer.get(WinsockContract.LIMIT, TimeUnit.MILLISECONDS);
        return resets;
    }

    // ---- the peer ----

    private static Void peer(Socket client, boolean ends, int bytes, long delay)
            throws IOException {
        try (client) {
            client.getOutputStream().write(new byte[bytes]);
            pause(delay);
            if (!ends) {
                client.setSoLinger(true, 0);
                return null;
            }
            client.shutdownOutput();
            client.setSoTimeout(WinsockContract.LIMIT);
            WinsockContract.drain(client);
        }
        return null;
    }

    // ---- our side ----

    private boolean accept() throws Exception {
        if (random.nextInt(6) > 0) {
            server = Winsock.accept(listener, null, null);
            check(server != SocketHandle.INVALID_SOCKET);
            return true;
        }
        server = registered();
        int wanted = random.nextBoolean() ? 64 : 0;
        Overlapped accept = new Overlapped();
        int area = WinsockContract.AREA;
        ACCEPT_EX.call(listener, server, memory, wanted, area, area, null, accept);
        await(accept);
        boolean ok = accept.internal() == NtStatus.STATUS_SUCCESS;
        int got = (int) accept.internalHigh();
        received += ok ? got : 0;
        if (wanted > 0 && ok && got == 0 && (resets || count > 0)) {
            fault("AcceptEx was told of an end");
        }
        if (!ok && !resets) {
            fault("AcceptEx failed with " + Integer.toHexString(accept.internal()));
        }
        return ok;
    }

    /** Begins something. */
    private void step() {
        switch (random.nextInt(13)) {
            case 0, 1 -> receive(1 + random.nextInt(1000), 0);
            case 2 -> receive(0, 0);
            case 3 -> receive(1 + random.nextInt(1000), Constants.MSG_WAITALL);
            case 4 -> peek();
            case 5 -> send(1 + random.nextInt(100), false);
            case 6 -> send(BIG, random.nextBoolean());
            case 7 -> transmit();
            case 8 -> disconnect();
            case 9 -> cancelOne();
            case 10 -> registeredRequest();
            case 11 -> shutdown();
            default -> associate();
        }
    }

    private Op op(Kind kind) {
        Op op = new Op(kind, associated);
        ops.add(op);
        return op;
    }

    /** A call has refused the operation: it has no end. */
    private void refused(Op op, boolean started, String what) {
        int error = Winsock.WSAGetLastError();
        if (started || error == WinsockError.ERROR_IO_PENDING) {
            return;
        }
        ops.remove(op);
        judge(what, error);
    }

    private void judge(String what, int error) {
        boolean legal = resets || error == WinsockError.WSAESHUTDOWN;
        if (!legal && !(disconnected && error == WinsockError.WSAENOTCONN)) {
            fault(what + " failed with " + WinsockError.nameOf(error));
        }
    }

    private void receive(int length, int flags) {
        Op op = op(length == 0 ? Kind.NOTHING : Kind.RECEIVE);
        WsaBuf[] buffers = {new WsaBuf().set(memory, length)};
        IntRef inOut = new IntRef(flags);
        int result = Winsock.WSARecv(server, buffers, 1, null, inOut, op, null);
        refused(op, result == 0, "WSARecv");
    }

    /** Only a call that waits can peek, so this one does not wait. */
    private void peek() {
        Winsock.ioctlsocket(server, Constants.FIONBIO, new IntRef(1));
        int got = Winsock.recv(server, memory, 10, Constants.MSG_PEEK);
        int error = got < 0 ? Winsock.WSAGetLastError() : 0;
        if (got == 0 && resets) {
            fault("a peek was told of an end");
        } else if (got < 0 && error != WinsockError.WSAEWOULDBLOCK) {
            judge("peek", error);
        }
    }

    private void shutdown() {
        Winsock.shutdown(server, Constants.SD_SEND);
    }

    private void send(int length, boolean twice) {
        Op op = op(Kind.SEND);
        WsaBuf half = new WsaBuf().set(memory, length);
        WsaBuf[] buffers = twice ? new WsaBuf[] {half, half} : new WsaBuf[] {half};
        int result = Winsock.WSASend(server, buffers, buffers.length, null, 0, op, null);
        refused(op, result == 0, "WSASend");
    }

    private void transmit() {
        Op op = op(Kind.SEND);
        refused(op, TRANSMIT_FILE.call(server, file, 0, 0, op, null, 0), "TransmitFile");
    }

    private void disconnect() {
        Op op = op(Kind.DISCONNECT);
        int reuse = random.nextInt(3) > 0 ? Constants.TF_REUSE_SOCKET : 0;
        boolean done = DISCONNECT_EX.call(server, op, reuse, 0);
        if (!done && Winsock.WSAGetLastError() != WinsockError.ERROR_IO_PENDING) {
            ops.remove(op); // the second one, or behind a reset
        } else {
            disconnected |= reuse != 0;
        }
    }

    private void cancelOne() {
        if (!ops.isEmpty()) {
            Kernel32.CancelIoEx(server, ops.get(random.nextInt(ops.size())));
        }
    }

    private void associate() {
        int which = random.nextInt(ports.length + 1);
        if (!associated && which < ports.length) {
            associated = Kernel32.CreateIoCompletionPort(server, ports[which], 1, 0) != null;
            check(associated);
        }
    }

    private void registeredRequest() {
        if (queue == null) {
            results = RIO.RIOCreateCompletionQueue.call(32, null);
            queue = RIO.RIOCreateRequestQueue.call(server, 16, 1, 16, 1, results, results, 0);
            check(queue != null);
        }
        boolean receives = random.nextBoolean();
        RioBuf data = new RioBuf(buffer, 0, receives ? 1 + random.nextInt(1000) : BIG);
        long context = (receives ? Kind.RECEIVE : Kind.SEND).ordinal();
        boolean done =
                receives
                        ? RIO.RIOReceive.call(queue, data, 1, 0, context)
                        : RIO.RIOSend.call(queue, data, 1, 0, context);
        if (done) {
            registeredUnderWay++;
        } else {
            judge(receives ? "RIOReceive" : "RIOSend", Winsock.WSAGetLastError());
        }
    }

    /** Reads until there is an end or an error, in one of three ways. */
    private void readToTheEnd() throws Exception {
        int way = random.nextInt(3);
        if (way == 0) {
            Winsock.ioctlsocket(server, Constants.FIONBIO, new IntRef(1));
        }
        long deadline = System.nanoTime() + LIMIT_NANOS;
        int error;
        int got;
        do {
            check(System.nanoTime() < deadline);
            got = way == 2 ? overlapped() : Winsock.recv(server, memory, 500, 0);
            error = got < 0 ? Winsock.WSAGetLastError() : 0;
            received += Math.max(got, 0);
            if (error == WinsockError.WSAEWOULDBLOCK) {
                Thread.onSpinWait();
            }
        } while (got > 0 || error == WinsockError.WSAEWOULDBLOCK);
        if (error != 0) {
            judge("recv", error);
        } else if (resets) {
            fault("recv was told of an end, way " + way);
        } else {
            ops.forEach(this::awaitReceive);
            dequeue();
            if (received != count) {
                fault("received " + received + " of " + count);
            }
        }
    }

    /** Those before the end have ended, and are counted once. */
    private void awaitReceive(Op op) {
        if (op.kind == Kind.RECEIVE) {
            await(op);
            received += op.internal() == NtStatus.STATUS_SUCCESS ? op.internalHigh() : 0;
        }
    }

    /** WSARecv and its result; −1 and the last error if it fails. */
    private int overlapped() {
        Overlapped plain = new Overlapped();
        plain.hEventLowBit = true; // no packet
        IntRef bytes = new IntRef();
        WsaBuf[] buffers = {new WsaBuf().set(memory, 500)};
        int result = Winsock.WSARecv(server, buffers, 1, bytes, new IntRef(), plain, null);
        if (result != 0 && Winsock.WSAGetLastError() != WinsockError.ERROR_IO_PENDING) {
            return -1;
        }
        await(plain);
        IntRef flags = new IntRef();
        boolean ok = Winsock.WSAGetOverlappedResult(server, plain, bytes, false, flags);
        return ok ? bytes.value : -1;
    }

    // ---- judgement ----

    /** What an operation has ended with, once. */
    private void judge(Op op) {
        await(op);
        int status = op.internal();
        boolean ok = status == NtStatus.STATUS_SUCCESS;
        boolean stopped =
                status == NtStatus.STATUS_CANCELLED
                        || status == NtStatus.STATUS_CONNECTION_ABORTED; // P35
        boolean wantsData = op.kind == Kind.RECEIVE;
        boolean brought = op.internalHigh() > 0;
        if (resets && ok && !brought && (wantsData || (op.kind == Kind.NOTHING && count == 0))) {
            fault(op.kind + " was told of an end");
        }
        if (!resets && !ok && !stopped) {
            fault(op.kind + " failed with " + Integer.toHexString(status));
        }
        int expected = op.makesPacket ? 1 : 0;
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (op.packets.get() < expected && System.nanoTime() < deadline) {
            LockSupport.parkNanos(20_000);
        }
        if (op.packets.get() < expected || op.packets.get() > 1) {
            fault(op.kind + " made " + op.packets.get() + " packets");
        }
    }

    /** Takes the results of the registered requests, all that there are to come. */
    private void dequeue() {
        RioResult[] one = RioResult.array(1);
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (registeredUnderWay > 0) {
            check(System.nanoTime() < deadline);
            if (RIO.RIODequeueCompletion.call(results, one, 1) == 0) {
                LockSupport.parkNanos(20_000);
                continue;
            }
            registeredUnderWay--;
            boolean receives = one[0].RequestContext == Kind.RECEIVE.ordinal();
            int error = one[0].Status;
            received += receives && error == 0 ? one[0].BytesTransferred : 0;
            if (resets && receives && error == 0 && one[0].BytesTransferred == 0) {
                fault("RIOReceive was told of an end");
            }
            boolean stopped =
                    error == WinsockError.ERROR_OPERATION_ABORTED
                            || error == WinsockError.WSAECONNABORTED;
            if (!resets && error != 0 && !stopped) {
                fault("a registered request failed with " + WinsockError.nameOf(error));
            }
        }
    }

    private static void await(Overlapped overlapped) {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (!overlapped.hasCompleted()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("an operation has not ended");
            }
            LockSupport.parkNanos(20_000);
        }
    }

    private void fault(String what) {
        faults.add(
                "seed "
                        + seed
                        + " ("
                        + (resets ? "reset" : "end")
                        + " behind "
                        + count
                        + "): "
                        + what);
    }

    // ---- small things ----

    private static void pause(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    private static void check(boolean condition) {
        if (!condition) {
            throw new AssertionError("last error " + Winsock.WSAGetLastError());
        }
    }

    private static SocketHandle plain() {
        return Winsock.socket(Constants.AF_INET, Constants.SOCK_STREAM, Constants.IPPROTO_TCP);
    }

    private static SocketHandle registered() {
        int flags = Constants.WSA_FLAG_OVERLAPPED | Constants.WSA_FLAG_REGISTERED_IO;
        return Winsock.WSASocket(
                Constants.AF_INET, Constants.SOCK_STREAM, Constants.IPPROTO_TCP, null, 0, flags);
    }

    private static RioExtensionFunctionTable table() {
        return RioExtensionFunctionTable.load(plain());
    }
}
