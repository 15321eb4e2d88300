package lapwing.drill;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import lapwing.winsock.AcceptEx;
import lapwing.winsock.ConnectEx;
import lapwing.winsock.Constants;
import lapwing.winsock.DisconnectEx;
import lapwing.winsock.Extension;
import lapwing.winsock.GetAcceptExSockaddrs;
import lapwing.winsock.Guid;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.TransmitFile;
import lapwing.winsock.WSARecvMsg;
import lapwing.winsock.WSASendMsg;
import lapwing.winsock.Winsock;

/** The extension functions, each asked for through WSAIoctl when it is first called. */
final class Extensions {
    private static final Map<Class<?>, Object> LOADED = new ConcurrentHashMap<>();

    private Extensions() {}

    static AcceptEx acceptEx() {
        return get(AcceptEx.class, Constants.WSAID_ACCEPTEX);
    }

    static GetAcceptExSockaddrs getAcceptExSockaddrs() {
        return get(GetAcceptExSockaddrs.class, Constants.WSAID_GETACCEPTEXSOCKADDRS);
    }

    static ConnectEx connectEx() {
        return get(ConnectEx.class, Constants.WSAID_CONNECTEX);
    }

    static DisconnectEx disconnectEx() {
        return get(DisconnectEx.class, Constants.WSAID_DISCONNECTEX);
    }

    static TransmitFile transmitFile() {
        return get(TransmitFile.class, Constants.WSAID_TRANSMITFILE);
    }

    static WSARecvMsg recvMsg() {
        return get(WSARecvMsg.class, Constants.WSAID_WSARECVMSG);
    }

    static WSASendMsg sendMsg() {
        return get(WSASendMsg.class, Constants.WSAID_WSASENDMSG);
    }

    private static <F> F get(Class<F> type, Guid guid) {
        return type.cast(LOADED.computeIfAbsent(type, _ -> load(type, guid)));
    }

    /** Any socket will do: the pointer belongs to the provider (I50). */
    private static <F> F load(Class<F> type, Guid guid) {
        SocketHandle s = Winsock.WSASocket(Constants.AF_INET, Constants.SOCK_STREAM, 0, null, 0, 0);
        try {
            return Extension.load(s, guid, type);
        } finally {
            Winsock.closesocket(s);
        }
    }
}
