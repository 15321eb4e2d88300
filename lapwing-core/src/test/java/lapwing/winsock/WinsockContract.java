package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Deque;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import lapwing.engine.choice.Engines;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/**
 * What the tests of the contract share: sockets, ports, clients and threads that end with the test,
 * and waits with a limit. The cases are in the subclasses; the engine under them is that of the
 * JVM, system property {@code lapwing.engine}, and the build runs the same classes on each.
 *
 * <p>The other side of a connection is a plain {@link Socket}, so that no mistake of ours can
 * cancel itself out.
 */
@Timeout(60)
abstract class WinsockContract {
    /** The longest wait for something that has to come, milliseconds. */
    static final int LIMIT = 20_000;

    /** With {@code -Dlapwing.long=true} the tests that count go on for longer. */
    static final boolean LONG = Boolean.getBoolean("lapwing.long");

    static final AcceptEx ACCEPT_EX =
            Extension.load(tcp(), Constants.WSAID_ACCEPTEX, AcceptEx.class);
    static final ConnectEx CONNECT_EX =
            Extension.load(tcp(), Constants.WSAID_CONNECTEX, ConnectEx.class);
    static final DisconnectEx DISCONNECT_EX =
            Extension.load(tcp(), Constants.WSAID_DISCONNECTEX, DisconnectEx.class);
    static final GetAcceptExSockaddrs GET_ADDRESSES =
            Extension.load(tcp(), Constants.WSAID_GETACCEPTEXSOCKADDRS, GetAcceptExSockaddrs.class);

    /** Each address area of AcceptEx: {@code sizeof(sockaddr_in) + 16}. */
    static final int AREA = 32;

    /** What GetQueuedCompletionStatus has said. */
    record Packet(boolean ok, int error, int bytes, long key, Overlapped overlapped) {}

    /** Both ends of a connection: ours, and the client's. */
    record Pair(SocketHandle server, Socket client) {}

    /** An operation with a block of native memory. */
    static final class Io extends Overlapped {
        final MemorySegment memory;
        final WsaBuf[] buffers;

        Io(int size) {
            memory = Arena.ofAuto().allocate(Math.max(size, 1));
            buffers = new WsaBuf[] {new WsaBuf().set(memory, size)};
        }

        Io(String text) {
            this(text.length());
            MemorySegment.copy(
                    text.getBytes(StandardCharsets.US_ASCII),
                    0,
                    memory,
                    ValueLayout.JAVA_BYTE,
                    0,
                    text.length());
        }

        String text(int length) {
            byte[] bytes = memory.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
            return new String(bytes, StandardCharsets.US_ASCII);
        }
    }

    /** A thread of a test, with its result. */
    static final class Worker<T> {
        final Thread thread;
        private final FutureTask<T> task;

        private Worker(boolean virtual, Callable<T> body) {
            task = new FutureTask<>(body);
            thread = virtual ? Thread.ofVirtual().unstarted(task) : new Thread(task);
            thread.setDaemon(true);
            thread.start();
        }

        T result() throws Exception {
            return task.get(LIMIT, TimeUnit.MILLISECONDS);
        }

        boolean isDone() {
            return task.isDone();
        }

        /** Waits for a state that the thread brings about; fails with the thread if it fails. */
        void until(String what, BooleanSupplier reached) throws Exception {
            WinsockContract.until(what, () -> reached.getAsBoolean() || task.isDone());
            if (!reached.getAsBoolean()) {
                result();
                throw new AssertionError("the thread has ended without: " + what);
            }
        }
    }

    private final Deque<AutoCloseable> opened = new ConcurrentLinkedDeque<>();

    @AfterEach
    void closeEverything() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    /** Closes something after the test; the last first. */
    final <T extends AutoCloseable> T closing(T closeable) {
        opened.addFirst(closeable);
        return closeable;
    }

    // ---- threads ----

    final <T> Worker<T> onThread(Callable<T> body) {
        return onThread(false, body);
    }

    final <T> Worker<T> onThread(boolean virtual, Callable<T> body) {
        Worker<T> worker = new Worker<>(virtual, body);
        closing(() -> {
            worker.thread.interrupt();
            worker.thread.join(LIMIT);
        });
        return worker;
    }

