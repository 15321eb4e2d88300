import static lapwing.winsock.Constants.*;
import static lapwing.winsock.Winsock.*;

import lapwing.winsock.*;

/*
 * Options: those that are numbers have a short form; a structure goes through memory.
 *
 *     java --enable-native-access=ALL-UNNAMED -cp lapwing.jar examples/Options.java
 */
void set(SocketHandle s, String name, int level, int option, int value) {
    var before = new IntRef();
    var after = new IntRef();
    boolean good =
            getsockopt(s, level, option, before) == 0
                    && setsockopt(s, level, option, value) == 0
                    && getsockopt(s, level, option, after) == 0;
    String error = WinsockError.nameOf(WSAGetLastError());
    IO.println(name + (good ? ": " + before + " -> " + after : ": " + error));
}

void main() {
    var s = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    set(s, "TCP_NODELAY", IPPROTO_TCP, TCP_NODELAY, 1);
    set(s, "SO_KEEPALIVE", SOL_SOCKET, SO_KEEPALIVE, 1);
    set(s, "TCP_KEEPIDLE", IPPROTO_TCP, TCP_KEEPIDLE, 30);
    set(s, "SO_RCVTIMEO", SOL_SOCKET, SO_RCVTIMEO, 500);
    set(s, "SO_BROADCAST", SOL_SOCKET, SO_BROADCAST, 1); // not for TCP

    var linger = MemorySegment.ofArray(new short[] {1, 0}); // struct linger: a reset at the end
    setsockopt(s, SOL_SOCKET, SO_LINGER, linger, 4);
    var info = Arena.ofAuto().allocate(372); // WSAPROTOCOL_INFOA
    var length = new IntRef(372);
    if (getsockopt(s, SOL_SOCKET, SO_PROTOCOL_INFOA, info, length) == 0) {
        IO.println("SO_PROTOCOL_INFOA: " + length + " bytes");
    }
    closesocket(s);
}
