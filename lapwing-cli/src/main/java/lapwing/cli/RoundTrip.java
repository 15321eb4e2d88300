package lapwing.cli;

import static lapwing.winsock.Constants.*;
import static lapwing.winsock.Kernel32.*;
import static lapwing.winsock.Winsock.*;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import lapwing.winsock.AcceptEx;
import lapwing.winsock.CompletionPort;
import lapwing.winsock.ConnectEx;
import lapwing.winsock.DisconnectEx;
import lapwing.winsock.Extension;
import lapwing.winsock.IntRef;
import lapwing.winsock.Kernel32;
import lapwing.winsock.LongRef;
import lapwing.winsock.Overlapped;
import lapwing.winsock.Ref;
import lapwing.winsock.Sockaddr;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.WinsockError;

/** One connection over the loopback address, by the calls this library is for. */
final class RoundTrip implements AutoCloseable {
    private static final String NAME = "one connection";
    private static final int DATA = 4;
    private static final int AREA = 32;
    private static final int LIMIT_MILLIS = 5_000;

    private final CompletionPort port =
            Objects.requireNonNull(CreateIoCompletionPort(SocketHandle.INVALID_SOCKET, null, 0, 0));
    private final SocketHandle listener = tcp();
    private final SocketHandle server = tcp();
    private final SocketHandle client = tcp();

    private RoundTrip() {}

    /** Tries it; the check is bad with the call that failed and its error. */
    static Check check() {
        long began = System.nanoTime();
        try (RoundTrip trip = new RoundTrip()) {
            trip.run();
        } catch (IllegalStateException e) {
            String why = e.getMessage() == null ? e.toString() : e.getMessage();
            return new Check(Check.Mark.BAD, NAME, why, advice(why));
        }
        long millis = (System.nanoTime() - began) / 1_000_000;
        return Check.ok(
                NAME, "AcceptEx, ConnectEx and DisconnectEx on 127.0.0.1 work, " + millis + " ms");
    }

    /** A request that does not end is the engine's matter, not the network's. */
    private static String advice(String why) {
        return why.contains(WinsockError.nameOf(WinsockError.WAIT_TIMEOUT))
                ? "The engine has taken requests and ends none: are its system calls denied (seccomp)?\n"
                        + "--engine selector does without them."
                : "Is the loopback interface up?";
    }

    private void run() {
        Sockaddr at = Sockaddr.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        check(bind(listener, at, at.length()) == 0, "bind");
        check(listen(listener, 1) == 0, "listen");
        check(bind(client, at, at.length()) == 0, "bind");
        check(getsockname(listener, at, new IntRef(at.length())) == 0, "getsockname");
        AcceptEx acceptEx = Extension.load(listener, WSAID_ACCEPTEX, AcceptEx.class);
        ConnectEx connectEx = Extension.load(client, WSAID_CONNECTEX, ConnectEx.class);
        DisconnectEx disconnectEx = Extension.load(client, WSAID_DISCONNECTEX, DisconnectEx.class);

        MemorySegment buffer = Arena.ofAuto().allocate(DATA + 2 * AREA);
        MemorySegment ping = Arena.ofAuto().allocateFrom("ping");
        Overlapped accept = new Overlapped();
        Overlapped connect = new Overlapped();
        started(
                acceptEx.call(listener, server, buffer, DATA, AREA, AREA, null, accept),
                "AcceptEx");
        started(connectEx.call(client, at, at.length(), ping, DATA, null, connect), "ConnectEx");
        await(DATA);
        started(disconnectEx.call(client, connect, TF_REUSE_SOCKET, 0), "DisconnectEx");
        started(disconnectEx.call(server, accept, TF_REUSE_SOCKET, 0), "DisconnectEx");
        await(0);
    }

    /** Two packets, one of each end, with so many bytes each. */
    private void await(int bytes) {
        IntRef count = new IntRef();
        Ref<Overlapped> done = new Ref<>();
        for (int i = 0; i < 2; i++) {
            boolean good =
                    GetQueuedCompletionStatus(port, count, new LongRef(), done, LIMIT_MILLIS);
            check(good, "GetQueuedCompletionStatus");
            if (count.value != bytes) {
                throw new IllegalStateException(count.value + " bytes came instead of " + bytes);
            }
        }
    }

    private SocketHandle tcp() {
        SocketHandle s = WSASocket(AF_INET, SOCK_STREAM, 0, null, 0, WSA_FLAG_OVERLAPPED);
        check(CreateIoCompletionPort(s, port, 0, 0) != null, "CreateIoCompletionPort");
        return s;
    }

    private static void started(boolean atOnce, String call) {
        check(atOnce || WSAGetLastError() == WinsockError.WSA_IO_PENDING, call);
    }

    private static void check(boolean good, String call) {
        if (!good) {
            int error = Kernel32.GetLastError();
            throw new IllegalStateException(call + " failed: " + WinsockError.nameOf(error));
        }
    }

    @Override
    public void close() {
        closesocket(client);
        closesocket(server);
        closesocket(listener);
        CloseHandle(port);
    }
}
