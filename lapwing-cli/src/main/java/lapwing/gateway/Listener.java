package lapwing.gateway;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.BindException;
import java.net.InetSocketAddress;
import lapwing.winsock.CompletionPort;
import lapwing.winsock.Constants;
import lapwing.winsock.IntRef;
import lapwing.winsock.Kernel32;
import lapwing.winsock.Sockaddr;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.Winsock;
import lapwing.winsock.WinsockError;

/** A listening socket on a worker's port. */
final class Listener {
    final SocketHandle handle;
    final int family;
    final InetSocketAddress address;

    /** The eight bytes that SO_UPDATE_ACCEPT_CONTEXT wants. */
    final MemorySegment value;

    private Listener(SocketHandle handle, int family, InetSocketAddress address) {
        this.handle = handle;
        this.family = family;
        this.address = address;
        value = Arena.global().allocateFrom(ValueLayout.JAVA_LONG, handle.value());
    }

    /**
     * Listens.
     *
     * @param shared whether other workers listen at the same address
     * @throws BindException if the address is in use
     */
    static Listener open(InetSocketAddress at, CompletionPort port, boolean shared, int deferAccept)
            throws IOException {
        int family = HostPort.family(at);
        SocketHandle s = Sockets.prepare(family, port);
        if (s == null) {
            throw failed("WSASocket", at, Winsock.WSAGetLastError());
        }
        try {
            if (shared) {
                option(s, Constants.LAPWING_REUSEPORT, 1, at);
            }
            Sockaddr name = Sockaddr.of(at);
            check(Winsock.bind(s, name, name.length()), "bind", at);
            if (deferAccept > 0) {
                option(s, Constants.LAPWING_DEFER_ACCEPT, deferAccept, at);
            }
            check(Winsock.listen(s, Constants.SOMAXCONN), "listen", at);
            check(Winsock.getsockname(s, name, new IntRef(FirstBlock.ADDRESS)), "getsockname", at);
            return new Listener(s, family, name.toInetSocketAddress());
        } catch (IOException e) {
            Winsock.closesocket(s);
            throw e;
        }
    }

    /** Whether another program listens there, even one that would share the address with us. */
    static void probe(InetSocketAddress at) throws IOException {
        if (at.getPort() != 0) {
            SocketHandle s =
                    Winsock.socket(
                            HostPort.family(at), Constants.SOCK_STREAM, Constants.IPPROTO_TCP);
            Sockaddr name = Sockaddr.of(at);
            try {
                check(Winsock.bind(s, name, name.length()), "bind", at);
                check(Winsock.listen(s, 1), "listen", at);
            } finally {
                Winsock.closesocket(s);
            }
        }
    }

    void close() {
        Winsock.closesocket(handle);
    }

    private static void option(SocketHandle s, int option, int value, InetSocketAddress at)
            throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment four = arena.allocateFrom(ValueLayout.JAVA_INT, value);
            check(
                    Winsock.setsockopt(s, Constants.SOL_LAPWING, option, four, Integer.BYTES),
                    "setsockopt(SOL_LAPWING, " + option + ")",
                    at);
        }
    }

    private static void check(int result, String call, InetSocketAddress at) throws IOException {
        if (result != 0) {
            throw failed(call, at, Winsock.WSAGetLastError());
        }
    }

    private static IOException failed(String call, InetSocketAddress at, int error) {
        String address = HostPort.text(at);
        return switch (error) {
            case WinsockError.WSAEADDRINUSE ->
                    new BindException(
                            address
                                    + " is already in use; \"ss -ltnp 'sport = :"
                                    + at.getPort()
                                    + "'\" shows by whom. Stop that program or choose another --listen");
            case WinsockError.WSAEADDRNOTAVAIL ->
                    new BindException(
                            address + " is no address of this machine; choose another --listen");
            case WinsockError.WSAEACCES ->
                    new BindException(
                            address
                                    + ": not permitted; ports below "
                                    + "net.ipv4.ip_unprivileged_port_start need root or CAP_NET_BIND_SERVICE");
            case WinsockError.WSAEAFNOSUPPORT ->
                    new BindException(
                            address
                                    + ": this system has no "
                                    + (HostPort.family(at) == Constants.AF_INET ? "IPv4" : "IPv6")
                                    + "; choose another --listen");
            default ->
                    new IOException(
                            address + ": " + call + " failed with " + WinsockError.nameOf(error));
        };
    }

    /** The last error of this thread, as text. */
    static String lastError() {
        return WinsockError.nameOf(Kernel32.GetLastError());
    }
}
