package lapwing.winsock;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * The program of {@link HeapShortageTest}: an echo server under whose feet the heap is used up
 * again and again. It says "works" if requests that are made afterwards are served.
 */
final class ShortOfHeap {
    private static final long SHORTAGE_NANOS = 2_000_000_000L;

    @SuppressWarnings("UnusedVariable") // it is there to hold
    private static volatile Object[] hold;

    private static final class Echo extends Overlapped {
        final SocketHandle socket;
        final MemorySegment memory = Arena.global().allocate(64);
        final WsaBuf[] buffers = {new WsaBuf(memory)};
        final IntRef flags = new IntRef();
        boolean sends;

        Echo(SocketHandle socket) {
            this.socket = socket;
        }

        void next(int bytes) {
            sends = !sends;
            if (sends) {
                buffers[0].len = bytes;
                Winsock.WSASend(socket, buffers, 1, null, 0, this, null);
            } else {
                buffers[0].len = 64;
                Winsock.WSARecv(socket, buffers, 1, null, flags, this, null);
            }
        }
    }

    private ShortOfHeap() {}

    /** Argument: concurrency of the port. */
    public static void main(String[] args) throws Exception {
        SocketHandle listener =
                Winsock.socket(Constants.AF_INET, Constants.SOCK_STREAM, Constants.IPPROTO_TCP);
        Sockaddr name = new Sockaddr();
        Winsock.bind(listener, name, 16);
        Winsock.listen(listener, 10);
        Winsock.getsockname(listener, name, new IntRef(16));
        CompletionPort port =
                Kernel32.CreateIoCompletionPort(
                        SocketHandle.INVALID_SOCKET, null, 0, Integer.parseInt(args[0]));
        daemon(() -> serve(port));
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Socket client = connect(listener, name.port(), port);
            clients.add(client);
            daemon(() -> talk(client));
        }
        long end = System.nanoTime() + SHORTAGE_NANOS;
        while (System.nanoTime() < end) {
            eat(end);
        }
        for (Socket client : clients) {
            client.close();
        }
        Socket last = connect(listener, name.port(), port);
        last.setSoTimeout(10_000);
        last.getOutputStream().write(1);
        System.out.println(last.getInputStream().read() == 1 ? "works" : "does not");
        System.exit(0);
    }

    private static Socket connect(SocketHandle listener, int number, CompletionPort port)
            throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), number);
        SocketHandle server = Winsock.accept(listener, null, null);
        Kernel32.CreateIoCompletionPort(server, port, 0, 0);
        Echo echo = new Echo(server);
        echo.sends = true;
        echo.next(0);
        return client;
    }

    private static void daemon(Runnable body) {
        Thread thread = new Thread(body);
        thread.setDaemon(true);
        thread.start();
    }

    private static void serve(CompletionPort port) {
        IntRef bytes = new IntRef();
        LongRef key = new LongRef();
        Ref<Overlapped> done = new Ref<>();
        while (true) {
            try {
                done.value = null;
                Kernel32.GetQueuedCompletionStatus(port, bytes, key, done, Constants.INFINITE);
                if (done.value instanceof Echo echo && (echo.sends || bytes.value > 0)) {
                    echo.next(bytes.value);
                }
            } catch (OutOfMemoryError e) {
                // costs a connection
            }
        }
    }

    private static void talk(Socket client) {
        while (true) {
            try {
                client.getOutputStream().write(1);
                if (client.getInputStream().read() < 0) {
                    return;
                }
            } catch (OutOfMemoryError e) {
                // the echo is one byte behind then
            } catch (IOException e) {
                return;
            }
        }
    }

    /** Takes all the heap, down to the last objects, and lets go of it. */
    private static void eat(long end) {
        Object[] chain = null;
        for (int size = 1 << 16; size > 0 && System.nanoTime() < end; size /= 2) {
            try {
                while (true) {
                    Object[] more = new Object[size];
                    more[0] = chain;
                    chain = more;
                }
            } catch (OutOfMemoryError e) {
                hold = chain;
            }
        }
        hold = null;
    }
}
