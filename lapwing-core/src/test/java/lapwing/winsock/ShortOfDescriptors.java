package lapwing.winsock;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The program of {@link DescriptorShortageTest}: an echo server that uses up its descriptors when
 * it is told to ("fill"), and gives one back ("free").
 */
final class ShortOfDescriptors {
    private static final int AREA = 32;
    private static final int POSTED = 20_000;

    private static final class Way extends Overlapped {
        final SocketHandle socket = tcp();
        final MemorySegment memory = Arena.ofAuto().allocate(16 + 2 * AREA);
        final WsaBuf[] buffers = {new WsaBuf()};
        int stage;
    }

    private ShortOfDescriptors() {}

    private static SocketHandle tcp() {
        return Winsock.socket(Constants.AF_INET, Constants.SOCK_STREAM, 0);
    }

    /**
     * Arguments: concurrency of the port, milliseconds of each wait, folder of the classes; and
     * "busy" for a loop that is never idle.
     */
    public static void main(String[] args) throws Exception {
        loadAll(Path.of(args[2]));
        SocketHandle listener = tcp();
        Sockaddr name = new Sockaddr();
        Winsock.bind(listener, name, 16);
        Winsock.listen(listener, 100);
        Winsock.getsockname(listener, name, new IntRef(16));
        CompletionPort port =
                Kernel32.CreateIoCompletionPort(
                        SocketHandle.INVALID_SOCKET, null, 0, Integer.parseInt(args[0]));
        if (args.length > 3) {
            keepBusy(listener, name, port);
        }
        Thread server = new Thread(() -> serve(listener, port, args), "server");
        server.setDaemon(true);
        server.start();
        System.out.println(name.port());

        Deque<FileInputStream> files = new ArrayDeque<>();
        BufferedReader commands =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            if (line.equals("free")) {
                files.pop().close();
            } else {
                fill(files);
            }
            System.out.println("done");
        }
    }

    private static void fill(Deque<FileInputStream> files) {
        while (true) {
            try {
                files.push(new FileInputStream("/dev/null"));
            } catch (IOException e) {
                return;
            }
        }
    }

    /** Loads what may be needed: a class in a folder cannot be opened without a descriptor. */
    private static void loadAll(Path classes) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(classes)) {
            all = walk.filter(p -> p.toString().endsWith(".class")).toList();
        }
        for (Path file : all) {
            String name = classes.relativize(file).toString().replace('/', '.');
            try {
                Class.forName(name.substring(0, name.length() - 6));
            } catch (ClassNotFoundException | LinkageError e) {
                // module-info, and annotations that are not there at run time
            }
        }
    }

    /** Has data come every millisecond, for receives that are posted already. */
    private static void keepBusy(SocketHandle listener, Sockaddr name, CompletionPort port)
            throws IOException {
        Socket peer = new Socket(InetAddress.getLoopbackAddress(), name.port());
        peer.setTcpNoDelay(true);
        SocketHandle socket = Winsock.accept(listener, null, null);
        Kernel32.CreateIoCompletionPort(socket, port, 3, 0);
        WsaBuf[] one = {new WsaBuf().set(Arena.global().allocate(1), 1)};
        for (int i = 0; i < POSTED; i++) {
            Winsock.WSARecv(socket, one, 1, null, new IntRef(), new Overlapped(), null);
        }
        Thread writer =
                new Thread(() -> {
                    try {
                        for (int i = 0; i < POSTED; i++) {
                            peer.getOutputStream().write(i);
                            LockSupport.parkNanos(1_000_000);
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
        writer.setDaemon(true);
        writer.start();
    }

    private static void serve(SocketHandle listener, CompletionPort port, String[] args) {
        AcceptEx acceptEx = Extension.load(listener, Constants.WSAID_ACCEPTEX, AcceptEx.class);
        DisconnectEx disconnectEx =
                Extension.load(listener, Constants.WSAID_DISCONNECTEX, DisconnectEx.class);
        int wait = Integer.parseInt(args[1]);
        Kernel32.CreateIoCompletionPort(listener, port, 1, 0);
        for (int i = 0; i < 4; i++) {
            Way way = new Way();
            Kernel32.CreateIoCompletionPort(way.socket, port, 2, 0);
            acceptEx.call(listener, way.socket, way.memory, 16, AREA, AREA, null, way);
        }
        IntRef bytes = new IntRef();
        LongRef key = new LongRef();
        Ref<Overlapped> overlapped = new Ref<>();
        while (true) {
            Kernel32.GetQueuedCompletionStatus(port, bytes, key, overlapped, wait);
            if (!(overlapped.value instanceof Way way)) {
                continue; // time is over
            }
            way.stage = (way.stage + 1) % 3;
            switch (way.stage) {
                case 1 -> {
                    way.buffers[0].set(way.memory, bytes.value);
                    Winsock.WSASend(way.socket, way.buffers, 1, null, 0, way, null);
                }
                case 2 -> disconnectEx.call(way.socket, way, Constants.TF_REUSE_SOCKET, 0);
                default ->
                        acceptEx.call(listener, way.socket, way.memory, 16, AREA, AREA, null, way);
            }
        }
    }

    /** Used by the test: the folder or jar a class comes from. */
    static Path origin(Class<?> type) {
        String name = "/" + type.getName().replace('.', '/') + ".class";
        String url = String.valueOf(type.getResource(name));
        if (!url.startsWith("file:")) {
            throw new UncheckedIOException(new IOException("not in a folder: " + url));
        }
        return Path.of(url.substring(5, url.length() - name.length()));
    }
}
