package lapwing.gateway;

import java.net.InetSocketAddress;
import java.util.List;
import lapwing.winsock.Sockaddr;

/**
 * The backends in turn: each connection begins with the next one, and goes round if that one fails.
 */
final class Backends {
    private final Sockaddr[] addresses;
    private int next;

    /**
     * Makes the round.
     *
     * @param backends at least one
     * @param first where to begin, so that several workers do not begin with the same one
     */
    Backends(List<InetSocketAddress> backends, int first) {
        addresses = backends.stream().map(Sockaddr::of).toArray(Sockaddr[]::new);
        next = first % addresses.length;
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
