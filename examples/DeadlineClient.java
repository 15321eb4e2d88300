import static lapwing.winsock.Constants.*;
import static lapwing.winsock.Kernel32.*;
import static lapwing.winsock.Winsock.*;

import lapwing.winsock.*;

/*
 * A client with a deadline: ConnectEx with the request, then the answer, all within the given
 * milliseconds. An operation that is late is cancelled; its packet is waited for all the same,
 * because structure and memory belong to it until then.
 *
 *     java --enable-native-access=ALL-UNNAMED -cp lapwing.jar \
 *         examples/DeadlineClient.java 127.0.0.1 7777 hello 500
 */
SocketHandle s;
CompletionPort port;
long deadline;

final IntRef bytes = new IntRef();
final LongRef key = new LongRef();
final Ref<Overlapped> done = new Ref<>();

/** The number of bytes, or a message: the call has failed, the operation has, or it was late. */
int outcome(String what, boolean atOnce) {
    if (!atOnce && WSAGetLastError() != WinsockError.ERROR_IO_PENDING) {
        throw failed(what, WSAGetLastError()); // nothing has begun, no packet comes
    }
    long left = Math.max(0, (deadline - System.nanoTime()) / 1_000_000);
    boolean good = GetQueuedCompletionStatus(port, bytes, key, done, (int) left);
    boolean late = done.value == null; // no packet: WAIT_TIMEOUT
    if (late) {
        CancelIoEx(s, null);
        good = GetQueuedCompletionStatus(port, bytes, key, done, INFINITE);
    }
    if (!good) { // one that ended before it could be cancelled is good
        throw failed(late ? what + " takes too long" : what, GetLastError());
    }
    return bytes.value;
}


IllegalStateException failed(String what, int error) {
    return new IllegalStateException(what + ": " + WinsockError.nameOf(error));
}

void exchange(Sockaddr to, byte[] request) {
    s = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    port = CreateIoCompletionPort(s, null, 0, 1);
    bind(s, Sockaddr.of(INADDR_ANY, 0)); // ConnectEx wants a bound socket
    var connectEx = Extension.load(s, WSAID_CONNECTEX, ConnectEx.class);
    var block = Arena.ofAuto().allocate(4096);
    MemorySegment.copy(request, 0, block, ValueLayout.JAVA_BYTE, 0, request.length);
    var io = new Overlapped();
    boolean atOnce = connectEx.call(s, to, to.length(), block, request.length, null, io);
    outcome("connect to " + to, atOnce);
    setsockopt(s, SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, null, 0); // for shutdown and names
    shutdown(s, SD_SEND);
    WsaBuf[] buffers = {new WsaBuf(block)};
    for (int n = 1; n > 0; ) {
        n = outcome("answer", WSARecv(s, buffers, 1, null, new IntRef(), io, null) == 0);
        var text = block.asSlice(0, n).toArray(ValueLayout.JAVA_BYTE);
        IO.print(new String(text, StandardCharsets.UTF_8));
    }
    IO.println();
}

void main(String[] args) {
    deadline = System.nanoTime() + Long.parseLong(args[3]) * 1_000_000;
    var to = Sockaddr.of(new InetSocketAddress(args[0], Integer.parseInt(args[1])));
    try {
        exchange(to, args[2].getBytes(StandardCharsets.UTF_8));
    } catch (IllegalStateException e) {
        IO.println(e.getMessage());
        System.exit(1);
    } finally {
        closesocket(s);
        CloseHandle(port);
    }
}
