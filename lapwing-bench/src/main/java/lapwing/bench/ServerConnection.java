package lapwing.bench;

import static lapwing.winsock.Kernel32.CreateIoCompletionPort;
import static lapwing.winsock.Winsock.*;

import java.lang.foreign.MemorySegment;
import lapwing.winsock.IntRef;
import lapwing.winsock.Overlapped;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.WinsockError;
import lapwing.winsock.WsaBuf;

/** One connection of the server: one operation at a time, from AcceptEx to the end, then again. */
final class ServerConnection extends Overlapped {
    private enum Step {
        ACCEPT,
        RECEIVE,
        SEND
    }

    private static final IntRef FLAGS = new IntRef();

    private final LoadServer server;
    private final WsaBuf buffer = new WsaBuf();
    private final WsaBuf[] buffers = {buffer};
    final MemorySegment memory;
    SocketHandle socket = SocketHandle.INVALID_SOCKET;
    private Step step = Step.ACCEPT;
    private int got;

    ServerConnection(LoadServer server) {
        this.server = server;
        memory = server.memory();
        buffer.set(memory, server.block);
    }

    void prepare() {
        socket = Call.tcp();
        CreateIoCompletionPort(socket, server.port, 0, 0);
        step = Step.ACCEPT;
        got = 0;
    }

    void completed(int status, int bytes) {
        boolean accepted = step == Step.ACCEPT;
        if (accepted) {
            server.post();
        }
        boolean end =
                status != 0
                        || (bytes == 0
                                && (step != Step.ACCEPT || server.mode != LoadServer.Mode.SOURCE));
        if (end) {
            close();
            return;
        }
        switch (server.mode) {
            case ECHO -> {
                if (step == Step.SEND) {
                    receive(server.block);
                } else {
                    send(bytes);
                }
            }
            case SHORT -> {
                got += step == Step.SEND ? 0 : bytes;
                if (step == Step.SEND) {
                    close();
                } else if (got < server.size) {
                    receive(server.size - got);
                } else {
                    send(server.size);
                }
            }
            case SINK -> receive(server.block);
            case SOURCE -> send(server.block);
        }
    }

    private void receive(int length) {
        step = Step.RECEIVE;
        buffer.len = length;
        FLAGS.value = 0;
        check(WSARecv(socket, buffers, 1, null, FLAGS, this, null));
    }

    private void send(int length) {
        step = Step.SEND;
        buffer.len = length;
        check(WSASend(socket, buffers, 1, null, 0, this, null));
    }

    /** After an immediate end the packet comes all the same; after an error nothing does. */
    private void check(int result) {
        if (result != 0 && WSAGetLastError() != WinsockError.WSA_IO_PENDING) {
            close();
        }
    }

    private void close() {
        closesocket(socket);
        server.rest(this);
    }
}
