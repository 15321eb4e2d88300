import static lapwing.winsock.Constants.*;
import static lapwing.winsock.Kernel32.*;
import static lapwing.winsock.Winsock.*;

import lapwing.winsock.*;

/*
 * Several workers on one completion port: an echo server that ends with its input. What belongs to
 * a client is attached to its socket, as C programs pass it as the completion key; what belongs to
 * an operation extends Overlapped. One operation of a client is under way at a time, so that a
 * client is one worker's at a time, and needs no lock.
 *
 *     java --enable-native-access=ALL-UNNAMED -cp lapwing.jar examples/Workers.java 7777 4
 */
final int DATA = 4096;
final int AREA = Sockaddr.SIZE_V4 + 16; // AcceptEx wants 16 bytes more than an address has
final long STOP = -1;

enum Step {
    ACCEPT,
    RECEIVE,
    SEND
}

/** PER_HANDLE_DATA. */
class Client {
    final SocketHandle socket = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    long bytes;
}

/** PER_IO_DATA. */
class Io extends Overlapped {
    final Client client = new Client();
    final MemorySegment block = Arena.ofAuto().allocate(DATA + 2 * AREA);
    final WsaBuf[] buffers = {new WsaBuf(block)};
    final IntRef flags = new IntRef();
    Step step = Step.ACCEPT;
}

SocketHandle listener;
CompletionPort port;
AcceptEx acceptEx;

void check(boolean good, String what) {
    if (!good) {
        throw new IllegalStateException(what + ": " + WinsockError.nameOf(WSAGetLastError()));
    }
}

/** True if an operation has begun: its end comes as a packet, also if it has ended already. */
boolean begun(boolean done) {
    return done || WSAGetLastError() == WinsockError.ERROR_IO_PENDING;
}

/** Waits for the next client, with a new socket. */
void accept() {
    Io io = new Io();
    check(CreateIoCompletionPort(io.client.socket, port, 0, 0) != null, "CreateIoCompletionPort");
    io.client.socket.attach(io.client);
    boolean done =
            acceptEx.call(listener, io.client.socket, io.block, DATA, AREA, AREA, null, io);
    check(begun(done), "AcceptEx");
}

void receive(Io io, Client client) {
    io.step = Step.RECEIVE;
    io.buffers[0].len = DATA;
    if (!begun(WSARecv(client.socket, io.buffers, 1, null, io.flags, io, null) == 0)) {
        end(client);
    }
}

void send(Io io, Client client, int bytes) {
    io.step = Step.SEND;
    io.buffers[0].len = bytes;
    client.bytes += bytes;
    if (!begun(WSASend(client.socket, io.buffers, 1, null, 0, io, null) == 0)) {
        end(client);
    }
}

void end(Client client) {
    closesocket(client.socket);
    IO.println("a client has had " + client.bytes + " bytes");
}

void work() {
    IntRef bytes = new IntRef();
    LongRef key = new LongRef();
    Ref<Overlapped> done = new Ref<>();
    while (true) {
        boolean good = GetQueuedCompletionStatus(port, bytes, key, done, INFINITE);
        if (!(done.value instanceof Io io)) {
            return; // the packet that says so
        }
        if (io.step == Step.ACCEPT) { // a packet of the listener, which has nothing attached
            accept();
            Client client = io.client;
            if (good) {
                setsockopt(client.socket, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, listener);
                setsockopt(client.socket, IPPROTO_TCP, TCP_NODELAY, 1);
            }
            step(io, client, good, bytes.value);
        } else {
            step(io, (Client) key.attachment, good, bytes.value);
        }
    }
}

void step(Io io, Client client, boolean good, int bytes) {
    if (!good || bytes == 0) {
        end(client);
    } else if (io.step == Step.SEND) {
        receive(io, client);
    } else {
        send(io, client, bytes);
    }
}

void main(String[] args) throws Exception {
    int workers = args.length > 1 ? Integer.parseInt(args[1]) : 4;
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, null, 0, workers);
    listener = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    Sockaddr at = Sockaddr.of(INADDR_LOOPBACK, args.length > 0 ? Integer.parseInt(args[0]) : 0);
    check(bind(listener, at) == 0, "bind");
    check(listen(listener, SOMAXCONN) == 0, "listen");
    getsockname(listener, at, new IntRef(at.length()));
    check(CreateIoCompletionPort(listener, port, 0, 0) == port, "CreateIoCompletionPort");
    acceptEx = Extension.load(listener, WSAID_ACCEPTEX, AcceptEx.class);
    for (int i = 0; i < 32; i++) {
        accept();
    }
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
        threads.add(Thread.ofPlatform().start(this::work));
    }
    IO.println("listening on " + at);
    while (System.in.read() >= 0) {}
    for (int i = 0; i < workers; i++) {
        PostQueuedCompletionStatus(port, 0, STOP, null);
    }
    for (Thread thread : threads) {
        thread.join();
    }
    IO.println("stopped");
}
