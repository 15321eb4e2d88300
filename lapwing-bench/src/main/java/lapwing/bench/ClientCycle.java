package lapwing.bench;

import static lapwing.winsock.Constants.TF_REUSE_SOCKET;
import static lapwing.winsock.Kernel32.CreateIoCompletionPort;
import static lapwing.winsock.Kernel32.PostQueuedCompletionStatus;
import static lapwing.winsock.Winsock.*;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import lapwing.winsock.IntRef;
import lapwing.winsock.NtStatus;
import lapwing.winsock.Overlapped;
import lapwing.winsock.Sockaddr;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.WinsockError;
import lapwing.winsock.WsaBuf;

/**
 * One of the client's cycles: one socket, one operation at a time, so that exactly one packet is to
 * come. Each has bytes of its own and expects these back.
 */
final class ClientCycle extends Overlapped {
    /** What the next packet tells the end of. */
    private enum Step {
        PAUSE,
        CONNECT,
        SEND,
        RECEIVE,
        RECEIVE_END,
        DISCONNECT
    }

    private static final IntRef FLAGS = new IntRef();
    private static final Sockaddr ANY = new Sockaddr();

    private final LoadClient client;
    private final MemorySegment request;
    private final WsaBuf[] requests;

    /** One byte more than the reply: what is too much is seen. */
    private final MemorySegment memory;

    private final WsaBuf reply;
    private final WsaBuf[] replies;
    private SocketHandle socket = SocketHandle.INVALID_SOCKET;
    private Step step = Step.PAUSE;
    private int got;
    private long started;

    ClientCycle(LoadClient client, int number) {
        this.client = client;
        request = Arena.ofAuto().allocate(client.size);
        for (int i = 0; i < client.size; i++) {
            request.set(ValueLayout.JAVA_BYTE, i, (byte) (number + i));
        }
        requests = new WsaBuf[] {new WsaBuf(request)};
        memory = Arena.ofAuto().allocate(client.size + 1L);
        reply = new WsaBuf(memory);
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

    /** Gives the socket up; the packet of its operation is still to come. */
    void close() {
        closesocket(socket);
    }

    private void connect() {
        step = Step.CONNECT;
        started = System.nanoTime();
        Sockaddr target = client.target();
        check(
                client.connectEx.call(
                        socket, target, target.length(), request, client.size, null, this));
    }

    void completed(int status, int bytes) {
        if (status != 0) {
            again(WinsockError.nameOf(NtStatus.toWinsock(status)));
            return;
        }
        switch (step) {
            case PAUSE -> begin();
            case CONNECT, SEND -> {
                got = 0;
                receive(Step.RECEIVE);
            }
            case RECEIVE -> received(bytes);
            case RECEIVE_END -> {
                if (bytes == 0) {
                    disconnect();
                } else {
                    again("more bytes than were sent");
                }
            }
            case DISCONNECT -> connect();
        }
    }

    private void received(int bytes) {
        got += bytes;
        if (bytes == 0) {
            again("end of stream after " + got + " bytes");
        } else if (got < client.size) {
            reply.set(memory.asSlice(got), client.size + 1 - got);
            receive(Step.RECEIVE);
        } else if (got > client.size
                || MemorySegment.mismatch(request, 0, got, memory, 0, got) >= 0) {
            again("other bytes than were sent");
        } else {
            if (bytes < got) {
                reply.set(memory, client.size + 1); // it came in pieces
            }
            switch (client.end) {
                case SERVER -> receive(Step.RECEIVE_END);
                case CLIENT -> disconnect();
                case NOBODY -> {
                    client.done(System.nanoTime() - started);
                    send();
                }
            }
        }
    }

    private void disconnect() {
        client.done(System.nanoTime() - started);
        step = Step.DISCONNECT;
        check(client.disconnectEx.call(socket, this, TF_REUSE_SOCKET, 0));
    }

    private void send() {
        step = Step.SEND;
        started = System.nanoTime();
        check(WSASend(socket, requests, 1, null, 0, this, null) == 0);
    }

    private void receive(Step next) {
        step = next;
        FLAGS.value = 0;
        check(WSARecv(socket, replies, 1, null, FLAGS, this, null) == 0);
    }

    private void check(boolean atOnce) {
        if (!atOnce && WSAGetLastError() != WinsockError.WSA_IO_PENDING) {
            again(WinsockError.nameOf(WSAGetLastError()));
        }
    }

    /** After an error: counts it, and begins with a fresh socket when a packet says so. */
    private void again(String error) {
        String what = step + ": " + error;
        closesocket(socket);
        reply.set(memory, client.size + 1);
        step = Step.PAUSE;
        PostQueuedCompletionStatus(client.port, 0, 0, this);
        client.error(what);
    }
}
