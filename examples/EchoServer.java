import static lapwing.winsock.Constants.*;
import static lapwing.winsock.Kernel32.*;
import static lapwing.winsock.Winsock.*;

import lapwing.winsock.AcceptEx;
import lapwing.winsock.CompletionPort;
import lapwing.winsock.DisconnectEx;
import lapwing.winsock.Extension;
import lapwing.winsock.GetAcceptExSockaddrs;
import lapwing.winsock.IntRef;
import lapwing.winsock.LongRef;
import lapwing.winsock.Overlapped;
import lapwing.winsock.Ref;
import lapwing.winsock.Sockaddr;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.WinsockError;
import lapwing.winsock.WsaBuf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/**
 * An echo server in the shape in which such servers are written in C++: prepared sockets, AcceptEx
 * with the first data, one completion port, DisconnectEx that makes the sockets new again.
 *
 * <pre>
 * ./build package -pl lapwing-core
 * java -p lapwing-core/target/classes --add-modules lapwing --enable-native-access=lapwing \
 *     examples/EchoServer.java 7777
 * </pre>
 */
public final class EchoServer {
    private static final int SOCKETS = 64;
    private static final int DATA = 4096;

    /** AcceptEx wants 16 bytes more than the longest address, for each of the two. */
    private static final int ADDRESS = Sockaddr.SIZE_V4 + 16;

    /** What a socket is waiting for. */
    private enum Operation {
        ACCEPT,
        RECEIVE,
        SEND,
        DISCONNECT
    }

    /** PER_IO_DATA: an OVERLAPPED and what belongs to it; the completion hands it back. */
    private static final class Io extends Overlapped {
        final SocketHandle socket =
                WSASocket(AF_INET, SOCK_STREAM, IPPROTO_TCP, null, 0, WSA_FLAG_OVERLAPPED);
        final MemorySegment memory = Arena.ofAuto().allocate(DATA + 2 * ADDRESS);
        final WsaBuf[] buffers = {new WsaBuf()};
        final IntRef flags = new IntRef();
        Operation operation = Operation.ACCEPT;
    }

    private final SocketHandle listener;
    private final CompletionPort port;
    private final AcceptEx acceptEx;
    private final DisconnectEx disconnectEx;
    private final GetAcceptExSockaddrs getAcceptExSockaddrs;

    private EchoServer(InetSocketAddress where) {
        listener = WSASocket(AF_INET, SOCK_STREAM, IPPROTO_TCP, null, 0, WSA_FLAG_OVERLAPPED);
        Sockaddr name = Sockaddr.of(where);
        check("bind", bind(listener, name, name.length()) == 0);
        check("listen", listen(listener, SOMAXCONN) == 0);
        check("getsockname", getsockname(listener, name, new IntRef(name.length())) == 0);

        // the functions that are not in ws2_32 are asked for by GUID, as on Windows
        acceptEx = Extension.load(listener, WSAID_ACCEPTEX, AcceptEx.class);
        disconnectEx = Extension.load(listener, WSAID_DISCONNECTEX, DisconnectEx.class);
        getAcceptExSockaddrs =
                Extension.load(listener, WSAID_GETACCEPTEXSOCKADDRS, GetAcceptExSockaddrs.class);

        // concurrency 1: the thread that waits on the port does all the work itself
        port = CreateIoCompletionPort(SocketHandle.INVALID_SOCKET, null, 0, 1);
        check("CreateIoCompletionPort", CreateIoCompletionPort(listener, port, 0, 0) == port);
        for (int i = 0; i < SOCKETS; i++) {
            Io io = new Io();
            check("CreateIoCompletionPort", CreateIoCompletionPort(io.socket, port, 0, 0) == port);
            accept(io);
        }
        System.out.println("listening on " + name);
    }

    /** The worker's loop: a completion says what has ended, and we start what comes next. */
    private void run() {
        IntRef bytes = new IntRef();
        LongRef key = new LongRef();
        Ref<Overlapped> overlapped = new Ref<>();
        while (true) {
            boolean ok = GetQueuedCompletionStatus(port, bytes, key, overlapped, INFINITE);
            if (overlapped.value == null) {
                return; // the port is closed: there is no packet
            }
            Io io = (Io) overlapped.value;
            switch (io.operation) {
                case ACCEPT -> {
                    if (ok) {
                        accepted(io);
                    }
                    next(io, ok, bytes.value, Operation.SEND);
                }
                case RECEIVE -> next(io, ok, bytes.value, Operation.SEND);
                case SEND -> next(io, ok, bytes.value, Operation.RECEIVE);
                case DISCONNECT -> accept(io); // a new socket again, still on its port
            }
        }
    }

    /** Goes on with a connection, or ends it if it failed or the client has nothing more to say. */
    private void next(Io io, boolean ok, int bytes, Operation next) {
        if (!ok && io.operation == Operation.ACCEPT) {
            accept(io); // the client was gone before its first data; the socket is as new
        } else if (!ok || bytes == 0) {
            disconnect(io);
        } else if (next == Operation.SEND) {
            send(io, bytes);
        } else {
            receive(io);
        }
    }

    /** Waits for a client and its first data, in one operation. */
    private void accept(Io io) {
        io.operation = Operation.ACCEPT;
        boolean done =
                acceptEx.call(listener, io.socket, io.memory, DATA, ADDRESS, ADDRESS, null, io);
        check("AcceptEx", done || pending());
    }

    /** Both addresses are in the buffer, behind the data; nothing has to be asked of the system. */
    private void accepted(Io io) {
        Ref<MemorySegment> local = new Ref<>();
        Ref<MemorySegment> remote = new Ref<>();
        IntRef localLength = new IntRef();
        IntRef remoteLength = new IntRef();
        getAcceptExSockaddrs.call(
                io.memory, DATA, ADDRESS, ADDRESS, local, localLength, remote, remoteLength);
        Sockaddr client = new Sockaddr();
        client.read(remote.value, remoteLength.value);
        System.out.println("client " + client);

        // makes getpeername, shutdown and the options work on the accepted socket
        setsockopt(io.socket, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, listener);
    }

    private void receive(Io io) {
        io.operation = Operation.RECEIVE;
        io.buffers[0].set(io.memory, DATA);
        if (WSARecv(io.socket, io.buffers, 1, null, io.flags, io, null) != 0 && !pending()) {
            disconnect(io); // an immediate failure queues no packet
        }
    }

    private void send(Io io, int bytes) {
        io.operation = Operation.SEND;
        io.buffers[0].set(io.memory, bytes);
        if (WSASend(io.socket, io.buffers, 1, null, 0, io, null) != 0 && !pending()) {
            disconnect(io);
        }
    }

    /** Ends when the client has closed too; then the socket can be accepted into again. */
    private void disconnect(Io io) {
        io.operation = Operation.DISCONNECT;
        check("DisconnectEx", disconnectEx.call(io.socket, io, TF_REUSE_SOCKET, 0) || pending());
    }

    private static boolean pending() {
        return WSAGetLastError() == WinsockError.WSA_IO_PENDING;
    }

    private static void check(String what, boolean ok) {
        if (!ok) {
            throw new IllegalStateException(what + ": " + WinsockError.nameOf(WSAGetLastError()));
        }
    }

    public static void main(String[] args) {
        int number = args.length == 0 ? 0 : Integer.parseInt(args[0]);
        new EchoServer(new InetSocketAddress("127.0.0.1", number)).run();
    }
}
