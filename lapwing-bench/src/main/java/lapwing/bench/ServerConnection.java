package lapwing.bench;

import static lapwing.winsock.Kernel32.CancelIoEx;
import static lapwing.winsock.Kernel32.CreateIoCompletionPort;
import static lapwing.winsock.Winsock.*;

import java.util.Objects;
import lapwing.bench.Buffers.Buffer;
import lapwing.winsock.Constants;
import lapwing.winsock.IntRef;
import lapwing.winsock.NtStatus;
import lapwing.winsock.Overlapped;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.WinsockError;
import lapwing.winsock.WsaBuf;
import org.jspecify.annotations.Nullable;

/**
 * One connection of the server: one operation at a time, from AcceptEx to the end, then again.
 * While it is idle this object is all the server has of it.
 */
final class ServerConnection extends Overlapped {
    private enum Step {
        ACCEPT,
        RECEIVE,
        SEND
    }

    /** A reply that fits into the socket's buffer: the connection can be closed behind it. */
    private static final int SMALL = 4096;

    private static final IntRef FLAGS = new IntRef();
    private static final WsaBuf[] NOTHING = {new WsaBuf()};

    private final LoadServer server;
    SocketHandle socket = SocketHandle.INVALID_SOCKET;

    private Step step = Step.ACCEPT;

    /** Null while it waits with a receive of zero bytes. */
    private @Nullable Buffer buffer;

    /** More than one message has come since it was idle: the next one will come soon. */
    private boolean isLively;

    ServerConnection(LoadServer server) {
        this.server = server;
    }

    /** Posts an accept of the first {@code length} bytes. */
    void accept(int length) {
        if (socket == SocketHandle.INVALID_SOCKET) {
            // without TCP_NODELAY of its own: the connection has the listener's
            socket =
                    WSASocket(
                            Constants.AF_INET,
                            Constants.SOCK_STREAM,
                            0,
                            null,
                            0,
                            Constants.WSA_FLAG_OVERLAPPED);
            CreateIoCompletionPort(socket, server.port, 0, 0);
        }
        step = Step.ACCEPT;
        isLively = false;
        Buffer into = server.buffers.take();
        buffer = into;
        boolean done =
                server.acceptEx.call(
                        server.listener,
                        socket,
                        into.memory,
                        length,
                        LoadServer.ADDRESS,
                        LoadServer.ADDRESS,
                        null,
                        this);
        Call.started(done, "AcceptEx");
    }

    /** The buffer of its operation; there is one while an accept is posted. */
    Buffer buffer() {
        return Objects.requireNonNull(buffer);
    }

    void completed(int status, int bytes) {
        if (step == Step.ACCEPT) {
            server.accepted(this);
        }
        Buffer with = buffer;
        if (with == null) {
            if (status == 0) {
                receive(server.buffers.take(), server.block); // data or the end
            } else {
                close();
            }
            return;
        }
        boolean wasAwaited = with.waiter == this;
        with.waiter = null;
        if (status == NtStatus.STATUS_CANCELLED && !wasAwaited && step == Step.RECEIVE) {
            await(with);
            return;
        }
        boolean opens = step == Step.ACCEPT && server.mode == LoadServer.Mode.SOURCE;
        if (status == 0 && bytes == 0 && !opens) {
            end();
            return;
        }
        if (status != 0) {
            close();
            return;
        }
        switch (server.mode) {
            case ECHO -> {
                if (step == Step.SEND) {
                    await(with);
                } else {
                    isLively = step == Step.RECEIVE;
                    send(with, bytes);
                }
            }
            case SHORT -> {
                with.got += step == Step.SEND ? 0 : bytes;
                if (step == Step.SEND) {
                    close();
                } else if (with.got < server.size) {
                    receiveRest(with, server.size - with.got);
                } else {
                    send(with, server.size);
                    if (server.size <= SMALL) {
                        closesocket(socket); // the end goes out with the reply
                    }
                }
            }
            case SINK -> receive(with, server.block);
            case SOURCE -> send(with, server.block);
        }
    }

    /** The sweep has found it waiting for long: its receive comes back, see {@link #completed}. */
    void becomeIdle() {
        isLively = false;
        CancelIoEx(socket, this);
    }

    /** Waits for the next message. */
    private void await(Buffer with) {
        if (isLively || !server.buffers.areScarce()) {
            with.awaitedBy(this);
            receive(with, server.block);
        } else {
            server.buffers.giveBack(with);
            buffer = null;
            receive(NOTHING);
        }
    }

    private void receive(Buffer into, int length) {
        buffer = into;
        into.block.len = length;
        receive(into.blocks);
    }

    /** Receives behind what is there of a request that comes in pieces; seldom. */
    private void receiveRest(Buffer into, int length) {
        receive(new WsaBuf[] {new WsaBuf().set(into.memory.asSlice(into.got), length)});
    }

    private void receive(WsaBuf[] into) {
        step = Step.RECEIVE;
        FLAGS.value = 0;
        check(WSARecv(socket, into, 1, null, FLAGS, this, null));
    }

    private void send(Buffer from, int length) {
        step = Step.SEND;
        from.block.len = length;
        check(WSASend(socket, from.blocks, 1, null, 0, this, null));
    }

    /** After an immediate end the packet comes all the same; after an error nothing does. */
    private void check(int result) {
        if (result != 0 && WSAGetLastError() != WinsockError.WSA_IO_PENDING) {
            close();
        }
    }

    /** The client has ended: the socket is ready for another one at once. */
    private void end() {
        if (server.disconnectEx.call(socket, null, Constants.TF_REUSE_SOCKET, 0)) {
            rest();
        } else {
            close();
        }
    }

    private void close() {
        closesocket(socket);
        socket = SocketHandle.INVALID_SOCKET;
        rest();
    }

    private void rest() {
        if (buffer != null) {
            server.buffers.giveBack(buffer);
            buffer = null;
        }
        server.rest(this);
    }
}
