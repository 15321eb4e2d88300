package lapwing.random;

import static lapwing.winsock.Constants.FIONREAD;
import static lapwing.winsock.Constants.SOL_SOCKET;
import static lapwing.winsock.Constants.SO_CONNECT_TIME;
import static lapwing.winsock.Constants.SO_LINGER;
import static lapwing.winsock.Constants.SO_UPDATE_ACCEPT_CONTEXT;
import static lapwing.winsock.Constants.SO_UPDATE_CONNECT_CONTEXT;
import static lapwing.winsock.SocketHandle.INVALID_SOCKET;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import lapwing.winsock.AcceptEx;
import lapwing.winsock.CompletionPort;
import lapwing.winsock.ConnectEx;
import lapwing.winsock.Constants;
import lapwing.winsock.DisconnectEx;
import lapwing.winsock.Extension;
import lapwing.winsock.IntRef;
import lapwing.winsock.Kernel32;
import lapwing.winsock.LongRef;
import lapwing.winsock.Overlapped;
import lapwing.winsock.Ref;
import lapwing.winsock.Sockaddr;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.Winsock;
import lapwing.winsock.WinsockError;
import lapwing.winsock.WsaBuf;
import org.jspecify.annotations.Nullable;

/** The real sockets, ports and structures of a sequence. */
final class Rig {
    private static final int AREA = 32;
    private static final int DEQUEUES_TO_LEAD = 40;

    /** The key of packets that {@link #call} posts; sockets have their place as key. */
    static final long POSTED = 1000;

    private static final AcceptEx ACCEPT_EX;
    private static final ConnectEx CONNECT_EX;
    private static final DisconnectEx DISCONNECT_EX;
    private static final Nowhere NOWHERE = new Nowhere();
    private static final MemorySegment FLOOD = Arena.ofAuto().allocate(Model.FLOOD);

    static {
        SocketHandle any = Winsock.socket(Constants.AF_INET, Constants.SOCK_STREAM, 0);
        ACCEPT_EX = Extension.load(any, Constants.WSAID_ACCEPTEX, AcceptEx.class);
        CONNECT_EX = Extension.load(any, Constants.WSAID_CONNECTEX, ConnectEx.class);
        DISCONNECT_EX = Extension.load(any, Constants.WSAID_DISCONNECTEX, DisconnectEx.class);
        Winsock.closesocket(any);
    }

    /** A packet taken from a port. */
    record Packet(int error, int bytes, long key, @Nullable Overlapped overlapped) {}

    private final SocketHandle[] sockets = new SocketHandle[Step.SOCKETS];
    private final CompletionPort[] ports = new CompletionPort[Step.PORTS];
    private final Structure[] structures = new Structure[Step.STRUCTURES];
    private final MemorySegment scratch = Arena.ofAuto().allocate(1 << 16);
    private final List<SocketHandle> made = new ArrayList<>();

    /** Bytes that the last call without a structure has reported. */
    int bytes;

    Rig() {
        for (int i = 0; i < structures.length; i++) {
            structures[i] = new Structure(i);
        }
        for (int i = 0; i < ports.length; i++) {
            ports[i] = newPort(i);
        }
        java.util.Arrays.fill(sockets, INVALID_SOCKET);
    }

    SocketHandle socket(int place) {
        return sockets[place];
    }

    Structure structure(int place) {
        return structures[place];
    }

    /** Port 1 has a loop of its own, which its waiter may come to lead. */
    private static CompletionPort newPort(int place) {
        return Objects.requireNonNull(
                Kernel32.CreateIoCompletionPort(INVALID_SOCKET, null, 0, place == 1 ? 1 : 0));
    }

    private static int code(boolean done) {
        return done ? 0 : Kernel32.GetLastError();
    }

    private static int code(int result) {
        return result == Constants.SOCKET_ERROR ? Winsock.WSAGetLastError() : 0;
    }

    private int count(int result) {
        bytes = result;
        return code(result);
    }