    static void until(String what, BooleanSupplier reached) {
        await(what)
                .atMost(Duration.ofMillis(LIMIT))
                .pollInterval(Duration.ofMillis(1))
                .until(reached::getAsBoolean);
    }

    /** Waits until the thread is parked as a waiter of the port. */
    static void untilParked(Thread thread, CompletionPort port) {
        until("parked on the port", () -> LockSupport.getBlocker(thread) == port.port);
    }

    static int openFiles() {
        String[] names = Path.of("/proc/self/fd").toFile().list();
        return names == null ? 0 : names.length;
    }

    /** Threads that the kernel has made in this process for requests of rings that would block. */
    static int kernelWorkers() throws IOException {
        int workers = 0;
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            for (Path task : tasks) {
                try {
                    workers += Files.readString(task.resolve("comm")).startsWith("iou-wrk") ? 1 : 0;
                } catch (IOException e) {
                    // it has ended meanwhile: no such file, or no such process
                }
            }
        }
        return workers;
    }

    /** The names of all platform threads, without our own waits and the watch. */
    static Set<String> threadNames() {
        Set<String> names = new TreeSet<>();
        Thread.getAllStackTraces().keySet().forEach(t -> names.add(t.getName()));
        names.removeIf(name -> name.startsWith("awaitility"));
        names.removeAll(Set.of("lapwing-watch", "lapwing-memory")); // end by themselves
        return names;
    }

    // ---- sockets ----

    /** A TCP socket that nobody closes. */
    private static SocketHandle tcp() {
        return Winsock.socket(
                Constants.AF_INET,
                Constants.SOCK_STREAM,
                Constants.IPPROTO_TCP); // has no descriptor
    }

    final SocketHandle socket() {
        return socket(Constants.AF_INET, Constants.SOCK_STREAM);
    }

    final SocketHandle socket(int family, int type) {
        SocketHandle socket =
                Winsock.WSASocket(family, type, 0, null, 0, Constants.WSA_FLAG_OVERLAPPED);
        assertThat(socket).isNotSameAs(SocketHandle.INVALID_SOCKET);
        return closing(socket);
    }

    final SocketHandle closing(SocketHandle socket) {
        closing(() -> Winsock.closesocket(socket));
        return socket;
    }

    static Sockaddr loopback(int port) {
        return Sockaddr.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    final SocketHandle bound() {
        SocketHandle socket = socket();
        assertSucceeds(Winsock.bind(socket, loopback(0), Sockaddr.SIZE_V4));
        return socket;
    }

    final SocketHandle listener() {
        SocketHandle listener = bound();
        assertSucceeds(Winsock.listen(listener, 500));
        return listener;
    }

    static Sockaddr name(SocketHandle socket) {
        Sockaddr name = new Sockaddr();
        assertSucceeds(Winsock.getsockname(socket, name, new IntRef(Sockaddr.SIZE_V6)));
        return name;
    }

    final Socket client(SocketHandle listener) throws IOException {
        Socket client = new Socket();
        closing(client);
        client.connect(name(listener).toInetSocketAddress(), LIMIT);
        client.setSoTimeout(LIMIT);
        client.setTcpNoDelay(true);
        return client;
    }

    /** Closes with a reset instead of a FIN. */
    static void reset(Socket client) throws IOException {
        client.setSoLinger(true, 0);
        client.close();
    }

    /** A connection whose server side belongs to the port, under that key. */
    final Pair pair(CompletionPort port, long key) throws IOException {
        SocketHandle listener = listener();
        Socket client = client(listener);
        SocketHandle server = Winsock.accept(listener, null, null);
        assertThat(server).isNotSameAs(SocketHandle.INVALID_SOCKET);
        assertSucceeds(Winsock.closesocket(listener));
        associate(closing(server), port, key);
        return new Pair(server, client);
    }

    static void write(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    static String read(Socket client, int length) throws IOException {
        return new String(client.getInputStream().readNBytes(length), StandardCharsets.US_ASCII);
    }

    /** Reads to the end of the stream or to a reset; how many bytes came. */
    static long drain(Socket client) {
        byte[] block = new byte[65536];
        long sum = 0;
        try (InputStream in = client.getInputStream()) {
            for (int n = in.read(block); n >= 0; n = in.read(block)) {
                sum += n;
            }
        } catch (IOException e) {
            assertThat(e).isNotInstanceOf(java.net.SocketTimeoutException.class);
        }
        return sum;
    }

    // ---- calls ----

    static void assertSucceeds(int result) {
        assertThat(result)
                .as(() -> "last error " + WinsockError.nameOf(Winsock.WSAGetLastError()))
                .isZero();
    }

    /** 0, or the last error. */
    private static int error(boolean ok) {
        return ok ? 0 : Winsock.WSAGetLastError();
    }

    static int receive(SocketHandle socket, Io io) {
        return error(
                Winsock.WSARecv(socket, io.buffers, io.buffers.length, null, new IntRef(), io, null)
                        == 0);
    }

    static int send(SocketHandle socket, Io io) {
        return error(
                Winsock.WSASend(socket, io.buffers, io.buffers.length, null, 0, io, null) == 0);
    }

    static int accept(SocketHandle listener, SocketHandle socket, Io io) {
        int data = (int) io.memory.byteSize() - 2 * AREA;
        return error(ACCEPT_EX.call(listener, socket, io.memory, data, AREA, AREA, null, io));
    }

    static int connect(SocketHandle socket, Sockaddr to, Overlapped overlapped) {
        return error(CONNECT_EX.call(socket, to, to.length(), null, 0, null, overlapped));
    }

    static int disconnect(SocketHandle socket, Overlapped overlapped) {
        return error(DISCONNECT_EX.call(socket, overlapped, Constants.TF_REUSE_SOCKET, 0));
    }

    /** Asserts that an operation has begun: it pends, or has ended at once. */
    static void assertStarts(int error) {
        assertThat(error).isIn(0, WinsockError.ERROR_IO_PENDING);
    }

    static void assertPends(int error) {
        assertThat(error).isEqualTo(WinsockError.ERROR_IO_PENDING);
    }

    // ---- ports ----

    final CompletionPort port(int concurrency) {
        CompletionPort port =
                Kernel32.CreateIoCompletionPort(SocketHandle.INVALID_SOCKET, null, 0, concurrency);
        assertThat(port).isNotNull();
        closing(() -> Kernel32.CloseHandle(port));
        return port;
    }

    static void associate(SocketHandle socket, CompletionPort port, long key) {
        assertThat(Kernel32.CreateIoCompletionPort(socket, port, key, 0)).isSameAs(port);
    }

    static void post(CompletionPort port, long key) {
        assertThat(Kernel32.PostQueuedCompletionStatus(port, 0, key, null)).isTrue();
    }

    /** The next packet, or none when the time is over. */
    static Packet next(CompletionPort port, int milliseconds) {
        IntRef bytes = new IntRef();
        LongRef key = new LongRef();
        Ref<Overlapped> overlapped = new Ref<>();
        boolean ok = Kernel32.GetQueuedCompletionStatus(port, bytes, key, overlapped, milliseconds);
        int error = ok ? 0 : Kernel32.GetLastError();
        return new Packet(ok, error, bytes.value, key.value, overlapped.value);
    }

    static Packet next(CompletionPort port) {
        return next(port, LIMIT);
    }

    static void assertEmpty(CompletionPort port) {
        Packet packet = next(port, 0);
        assertThat(packet.error()).as(packet::toString).isEqualTo(WinsockError.WAIT_TIMEOUT);
        assertThat(packet.overlapped()).isNull();
    }

    /**
     * Dequeues often enough to make the calling thread the leader of the port's loop, where the
     * engine has such a thing; anywhere else it only dequeues.
     */
    static void lead(CompletionPort port) {
        long end = System.nanoTime() + LIMIT * 1_000_000L;
        boolean own =
                port.port.loop() != Engines.current().commonLoop()
                        && Engines.current().name().equals("uring");
        for (int i = 0; i < 40 || (own && !port.port.loop().lead().isCallers()); i++) {
            assertThat(System.nanoTime()).as("%d dequeues, and not the leader", i).isLessThan(end);
            post(port, -1);
            assertThat(next(port).key()).isEqualTo(-1);
        }
    }

    /** A file beside the module, such as an example. */
    static Path inRepository(String name) {
        Path here = Path.of("").toAbsolutePath();
        Path found = here.resolve(name);
        return Files.exists(found) ? found : here.resolveSibling(name);
    }
}
