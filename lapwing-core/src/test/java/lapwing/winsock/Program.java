package lapwing.winsock;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A program of which is counted what it costs: an object that starts its next operation when its
 * last one has ended. It allocates nothing itself.
 */
abstract class Program extends Overlapped {
    /** What is sent and received at a time, bytes. */
    static final int BLOCK = 32;

    final MemorySegment memory = Arena.ofAuto().allocate(BLOCK + 2 * WinsockContract.AREA);
    final WsaBuf[] buffers = {new WsaBuf().set(memory, BLOCK)};
    final IntRef flags = new IntRef();

    private int steps;

    /** How many operations it has started. */
    final int steps() {
        return steps;
    }

    /** Starts the next operation. */
    final void step() {
        start(steps++);
    }

    /** Starts the operation of that number, from 0. */
    abstract void start(int number);

    static void check(boolean done) {
        if (!done && Winsock.WSAGetLastError() != WinsockError.ERROR_IO_PENDING) {
            throw new AssertionError(WinsockError.nameOf(Winsock.WSAGetLastError()));
        }
    }

    final void receive(SocketHandle socket) {
        check(Winsock.WSARecv(socket, buffers, 1, null, flags, this, null) == 0);
    }

    final void send(SocketHandle socket) {
        check(Winsock.WSASend(socket, buffers, 1, null, 0, this, null) == 0);
    }

    final void accept(SocketHandle listener, SocketHandle socket) {
        int area = WinsockContract.AREA;
        check(
                WinsockContract.ACCEPT_EX.call(
                        listener, socket, memory, BLOCK, area, area, null, this));
    }

    final void disconnect(SocketHandle socket) {
        check(WinsockContract.DISCONNECT_EX.call(socket, this, Constants.TF_REUSE_SOCKET, 0));
    }

    /** Echoes on a connection. */
    static final class Echo extends Program {
        private final SocketHandle socket;

        Echo(SocketHandle socket) {
            this.socket = socket;
        }

        @Override
        void start(int number) {
            if (number % 2 == 0) {
                receive(socket);
            } else {
                send(socket);
            }
        }
    }

    /** Takes a client with its request, answers, parts, and has the socket take another one. */
    static final class Visit extends Program {
        private final SocketHandle listener;
        private final SocketHandle socket;

        Visit(SocketHandle listener, SocketHandle socket) {
            this.listener = listener;
            this.socket = socket;
        }

        @Override
        void start(int number) {
            switch (number % 3) {
                case 0 -> accept(listener, socket);
                case 1 -> send(socket);
                default -> disconnect(socket);
            }
        }
    }

    /** Takes a client with its request, answers, closes the socket, and makes a new one. */
    static final class Guest extends Program {
        private final SocketHandle listener;
        private final CompletionPort port;
        final Program answer = new Answer();
        private SocketHandle socket;

        Guest(SocketHandle listener, CompletionPort port) {
            this.listener = listener;
            this.port = port;
        }

        @Override
        void start(int number) {
            if (socket != null) {
                answer.send(socket);
                close();
            }
            socket = Winsock.socket(Constants.AF_INET, Constants.SOCK_STREAM, 0);
            check(Kernel32.CreateIoCompletionPort(socket, port, 0, 0) == port);
            accept(listener, socket);
        }

        void close() {
            check(Winsock.closesocket(socket) == 0);
        }
    }

    /** A send that nothing follows. */
    private static final class Answer extends Program {
        @Override
        void start(int number) {}
    }

    /** Connects with a request, receives the answer, parts, and connects the socket again. */
    static final class Dial extends Program {
        private final SocketHandle socket;
        private final Sockaddr to;

        Dial(SocketHandle socket, Sockaddr to) {
            this.socket = socket;
            this.to = to;
        }

        @Override
        void start(int number) {
            switch (number % 3) {
                case 0 -> connect();
                case 1 -> receive(socket);
                default -> disconnect(socket);
            }
        }

        private void connect() {
            check(
                    WinsockContract.CONNECT_EX.call(
                            socket, to, to.length(), memory, BLOCK, null, this));
        }
    }
}
