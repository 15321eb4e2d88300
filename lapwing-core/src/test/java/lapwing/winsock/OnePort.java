package lapwing.winsock;

/** Asks for ports where there is one, and somebody has it; for {@link PortShortageTest}. */
final class OnePort {
    private static final ConnectEx CONNECT_EX =
            Extension.load(
                    Winsock.socket(Constants.AF_INET, Constants.SOCK_STREAM, Constants.IPPROTO_TCP),
                    Constants.WSAID_CONNECTEX,
                    ConnectEx.class);

    private OnePort() {}

    private static SocketHandle datagrams() {
        return Winsock.socket(Constants.AF_INET, Constants.SOCK_DGRAM, Constants.IPPROTO_UDP);
    }

    private static SocketHandle stream() {
        return Winsock.socket(Constants.AF_INET, Constants.SOCK_STREAM, Constants.IPPROTO_TCP);
    }

    private static void say(String what, int result) {
        System.out.println(
                what + ' ' + (result == 0 ? "0" : WinsockError.nameOf(Winsock.WSAGetLastError())));
    }

    private static Sockaddr own(int port) {
        return Sockaddr.of(Constants.INADDR_LOOPBACK, port);
    }

    private static SocketHandle bound(int port, boolean shares) {
        SocketHandle s = stream();
        if (shares) {
            Winsock.setsockopt(s, Constants.SOL_SOCKET, Constants.SO_REUSE_UNICASTPORT, 1);
        }
        Sockaddr at = shares ? Sockaddr.any(Constants.AF_INET, port) : own(port);
        if (Winsock.bind(s, at, at.length()) != 0) {
            throw new IllegalStateException("bind " + Winsock.WSAGetLastError());
        }
        return s;
    }

    private static void connectEx(String what, SocketHandle s, Sockaddr to) {
        Overlapped o = new Overlapped();
        CONNECT_EX.call(s, to, to.length(), null, 0, null, o);
        boolean ok = Winsock.WSAGetOverlappedResult(s, o, new IntRef(), true, new IntRef());
        System.out.println(what + ' ' + (ok ? 0 : Winsock.WSAGetLastError()));
    }

    public static void main(String[] arguments) {
        Sockaddr any = own(0);
        SocketHandle holder = datagrams();
        if (Winsock.bind(holder, any, any.length()) != 0) {
            throw new IllegalStateException("the only port: " + Winsock.WSAGetLastError());
        }
        say("bind UDP", Winsock.bind(datagrams(), any, any.length()));
        Sockaddr to = own(9);
        say("connect UDP", Winsock.connect(datagrams(), to, to.length()));
        WinsockContract.Io io = new WinsockContract.Io("x");
        int sent = Winsock.sendto(datagrams(), io.memory, 1, 0, to, to.length());
        say("sendto", sent == 1 ? 0 : sent);
        SocketHandle listener = bound(5000, false);
        Winsock.listen(listener, 10);
        Sockaddr there = own(5000);
        SocketHandle first = stream();
        if (Winsock.connect(first, there, there.length()) != 0) { // has the only port
            throw new IllegalStateException("connect " + Winsock.WSAGetLastError());
        }
        say("bind TCP", Winsock.bind(stream(), any, any.length()));
        say("connect TCP", Winsock.connect(stream(), there, there.length()));
        connectEx("ConnectEx with a late port", bound(0, true), there);
        connectEx("ConnectEx to the same peer again", again(there), there);
        System.exit(0);
    }

    /** A socket bound to the address from which the peer has a connection already. */
    private static SocketHandle again(Sockaddr there) {
        SocketHandle[] both = {stream(), stream()};
        for (SocketHandle s : both) {
            Winsock.setsockopt(s, Constants.SOL_SOCKET, Constants.SO_REUSEADDR, 1);
            Sockaddr at = own(6000);
            if (Winsock.bind(s, at, at.length()) != 0) {
                throw new IllegalStateException("shared bind " + Winsock.WSAGetLastError());
            }
        }
        Winsock.connect(both[0], there, there.length());
        return both[1];
    }
}
