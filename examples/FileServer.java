import static lapwing.winsock.Constants.*;
import static lapwing.winsock.Kernel32.*;
import static lapwing.winsock.Winsock.*;

import lapwing.winsock.*;

/*
 * The files of a folder by HTTP/1.0. AcceptEx comes with the request; TransmitFile sends head and
 * file, ends the connection and makes the socket new, in one operation. One call takes no more than
 * 2,147,483,646 bytes: longer files go in pieces, and the last one disconnects.
 *
 *     java --enable-native-access=ALL-UNNAMED -cp lapwing.jar examples/FileServer.java 8000 docs
 */
final int DATA = 2048;
final int AREA = Sockaddr.SIZE_V4 + 16;
final long PIECE = 1 << 30;

class Visit extends Overlapped {
    SocketHandle socket = SocketHandle.INVALID_SOCKET;
    final MemorySegment block = Arena.ofAuto().allocate(DATA + 2 * AREA);
    final MemorySegment head = Arena.ofAuto().allocate(256);
    final TransmitFileBuffers buffers = new TransmitFileBuffers();
    FileChannel file; // null while it waits for a client
    boolean answers;
    long at;
    long left;
}

SocketHandle listener;
CompletionPort port;
AcceptEx acceptEx;
TransmitFile transmitFile;
Path folder;

boolean begun(boolean done) {
    return done || WSAGetLastError() == WinsockError.ERROR_IO_PENDING;
}

void accept(Visit v) {
    v.answers = false;
    if (!begun(acceptEx.call(listener, v.socket, v.block, DATA, AREA, AREA, null, v))) {
        throw new IllegalStateException("AcceptEx: " + WinsockError.nameOf(WSAGetLastError()));
    }
}

void renew(Visit v) {
    close(v);
    closesocket(v.socket);
    v.socket = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    CreateIoCompletionPort(v.socket, port, 0, 0);
    accept(v);
}

void close(Visit v) {
    if (v.file != null) {
        try {
            v.file.close();
        } catch (IOException e) {
            IO.println(e.getMessage());
        }
        v.file = null;
    }
}

/** The file of "GET /name ...", null if there is none. The first block has the whole request. */
FileChannel open(String request) {
    String[] words = request.split(" ", 3);
    Path path = folder.resolve(words.length > 1 ? "." + words[1] : ".").normalize();
    try {
        boolean ours = words[0].equals("GET") && path.startsWith(folder) && Files.isRegularFile(path);
        return ours ? FileChannel.open(path) : null;
    } catch (IOException e) {
        return null;
    }
}

void answer(Visit v, int bytes) throws IOException {
    byte[] request = v.block.asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE);
    v.file = open(new String(request, StandardCharsets.ISO_8859_1));
    v.at = 0;
    v.left = v.file == null ? 0 : v.file.size();
    String status = v.file == null ? "404 Not Found" : "200 OK";
    String head = "HTTP/1.0 " + status + "\r\nContent-Length: " + v.left + "\r\n\r\n";
    v.head.setString(0, head);
    v.buffers.Head = v.head;
    v.buffers.HeadLength = head.length();
    v.answers = true;
    piece(v);
}

void piece(Visit v) {
    int count = (int) Math.min(v.left, PIECE);
    FileChannel file = count == 0 ? null : v.file; // a count of 0 would mean all there is
    v.Offset = (int) v.at;
    v.OffsetHigh = (int) (v.at >>> 32);
    v.at += count;
    v.left -= count;
    int flags = v.left == 0 ? TF_DISCONNECT | TF_REUSE_SOCKET : 0;
    if (!begun(transmitFile.call(v.socket, file, count, 0, v, v.buffers, flags))) {
        renew(v);
    }
    v.buffers.HeadLength = 0; // captured by the call
}

void main(String[] args) throws IOException {
    folder = Path.of(args[1]).toRealPath();
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, null, 0, 1);
    listener = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    var at = Sockaddr.of(INADDR_LOOPBACK, Integer.parseInt(args[0]));
    if (bind(listener, at) != 0 || listen(listener, SOMAXCONN) != 0) {
        throw new IllegalStateException(at + ": " + WinsockError.nameOf(WSAGetLastError()));
    }
    getsockname(listener, at, new IntRef(at.length()));
    CreateIoCompletionPort(listener, port, 0, 0);
    acceptEx = Extension.load(listener, WSAID_ACCEPTEX, AcceptEx.class);
    transmitFile = Extension.load(listener, WSAID_TRANSMITFILE, TransmitFile.class);
    for (int i = 0; i < 64; i++) {
        renew(new Visit());
    }
    IO.println("listening on " + at);
    var bytes = new IntRef();
    var done = new Ref<Overlapped>();
    while (true) {
        boolean good = GetQueuedCompletionStatus(port, bytes, new LongRef(), done, INFINITE);
        if (!(done.value instanceof Visit v)) {
            return;
        }
        if (!good || (!v.answers && bytes.value == 0)) {
            renew(v);
        } else if (!v.answers) {
            answer(v, bytes.value);
        } else if (v.left > 0) {
            piece(v);
        } else { // the socket is new again
            close(v);
            accept(v);
        }
    }
}
