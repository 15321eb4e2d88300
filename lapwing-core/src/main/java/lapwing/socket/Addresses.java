package lapwing.socket;

import lapwing.engine.Address;
import lapwing.engine.Status;

/** What is wrong with the addresses that calls are given: a status, 0 for nothing. */
public final class Addresses {
    private static final long MAPPED = 0xFFFF; // the upper half of the lower eight bytes

    private Addresses() {}

    /** Of an address to bind to. */
    static int refusalOfLocal(Socket s, Address a) {
        return a.v6 != s.v6
                ? Status.PROTOCOL_NOT_SUPPORTED
                : isForeign(s, a.high, a.low) ? Status.INVALID_ADDRESS_COMPONENT : 0;
    }

    /** Of an address to connect to; for a datagram socket an address of zeros means nobody. */
    static int refusalOfPeer(Socket s, Address a) {
        return s.datagrams && meansNobody(s, a) ? 0 : refusal(s, a);
    }

    /**
     * True for the wildcard of the socket's family with any port, and for a structure of zeros:
     * that has no family in C, and IPv4's here.
     */
    public static boolean meansNobody(Socket s, Address a) {
        return a.isWildcard() && (a.v6 == s.v6 || a.port == 0);
    }

    /** Of an address to connect or send to. */
    static int refusal(Socket s, Address to) {
        return refusal(s, to.v6, to.high, to.low, to.port);
    }

    /** Of the parts of such an address: another family, or host or port 0 (DOC error 10049). */
    public static int refusal(Socket s, boolean v6, long high, long low, int port) {
        if (v6 != s.v6) {
            return Status.PROTOCOL_NOT_SUPPORTED;
        }
        boolean nowhere = port == 0 || (high == 0 && (low == 0 || low == MAPPED << 32));
        return nowhere || isForeign(s, high, low) ? Status.INVALID_ADDRESS_COMPONENT : 0;
    }

    /**
     * True for an IPv4 address in IPv6's form, given to a socket for IPv6 only. Known of connect
     * (github.com/DOCGroup/ACE_TAO/issues/1267), a guess elsewhere.
     */
    private static boolean isForeign(Socket s, long high, long low) {
        boolean mapped = s.v6 && high == 0 && low >>> 32 == MAPPED;
        return mapped && (s.options == null || s.options.get(SocketOptions.Row.V6ONLY) != 0);
    }
}
