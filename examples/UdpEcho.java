import static lapwing.winsock.Constants.*;
import static lapwing.winsock.Kernel32.*;
import static lapwing.winsock.Winsock.*;

import lapwing.winsock.*;

/*
 * Datagrams: sixteen receives are posted on one socket, and each sends back what it has got.
 *
 *     java --enable-native-access=ALL-UNNAMED -cp lapwing.jar examples/UdpEcho.java 7777
 */
final int MOST = 1472; // one packet of Ethernet

class Datagram extends Overlapped {
    final WsaBuf[] buffers = {new WsaBuf(Arena.ofAuto().allocate(MOST))};
    final Sockaddr from = new Sockaddr();
    final IntRef fromLength = new IntRef();
    final IntRef flags = new IntRef();
    boolean sends;
}

SocketHandle s;

boolean begun(int result) {
    return result == 0 || WSAGetLastError() == WinsockError.WSA_IO_PENDING;
}

void receive(Datagram d) {
    d.sends = false;
    d.buffers[0].len = MOST;
    d.fromLength.value = Sockaddr.SIZE_V4; // room on the way in, length on the way out
    d.flags.value = 0;
    if (!begun(WSARecvFrom(s, d.buffers, 1, null, d.flags, d.from, d.fromLength, d, null))) {
        throw new IllegalStateException(WinsockError.nameOf(WSAGetLastError()));
    }
}

void send(Datagram d, int bytes) {
    d.sends = true;
    d.buffers[0].len = bytes;
    if (!begun(WSASendTo(s, d.buffers, 1, null, 0, d.from, d.from.length(), d, null))) {
        receive(d); // a datagram may be lost
    }
}

void main(String[] args) {
    s = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    var at = Sockaddr.of(INADDR_LOOPBACK, args.length > 0 ? Integer.parseInt(args[0]) : 0);
    if (bind(s, at) != 0) {
        throw new IllegalStateException(at + ": " + WinsockError.nameOf(WSAGetLastError()));
    }
    getsockname(s, at, new IntRef(at.length()));
    var port = CreateIoCompletionPort(s, null, 0, 1);
    for (int i = 0; i < 16; i++) {
        receive(new Datagram());
    }
    IO.println("listening on " + at);
    var entries = OverlappedEntry.array(16);
    var count = new IntRef();
    while (GetQueuedCompletionStatusEx(port, entries, 16, count, INFINITE, false)) {
        for (int i = 0; i < count.value; i++) {
            var d = (Datagram) entries[i].lpOverlapped;
            // STATUS_BUFFER_OVERFLOW is a datagram longer than the buffer
            if (d.sends || entries[i].Internal != NtStatus.STATUS_SUCCESS) {
                receive(d);
            } else {
                send(d, entries[i].dwNumberOfBytesTransferred);
            }
        }
    }
}