    /** Makes the call; 0 or its error. */
    int call(Step step, Model model) {
        bytes = -1;
        SocketHandle s = sockets[step.s()];
        SocketHandle t = step.t() == Step.NOWHERE ? INVALID_SOCKET : sockets[step.t()];
        return switch (step.action()) {
            case TCP -> make(step.s(), Constants.SOCK_STREAM);
            case UDP -> make(step.s(), Constants.SOCK_DGRAM);
            case BIND -> code(Winsock.bind(s, loopback(), Sockaddr.SIZE_V4));
            case LISTEN -> code(Winsock.listen(s, 32));
            case CONNECT -> {
                Sockaddr to = name(step);
                yield code(Winsock.connect(s, to, to.length()));
            }
            case ACCEPT -> accept(s, step.t());
            case SHUTDOWN -> code(Winsock.shutdown(s, step.n() % 3));
            case GETSOCKNAME ->
                    code(Winsock.getsockname(s, new Sockaddr(), new IntRef(Sockaddr.SIZE_V4)));
            case GETPEERNAME ->
                    code(Winsock.getpeername(s, new Sockaddr(), new IntRef(Sockaddr.SIZE_V4)));
            case CONNECT_TIME -> {
                int error = code(connectTime(s));
                bytes = scratch.get(ValueLayout.JAVA_INT, 0) == -1 ? 0 : 1;
                yield error;
            }
            case UPDATE_ACCEPT -> {
                scratch.set(ValueLayout.JAVA_LONG, 0, t.value());
                yield code(Winsock.setsockopt(s, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, scratch, 8));
            }
            case UPDATE_CONNECT ->
                    code(Winsock.setsockopt(s, SOL_SOCKET, SO_UPDATE_CONNECT_CONTEXT, null, 0));
            case ASSOCIATE ->
                    code(
                            Kernel32.CreateIoCompletionPort(s, ports[step.otherPort()], step.s(), 0)
                                    != null);
            case SKIP_MODE ->
                    code(
                            Kernel32.SetFileCompletionNotificationModes(
                                    s, Constants.FILE_SKIP_COMPLETION_PORT_ON_SUCCESS));
            case CANCEL -> code(Kernel32.CancelIoEx(s, structures[step.o()]));
            case CANCEL_ALL -> code(Kernel32.CancelIoEx(s, null));
            case CANCELIO -> code(Kernel32.CancelIo(s));
            case RESULT ->
                    code(
                            Winsock.WSAGetOverlappedResult(
                                    s, structures[step.o()], new IntRef(), false, new IntRef()));
            case CLOSE -> code(Winsock.closesocket(s));
            case ABORT -> {
                scratch.set(ValueLayout.JAVA_INT, 0, 1); // on, 0 seconds
                Winsock.setsockopt(s, SOL_SOCKET, SO_LINGER, scratch, 4);
                yield code(Winsock.closesocket(s));
            }
            case POST ->
                    code(
                            Kernel32.PostQueuedCompletionStatus(
                                    ports[step.port()], step.n(), POSTED, null));
            case NEW_PORT -> {
                ports[step.port()] = newPort(step.port());
                yield 0;
            }
            case CLOSE_PORT -> code(Kernel32.CloseHandle(ports[step.port()]));
            case LEAD -> lead(ports[step.port()]);
            default -> transfer(step, model, s, t);
        };
    }

    private int transfer(Step step, Model model, SocketHandle s, SocketHandle t) {
        Structure o = step.o() == Step.NONE ? null : structures[step.o()];
        ModelSocket modelled = model.socket(step.s());
        Wire to = modelled.wire == null ? null : modelled.wire.other;
        boolean idle = step.o() == Step.NONE || model.structures[step.o()] == null;
        IntRef moved = new IntRef(-1);
        int error =
                switch (step.action()) {
                    case SEND -> {
                        Structure.write(scratch, to, step.n());
                        yield count(Winsock.send(s, scratch, step.n(), 0));
                    }
                    case RECV -> count(Winsock.recv(s, scratch, step.n(), 0));
                    case WSASEND -> {
                        WsaBuf[] data = idle ? buffers(o).send(to, step.n()) : buffers(o).buffers;
                        yield code(Winsock.WSASend(s, data, 1, moved, 0, o, null));
                    }
                    case WSARECV -> {
                        int length = step.receiveLength(modelled.datagrams);
                        WsaBuf[] room = idle ? buffers(o).receive(length) : buffers(o).buffers;
                        yield code(Winsock.WSARecv(s, room, 1, moved, new IntRef(), o, null));
                    }
                    case SENDTO -> {
                        WsaBuf[] data = idle ? buffers(o).send(null, step.n()) : buffers(o).buffers;
                        Sockaddr address = name(t);
                        yield code(
                                Winsock.WSASendTo(
                                        s, data, 1, moved, 0, address, address.length(), o, null));
                    }
                    case FLOOD ->
                            code(
                                    Winsock.WSASend(
                                            s,
                                            new WsaBuf[] {new WsaBuf(FLOOD)},
                                            1,
                                            null,
                                            0,
                                            o,
                                            null));
                    case DRAIN -> drain(s, model.toDrain(modelled));
                    case ACCEPTEX ->
                            code(
                                    ACCEPT_EX.call(
                                            s,
                                            t,
                                            o == null ? scratch : o.memory,
                                            step.acceptLength(),
                                            AREA,
                                            AREA,
                                            null,
                                            o));
                    case CONNECTEX -> {
                        int length = step.data();
                        Structure.write(scratch, model.nextServer(), length);
                        Sockaddr address = name(step);
                        boolean done =
                                CONNECT_EX.call(
                                        s,
                                        address,
                                        address.length(),
                                        length == 0 ? null : scratch,
                                        length,
                                        null,
                                        o);
                        int failure = code(done);
                        scratch.fill((byte) 'x'); // it has been captured
                        yield failure;
                    }
                    case DISCONNECTEX -> code(DISCONNECT_EX.call(s, o, step.flags(), 0));
                    default -> throw new IllegalArgumentException(step.toString());
                };
        if (moved.value >= 0 && error == 0) {
            bytes = moved.value;
        }
        return error;
    }

