package consumer;

import static lapwing.winsock.Constants.*;
import static lapwing.winsock.Kernel32.*;
import static lapwing.winsock.Winsock.*;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import lapwing.winsock.*;

/** A program that uses the library as its author never saw it: AcceptEx meets ConnectEx. */
public final class RoundTrip {
    private static final int AREA = 32;

    private RoundTrip() {}

    public static void main(String[] args) {
        SocketHandle listener = bound();
        check(listen(listener, SOMAXCONN) == 0);
        Sockaddr at = new Sockaddr();
        check(getsockname(listener, at, new IntRef(Sockaddr.SIZE_V4)) == 0);
        CompletionPort port = CreateIoCompletionPort(listener, null, 1, 1);
        SocketHandle client = bound();
        check(CreateIoCompletionPort(client, port, 2, 0) == port);
        SocketHandle accepted = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);

        AcceptEx acceptEx = Extension.load(listener, WSAID_ACCEPTEX, AcceptEx.class);
        MemorySegment block = Arena.global().allocate(64 + 2 * AREA);
        pends(acceptEx.call(listener, accepted, block, 64, AREA, AREA, null, new Overlapped()));
        ConnectEx connectEx = Extension.load(client, WSAID_CONNECTEX, ConnectEx.class);
        MemorySegment text = Arena.global().allocateFrom("hello");
        pends(connectEx.call(client, at, at.length(), text, 5, null, new Overlapped()));

        OverlappedEntry[] entries = OverlappedEntry.array(2);
        IntRef count = new IntRef();
        for (int n = 0; n < 2; n += count.value) {
            check(GetQueuedCompletionStatusEx(port, entries, 2, count, 10_000, false));
            for (int i = 0; i < count.value; i++) {
                check(entries[i].Internal == NtStatus.STATUS_SUCCESS);
                check(entries[i].dwNumberOfBytesTransferred == 5);
            }
        }
        System.out.println(new String(block.asSlice(0, 5).toArray(ValueLayout.JAVA_BYTE)));
        closesocket(client);
        closesocket(accepted);
        closesocket(listener);
        CloseHandle(port);
    }

    private static SocketHandle bound() {
        SocketHandle s = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
        Sockaddr any = Sockaddr.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        check(bind(s, any, any.length()) == 0);
        return s;
    }

    private static void pends(boolean done) {
        check(done || WSAGetLastError() == WinsockError.ERROR_IO_PENDING);
    }

    private static void check(boolean good) {
        if (!good) {
            throw new IllegalStateException(WinsockError.nameOf(WSAGetLastError()));
        }
    }
}
