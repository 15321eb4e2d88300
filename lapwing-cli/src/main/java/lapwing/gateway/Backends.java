package lapwing.gateway;

import java.net.InetSocketAddress;
import java.util.List;
import lapwing.winsock.Sockaddr;

/**
 * The backends in turn: each connection begins with the next one, and goes round if that one fails.
 */
final class Backends {
    private final Sockaddr[] addresses;
    private final boolean[] own;
    private int next;

    /**
     * Makes the round.
     *
     * @param backends at least one
     * @param first where to begin, so that several workers do not begin with the same one
     */
    Backends(List<InetSocketAddress> backends, int first) {
        addresses = backends.stream().map(Sockaddr::of).toArray(Sockaddr[]::new);
        own = new boolean[addresses.length];
        for (int i = 0; i < own.length; i++) {
            own[i] = LocalPorts.mayBeChosenFor(backends.get(i));
        }
        next = first % addresses.length;
    }

    /** Whether a socket that connects to it may be given its address. */
    boolean mayMeetItself(int number) {
        return own[number];
    }

    int count() {
        return addresses.length;
    }

    /** The number of the backend whose turn it is. */
    int turn() {
        int turn = next;
        next = after(turn);
        return turn;
    }

    /** The number of the one to try after {@code number}. */
    int after(int number) {
        return number + 1 == addresses.length ? 0 : number + 1;
    }

    Sockaddr address(int number) {
        return addresses[number];
    }
}
