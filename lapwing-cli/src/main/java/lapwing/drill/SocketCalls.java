package lapwing.drill;

import static lapwing.drill.Outcome.ofInt;

import java.util.Map;
import lapwing.winsock.Constants;
import lapwing.winsock.Sockaddr;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.Winsock;

/** Making, naming, connecting and closing sockets. */
final class SocketCalls {
    static final Map<String, Calls.Body> TABLE =
            Map.ofEntries(
                    Map.entry("WSASocket", SocketCalls::makeSocket),
                    Map.entry("bind", SocketCalls::bind),
                    Map.entry("listen", SocketCalls::listen),
                    Map.entry("closesocket", SocketCalls::close),
                    Map.entry("abort", SocketCalls::abort),
                    Map.entry("connect", SocketCalls::connect),
                    Map.entry("accept", SocketCalls::accept),
                    Map.entry("WSAAccept", SocketCalls::acceptOnCondition),
                    Map.entry("shutdown", SocketCalls::shutdown),
                    Map.entry("getsockname", SocketCalls::localName),
                    Map.entry("getpeername", SocketCalls::peerName));

    private SocketCalls() {}

    private static String makeSocket(Call call) {
        String name = call.newName(1);
        String kind = call.oneOf(2, "tcp", "udp", "tcp6", "udp6");
        int flags = call.options(3).has("nonoverlapped") ? 0 : Constants.WSA_FLAG_OVERLAPPED;
        int family = kind.endsWith("6") ? Constants.AF_INET6 : Constants.AF_INET;
        int type = kind.startsWith("tcp") ? Constants.SOCK_STREAM : Constants.SOCK_DGRAM;
        return made(call, name, Winsock.WSASocket(family, type, 0, null, 0, flags));
    }

    private static String made(Call call, String name, SocketHandle s) {
        boolean made = !s.equals(SocketHandle.INVALID_SOCKET);
        if (made) {
            call.script().add(new NamedSocket(name, s));
        }
        return Outcome.ofMade(made, "INVALID_SOCKET");
    }

    private static String bind(Call call) {
        SocketHandle s = call.socketHandle(1);
        Sockaddr address = call.address(2);
        return ofInt(Winsock.bind(s, address, address.length()));
    }

    private static String listen(Call call) {
        return ofInt(Winsock.listen(call.socketHandle(1), call.number(2)));
    }

    private static String close(Call call) {
        return close(call.socket(1));
    }

    private static String close(NamedSocket s) {
        int result = Winsock.closesocket(s.handle());
        if (result == 0) {
            s.markClosed();
        }
        return ofInt(result);
    }

    private static String abort(Call call) {
        NamedSocket s = call.socket(1);
        SocketOption.SO_LINGER.set(s.handle(), SocketOption.linger(0));
        return close(s);
    }

    private static String connect(Call call) {
        SocketHandle s = call.socketHandle(1);
        Sockaddr address = call.address(2);
        return ofInt(Winsock.connect(s, address, address.length()));
    }

    private static String accept(Call call) {
        SocketHandle listener = call.socketHandle(1);
        String name = call.newName(2);
        return made(call, name, Winsock.accept(listener, null, null));
    }

    private static String acceptOnCondition(Call call) {
        SocketHandle listener = call.socketHandle(1);
        String name = call.newName(2);
        int answer =
                switch (call.oneOf(3, "accept", "reject", "defer")) {
                    case "reject" -> Constants.CF_REJECT;
                    case "defer" -> Constants.CF_DEFER;
                    default -> Constants.CF_ACCEPT;
                };
        return made(
                call,
                name,
                Winsock.WSAAccept(listener, null, null, (_, _, data) -> (int) data, answer));
    }

    private static String shutdown(Call call) {
        SocketHandle s = call.socketHandle(1);
        int how =
                switch (call.oneOf(2, "send", "receive", "both")) {
                    case "send" -> Constants.SD_SEND;
                    case "receive" -> Constants.SD_RECEIVE;
                    default -> Constants.SD_BOTH;
                };
        return ofInt(Winsock.shutdown(s, how));
    }

    private static String localName(Call call) {
        Sockaddr name = new Sockaddr();
        int result = Winsock.getsockname(call.socketHandle(1), name, Addresses.room());
        return ofInt(result, () -> " " + Addresses.print(call.script(), name));
    }

    private static String peerName(Call call) {
        SocketHandle s = call.socketHandle(1);
        Sockaddr name = new Sockaddr();
        int result = Winsock.getpeername(s, name, Addresses.room());
        return ofInt(result, () -> " " + Addresses.print(call.script(), name, s));
    }
}
