package lapwing.gateway;

import lapwing.winsock.AcceptEx;
import lapwing.winsock.ConnectEx;
import lapwing.winsock.Constants;
import lapwing.winsock.DisconnectEx;
import lapwing.winsock.Extension;
import lapwing.winsock.GetAcceptExSockaddrs;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.Winsock;

/** The extension functions, asked for once, as a C program keeps them in globals. */
final class Functions {
    static final AcceptEx ACCEPT_EX;
    static final ConnectEx CONNECT_EX;
    static final DisconnectEx DISCONNECT_EX;
    static final GetAcceptExSockaddrs GET_ACCEPT_EX_SOCKADDRS;

    static {
        SocketHandle any =
                Winsock.socket(Constants.AF_INET, Constants.SOCK_STREAM, Constants.IPPROTO_TCP);
        ACCEPT_EX = Extension.load(any, Constants.WSAID_ACCEPTEX, AcceptEx.class);
        CONNECT_EX = Extension.load(any, Constants.WSAID_CONNECTEX, ConnectEx.class);
        DISCONNECT_EX = Extension.load(any, Constants.WSAID_DISCONNECTEX, DisconnectEx.class);
        GET_ACCEPT_EX_SOCKADDRS =
                Extension.load(
                        any, Constants.WSAID_GETACCEPTEXSOCKADDRS, GetAcceptExSockaddrs.class);
        Winsock.closesocket(any);
    }

    private Functions() {}
}
