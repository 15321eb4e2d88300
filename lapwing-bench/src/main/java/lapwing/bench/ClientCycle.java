package lapwing.bench;

import static lapwing.winsock.Constants.TF_REUSE_SOCKET;
import static lapwing.winsock.Kernel32.CreateIoCompletionPort;
import static lapwing.winsock.Winsock.*;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lapwing.winsock.IntRef;
import lapwing.winsock.Overlapped;
import lapwing.winsock.Sockaddr;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.WinsockError;
import lapwing.winsock.WsaBuf;

/** One of the client's cycles: one socket, one operation at a time. */
final class ClientCycle extends Overlapped {
    private enum Step {
        CONNECT,
        RECEIVE,
        DISCONNECT
    }

    private static final IntRef FLAGS = new IntRef();
    private static final Sockaddr ANY = new Sockaddr();

    private final LoadClient client;
    private final MemorySegment request;
    private final WsaBuf reply;
    private final WsaBuf[] replies;
    private SocketHandle socket = SocketHandle.INVALID_SOCKET;
    private Step step = Step.CONNECT;
    private int got;
    private long started;

    ClientCycle(LoadClient client) {
        this.client = client;
        request = Arena.ofAuto().allocate(client.size);
        reply = new WsaBuf(Arena.ofAuto().allocate(client.size + 1L));
        replies = new WsaBuf[] {reply};
    }

    /** Begins with a fresh socket. */
    void begin() {
        socket = Call.tcp();
        Call.shareLocalPorts(socket);
        Call.ok(bind(socket, ANY, ANY.length()), "bind");
        CreateIoCompletionPort(socket, client.port, 0, 0);
        connect();
    }

    private void connect() {
        step = Step.CONNECT;
        got = 0;
        started = System.nanoTime();
        Sockaddr target = client.target();
        check(
                client.connectEx.call(
                        socket, target, target.length(), request, client.size, null, this));
    }

    void completed(int status, int bytes) {
        if (status != 0) {
            again();
            return;
        }
        switch (step) {
            case CONNECT -> receive();
            case RECEIVE -> {
                got += bytes;
                boolean whole = got == client.size;
                if (whole && (bytes == 0 || !client.serverCloses)) {
                    client.statistics.done(System.nanoTime() - started);
                    step = Step.DISCONNECT;
                    check(client.disconnectEx.call(socket, this, TF_REUSE_SOCKET, 0));
                } else if (bytes == 0) {
                    again();
                } else {
                    receive();
                }
            }
            case DISCONNECT -> connect();
        }
    }

    private void receive() {
        step = Step.RECEIVE;
        FLAGS.value = 0;
        check(WSARecv(socket, replies, 1, null, FLAGS, this, null) == 0);
    }

    private void check(boolean atOnce) {
        if (!atOnce && WSAGetLastError() != WinsockError.WSA_IO_PENDING) {
            again();
        }
    }

    /** After an error: counts it and begins with a fresh socket. */
    private void again() {
        client.statistics.error();
        closesocket(socket);
        begin();
    }
}