    private static Structure buffers(@Nullable Structure o) {
        return Objects.requireNonNull(o);
    }

    private int make(int place, int type) {
        return put(place, Winsock.socket(Constants.AF_INET, type, 0));
    }

    private int accept(SocketHandle listener, int place) {
        SocketHandle accepted = Winsock.accept(listener, null, null);
        return accepted == INVALID_SOCKET ? Winsock.WSAGetLastError() : put(place, accepted);
    }

    private int put(int place, SocketHandle s) {
        sockets[place] = s;
        made.add(s);
        return 0;
    }

    private int lead(CompletionPort port) {
        for (int i = 0; i < DEQUEUES_TO_LEAD; i++) {
            Kernel32.PostQueuedCompletionStatus(port, 0, POSTED, null);
            Packet packet = next(port, 5000);
            if (packet == null || packet.key() != POSTED) {
                return -1;
            }
        }
        return 0;
    }

    /** Reads that much and no more; −1 if the end comes first. */
    private int drain(SocketHandle s, int total) {
        int left = total;
        while (left > 0) {
            int got = Winsock.recv(s, scratch, (int) Math.min(left, scratch.byteSize()), 0);
            if (got <= 0) {
                return got == 0 ? -1 : Winsock.WSAGetLastError();
            }
            left -= got;
        }
        return 0;
    }

    private static Sockaddr loopback() {
        return Sockaddr.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private Sockaddr name(Step step) {
        return step.t() == Step.NOWHERE ? NOWHERE.address : name(sockets[step.t()]);
    }

    private static Sockaddr name(SocketHandle s) {
        Sockaddr name = new Sockaddr();
        Winsock.getsockname(s, name, new IntRef(Sockaddr.SIZE_V4));
        InetAddress loopback = InetAddress.getLoopbackAddress(); // for what connect has bound
        return Sockaddr.of(new InetSocketAddress(loopback, name.port()));
    }

    // ---- looking ----

    /** Compares what a call without a structure has received. */
    int difference(Wire wire, long first, int length) {
        return Structure.difference(scratch, wire, first, length);
    }

    private int connectTime(SocketHandle s) {
        return Winsock.getsockopt(s, SOL_SOCKET, SO_CONNECT_TIME, scratch, new IntRef(4));
    }

    boolean isConnectionThere(int place) {
        return connectTime(sockets[place]) == 0 && scratch.get(ValueLayout.JAVA_INT, 0) != -1;
    }

    int unread(int place) {
        IntRef count = new IntRef();
        return Winsock.ioctlsocket(sockets[place], FIONREAD, count) == 0 ? count.value : -1;
    }

    @Nullable Packet next(int place, int milliseconds) {
        return next(ports[place], milliseconds);
    }

    private static @Nullable Packet next(CompletionPort port, int milliseconds) {
        IntRef bytes = new IntRef();
        LongRef key = new LongRef();
        Ref<Overlapped> overlapped = new Ref<>();
        boolean done =
                Kernel32.GetQueuedCompletionStatus(port, bytes, key, overlapped, milliseconds);
        int error = code(done);
        if (!done && overlapped.value == null) {
            return null;
        }
        return new Packet(error, bytes.value, key.value, overlapped.value);
    }

    /** The outcome of an operation that has ended, with its Win32 code. */
    Packet outcome(int place) {
        IntRef count = new IntRef();
        int error =
                code(Kernel32.GetOverlappedResult(INVALID_SOCKET, structures[place], count, false));
        return new Packet(error, count.value, 0, structures[place]);
    }

    /** True if the event is set; resets it. */
    boolean takeEvent(int place) {
        var event = structures[place].event;
        boolean set = event != null && Kernel32.WaitForSingleObject(event, 0) == 0;
        if (event != null) {
            Kernel32.ResetEvent(event);
        }
        return set;
    }

    void closeSockets() {
        made.forEach(Winsock::closesocket);
    }

    void closePorts() {
        for (CompletionPort port : ports) {
            Kernel32.CloseHandle(port);
        }
    }

    /** A listener whose queue is full: connecting to it never ends. */
    private static final class Nowhere {
        private static final int MORE_THAN_FIT = 6;

        final Sockaddr address;
        private final ServerSocket listener;
        private final List<SocketChannel> waiting = new ArrayList<>();

        Nowhere() {
            try {
                listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                for (int i = 0; i < MORE_THAN_FIT; i++) {
                    SocketChannel channel = SocketChannel.open();
                    channel.configureBlocking(false);
                    channel.connect(listener.getLocalSocketAddress());
                    waiting.add(channel);
                }
                address = Sockaddr.of((InetSocketAddress) listener.getLocalSocketAddress());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** As programs see it. */
    static String nameOf(int error) {
        return WinsockError.nameOf(error);
    }
}
