package lapwing.winsock;

import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.Socket;

/**
 * The program of {@link NativeShortageTest}: sends byte arrays that nobody reads until native
 * memory is used up, then lets it go. It says "works" if want of memory was told, and what is
 * started afterwards is served.
 */
final class ShortOfNative {
    private static final int LARGE = 16 << 20;
    private static final int MOST_SENDS = 100;

    private ShortOfNative() {}

    public static void main(String[] args) throws Exception {
        CompletionPort port =
                Kernel32.CreateIoCompletionPort(SocketHandle.INVALID_SOCKET, null, 0, 0);
        SocketHandle listener = Winsock.socket(Constants.AF_INET, Constants.SOCK_STREAM, 0);
        Sockaddr name = new Sockaddr();
        Winsock.bind(listener, name, 16);
        Winsock.listen(listener, 10);
        Winsock.getsockname(listener, name, new IntRef(16));
        Socket slow = new Socket(InetAddress.getLoopbackAddress(), name.port());
        SocketHandle first = Winsock.accept(listener, null, null);
        Socket quick = new Socket(InetAddress.getLoopbackAddress(), name.port());
        SocketHandle second = Winsock.accept(listener, null, null);
        Kernel32.CreateIoCompletionPort(first, port, 1, 0);
        Kernel32.CreateIoCompletionPort(second, port, 2, 0);

        WsaBuf[] large = {new WsaBuf(MemorySegment.ofArray(new byte[LARGE]))};
        int sent = 0;
        while (sent < MOST_SENDS && send(first, large) != WinsockError.WSAENOBUFS) {
            sent++;
        }
        check("a send is refused", sent < MOST_SENDS);
        check("a receive is refused", receive(second, large) == WinsockError.WSAENOBUFS);

        Thread reader = new Thread(() -> drain(slow));
        reader.setDaemon(true);
        reader.start();
        for (int i = 0; i < sent; i++) {
            check("a send ends", next(port) == 0);
        }
        int error = receive(second, large);
        quick.getOutputStream().write(1);
        check("a receive is served", error == WinsockError.WSA_IO_PENDING && next(port) == 0);
        System.out.println("works");
        System.exit(0);
    }

    private static void check(String what, boolean holds) {
        if (!holds) {
            System.out.println("failed: " + what);
            System.exit(1);
        }
    }

    private static int send(SocketHandle s, WsaBuf[] from) {
        return error(Winsock.WSASend(s, from, 1, null, 0, new Overlapped(), null) == 0);
    }

    private static int receive(SocketHandle s, WsaBuf[] to) {
        return error(Winsock.WSARecv(s, to, 1, null, new IntRef(), new Overlapped(), null) == 0);
    }

    private static int error(boolean ok) {
        return ok ? 0 : Winsock.WSAGetLastError();
    }

    /** The next packet's error. */
    private static int next(CompletionPort port) {
        boolean ok =
                Kernel32.GetQueuedCompletionStatus(
                        port, new IntRef(), new LongRef(), new Ref<>(), 20_000);
        return ok ? 0 : Kernel32.GetLastError();
    }

    private static void drain(Socket socket) {
        byte[] block = new byte[65536];
        try (InputStream in = socket.getInputStream()) {
            while (in.read(block) >= 0) {
                // on to the end
            }
        } catch (java.io.IOException e) {
            // the end as well
        }
    }
}
