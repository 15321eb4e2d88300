package lapwing.random;

import java.util.Random;

/**
 * One call of a sequence. Its numbers name places, not objects, so that a sequence still means
 * something when some of its steps are left out.
 *
 * @param s the socket, or the port of calls that have only a port
 * @param t the other socket, or the port to associate with
 * @param o the overlapped structure, {@link #NONE} for a null pointer
 * @param n a length, flags, or a choice
 */
record Step(Action action, int s, int t, int o, int n) {
    static final int NONE = -1;
    static final int SOCKETS = 8;
    static final int PORTS = 3;
    static final int STRUCTURES = 12;

    /** As target of a connect: a listener whose queue is full, so that nothing ever comes of it. */
    static final int NOWHERE = SOCKETS;

    /** What can be called, and how often it is proposed. */
    enum Action {
        TCP(30),
        UDP(1),
        BIND(14),
        LISTEN(2),
        CONNECT(10),
        ACCEPT(10),
        SEND(14),
        RECV(14),
        WSASEND(18),
        WSARECV(24),
        SENDTO(4),
        SHUTDOWN(4),
        GETSOCKNAME(3),
        GETPEERNAME(3),
        CONNECT_TIME(2),
        UPDATE_ACCEPT(6),
        UPDATE_CONNECT(5),
        ASSOCIATE(10),
        SKIP_MODE(1),
        ACCEPTEX(36),
        CONNECTEX(36),
        DISCONNECTEX(14),
        FLOOD(8),
        DRAIN(8),
        CANCEL(5),
        CANCEL_ALL(2),
        CANCELIO(1),
        RESULT(3),
        CLOSE(5),
        ABORT(2),
        POST(2),
        NEW_PORT(2),
        CLOSE_PORT(1),
        LEAD(2);

        static final int WEIGHTS;

        static {
            int sum = 0;
            for (Action action : values()) {
                sum += action.weight;
            }
            WEIGHTS = sum;
        }

        private final int weight;

        Action(int weight) {
            this.weight = weight;
        }

        static Action any(Random random) {
            int left = random.nextInt(WEIGHTS);
            for (Action action : values()) {
                left -= action.weight;
                if (left < 0) {
                    return action;
                }
            }
            throw new AssertionError();
        }
    }

    static Step any(Action action, Random random) {
        return new Step(
                action,
                random.nextInt(SOCKETS),
                random.nextInt(SOCKETS + 1),
                random.nextInt(20) == 0 ? NONE : random.nextInt(STRUCTURES),
                random.nextInt(200));
    }

    int port() {
        return s % PORTS;
    }

    int otherPort() {
        return t % PORTS;
    }

    @Override
    public String toString() {
        String structure = o == NONE ? "NULL" : "o" + o;
        return switch (action) {
            case TCP, UDP, BIND, LISTEN, GETSOCKNAME, GETPEERNAME, CONNECT_TIME ->
                    action + " s" + s;
            case UPDATE_CONNECT, SKIP_MODE, CANCEL_ALL, CANCELIO, CLOSE, ABORT, DRAIN ->
                    action + " s" + s;
            case CONNECT -> action + " s" + s + " " + target();
            case ACCEPT, UPDATE_ACCEPT -> action + " s" + s + " s" + t;
            case SEND, RECV -> action + " s" + s + " " + n;
            case WSASEND, WSARECV -> action + " s" + s + " " + n + " " + structure;
            case SENDTO -> action + " s" + s + " s" + t + " " + n + " " + structure;
            case SHUTDOWN -> action + " s" + s + " " + n % 3;
            case ASSOCIATE -> action + " s" + s + " p" + otherPort();
            case ACCEPTEX -> action + " s" + s + " s" + t + " " + acceptLength() + " " + structure;
            case CONNECTEX -> action + " s" + s + " " + target() + " " + data() + " " + structure;
            case DISCONNECTEX -> action + " s" + s + " " + structure + " flags=" + flags();
            case FLOOD, CANCEL, RESULT -> action + " s" + s + " " + structure;
            case POST, NEW_PORT, CLOSE_PORT, LEAD -> action + " p" + port();
        };
    }

    private String target() {
        return t == NOWHERE ? "nowhere" : "s" + t;
    }

    /** Of AcceptEx: bytes of first data to wait for. */
    int acceptLength() {
        return n % 2 == 0 ? 0 : n;
    }

    /** Of ConnectEx: bytes to send, 0 for no buffer. */
    int data() {
        return n % 2 == 0 ? 0 : n;
    }

    /** Of a receive: sometimes 0, which waits for data and takes none. */
    int receiveLength(boolean datagrams) {
        return datagrams ? 200 : n < 10 ? 0 : n;
    }

    /** Of DisconnectEx: mostly legal ones. */
    int flags() {
        return n % 20 == 0 ? 1 : n % 3 == 0 ? 0 : 2;
    }
}
