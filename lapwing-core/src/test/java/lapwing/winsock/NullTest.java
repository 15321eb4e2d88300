package lapwing.winsock;

import static lapwing.winsock.Constants.*;
import static lapwing.winsock.WinsockError.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A null is what a 0 is in C: a handle that is none, or a bad pointer. It has an error, and throws
 * nothing (P22 P37 S1, DOC of each function).
 */
class NullTest extends WinsockContract {
    private static final List<Class<?>> EXTENSIONS =
            List.of(
                    AcceptEx.class,
                    ConnectEx.class,
                    DisconnectEx.class,
                    GetAcceptExSockaddrs.class,
                    TransmitFile.class,
                    TransmitPackets.class,
                    WSARecvMsg.class,
                    WSASendMsg.class);
    private static final List<Guid> GUIDS =
            List.of(
                    WSAID_ACCEPTEX,
                    WSAID_CONNECTEX,
                    WSAID_DISCONNECTEX,
                    WSAID_GETACCEPTEXSOCKADDRS,
                    WSAID_TRANSMITFILE,
                    WSAID_TRANSMITPACKETS,
                    WSAID_WSARECVMSG,
                    WSAID_WSASENDMSG);

    /** Calls a function with 0, false and null for everything; returns the last error. */
    private static int callWithNothing(Method function, Object on) throws Exception {
        Class<?>[] types = function.getParameterTypes();
        Object[] nothing = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
            nothing[i] =
                    types[i] == int.class
                            ? (Object) 0
                            : types[i] == long.class
                                    ? (Object) 0L
                                    : types[i] == boolean.class ? false : null;
        }
        Winsock.WSASetLastError(-1);
        function.setAccessible(true);
        function.invoke(on, nothing); // what it throws comes out of here
        return Winsock.WSAGetLastError();
    }

    private static boolean takesAHandle(Method function) {
        return Modifier.isPublic(function.getModifiers())
                && Modifier.isStatic(function.getModifiers())
                && Arrays.stream(function.getParameterTypes())
                        .anyMatch(Handle.class::isAssignableFrom);
    }

    static Stream<Arguments> functionsOfHandles() {
        return Stream.of(Winsock.class, Kernel32.class)
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(NullTest::takesAHandle)
                .map(function -> arguments(function.getName(), function));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("functionsOfHandles")
    void functionWithNothingSaysThatThereIsNoHandle(String name, Method function) throws Exception {
        boolean onSockets = function.getParameterTypes()[0] == SocketHandle.class;
        assertThat(callWithNothing(function, null))
                .as(name)
                .isEqualTo(onSockets ? WSAENOTSOCK : ERROR_INVALID_HANDLE);
    }

    @Test
    void extensionFunctionsWithNothingFail() throws Exception {
        for (int i = 0; i < EXTENSIONS.size(); i++) {
            Class<?> type = EXTENSIONS.get(i);
            Object function = Extension.load(socket(), GUIDS.get(i), type);
            int error = callWithNothing(type.getDeclaredMethods()[0], function);
            assertThat(error)
                    .as(type.getSimpleName())
                    .isIn(
                            type == GetAcceptExSockaddrs.class
                                    ? List.of(-1)
                                    : List.of(WSAENOTSOCK, WSAEFAULT, ERROR_INVALID_PARAMETER));
        }
    }

    @Test // R2 R4 R5
    void registeredFunctionsWithNothingFail() throws Exception {
        RioExtensionFunctionTable rio = RioExtensionFunctionTable.load(socket());
        List<String> called = new ArrayList<>();
        for (var field : RioExtensionFunctionTable.class.getFields()) {
            if (field.getType().getSimpleName().startsWith("RIO")) {
                Method function = field.getType().getDeclaredMethods()[0];
                int error = callWithNothing(function, field.get(rio));
                assertThat(error).as(field.getName()).isIn(-1, WSAEINVAL, WSAENOTSOCK);
                called.add(field.getName());
            }
        }
        assertThat(called).hasSize(13);
    }

    // ---- one null among good arguments ----

    private final MemorySegment memory = Arena.ofAuto().allocate(256, 8);
    private final CompletionPort port = port(0);
    private final IntRef number = new IntRef(256);
    private final Sockaddr address = loopback(9);

    private WsaBuf[] buffers() {
        return new WsaBuf[] {new WsaBuf(memory), new WsaBuf(memory)};
    }

    private static Arguments row(String what, int error, Function<NullTest, Object> call) {
        return arguments(what, error, call);
    }

    static Stream<Arguments> pointersOfWinsock() {
        return Stream.of(
                row("bind", WSAEFAULT, t -> Winsock.bind(t.socket(), null, 16)),
                row("connect", WSAEFAULT, t -> Winsock.connect(t.socket(), null, 16)),
                row("send", WSAEFAULT, t -> Winsock.send(t.connected(), null, 1, 0)),
                row("recv", WSAEFAULT, t -> Winsock.recv(t.connected(), null, 1, 0)),
                row("sendto", WSAEFAULT, t -> Winsock.sendto(t.udp(), null, 1, 0, t.address, 16)),
                row("recvfrom", WSAEFAULT, t -> Winsock.recvfrom(t.udp(), null, 1, 0, null, null)),
                row(
                        "getsockname, name",
                        WSAEFAULT,
                        t -> Winsock.getsockname(t.bound(), null, t.number)),
                row(
                        "getsockname, length",
                        WSAEFAULT,
                        t -> Winsock.getsockname(t.bound(), t.address, null)),
                row(
                        "getpeername, name",
                        WSAEFAULT,
                        t -> Winsock.getpeername(t.connected(), null, t.number)),
                row(
                        "getpeername, length",
                        WSAEFAULT,
                        t -> Winsock.getpeername(t.connected(), t.address, null)),
                row(
                        "setsockopt",
                        WSAEFAULT,
                        t -> Winsock.setsockopt(t.socket(), SOL_SOCKET, SO_LINGER, null, 4)),
                row(
                        "getsockopt, value",
                        WSAEFAULT,
                        t -> Winsock.getsockopt(t.socket(), SOL_SOCKET, SO_LINGER, null, t.number)),
                row(
                        "getsockopt, length",
                        WSAEFAULT,
                        t -> Winsock.getsockopt(t.socket(), SOL_SOCKET, SO_LINGER, t.memory, null)),
                row("ioctlsocket", WSAEFAULT, t -> Winsock.ioctlsocket(t.socket(), FIONBIO, null)),
                row("WSAIoctl, size", WSAEFAULT, t -> t.control(t.memory, t.memory, null)), // I2
                row("WSAIoctl, input", WSAEFAULT, t -> t.control(null, t.memory, t.number)), // I7
                row("WSAIoctl, output", WSAEFAULT, t -> t.control(t.memory, null, t.number)),
                row("WSASend, array", WSAEFAULT, t -> t.send(null, 1)),
                row("WSASend, element", WSAEFAULT, t -> t.send(new WsaBuf[1], 1)),
                row("WSASend, second", WSAEFAULT, t -> t.send(secondMissing(t), 2)),
                row("WSASend, memory", WSAEFAULT, t -> t.send(nothing(), 1)),
                row("WSARecv, array", WSAEFAULT, t -> t.receive(null, new IntRef())),
                row("WSARecv, element", WSAEFAULT, t -> t.receive(new WsaBuf[1], new IntRef())),
                row("WSARecv, memory", WSAEFAULT, t -> t.receive(nothing(), new IntRef())),
                row("WSARecv, flags", WSAEFAULT, t -> t.receive(t.buffers(), null)),
                row("WSASendTo, element", WSAEFAULT, t -> t.sendTo(new WsaBuf[1])),
                row("WSARecvFrom, element", WSAEFAULT, t -> t.receiveFrom(new WsaBuf[1])),
                row(
                        "WSAGetOverlappedResult, structure",
                        WSAEFAULT,
                        t -> t.result(null, t.number, t.number)),
                row(
                        "WSAGetOverlappedResult, count",
                        WSAEFAULT,
                        t -> t.result(new Overlapped(), null, t.number)),
                row(
                        "WSAGetOverlappedResult, flags",
                        WSAEFAULT,
                        t -> t.result(new Overlapped(), t.number, null)),
                row(
                        "WSAWaitForMultipleEvents, array",
                        ERROR_INVALID_PARAMETER,
                        t -> Winsock.WSAWaitForMultipleEvents(1, null, false, 0, false)),
                row(
                        "WSAWaitForMultipleEvents, element",
                        ERROR_INVALID_HANDLE,
                        t -> Winsock.WSAWaitForMultipleEvents(1, new Event[1], false, 0, false)));
    }

    static Stream<Arguments> pointersOfExtensions() {
        return Stream.of(
                row(
                        "AcceptEx, accept socket",
                        WSAENOTSOCK,
                        t -> t.acceptEx(t.listener(), null, t.memory, new Overlapped())),
                row(
                        "AcceptEx, listener",
                        WSAENOTSOCK,
                        t -> t.acceptEx(null, t.socket(), t.memory, new Overlapped())),
                row(
                        "AcceptEx, buffer",
                        WSAEFAULT,
                        t -> t.acceptEx(t.listener(), t.socket(), null, new Overlapped())),
                row( // A5
                        "AcceptEx, structure",
                        ERROR_INVALID_PARAMETER,
                        t -> t.acceptEx(t.listener(), t.socket(), t.memory, null)),
                row("ConnectEx, name", WSAEFAULT, t -> t.connectEx(null, t.memory)),
                row( // C41: its length is ignored
                        "ConnectEx, data", ERROR_IO_PENDING, t -> t.connectEx(t.address, null)),
                row("TransmitPackets, array", WSAEFAULT, t -> t.packets(null)),
                row(
                        "TransmitPackets, element",
                        WSAEFAULT,
                        t -> t.packets(new TransmitPacketsElement[1])),
                row("TransmitFile, head", WSAEFAULT, NullTest::transmitWithoutHead),
                row("WSASendMsg, element", WSAEFAULT, t -> t.sendMessage(new WsaBuf[1])),
                row("WSASendMsg, array", WSAEFAULT, t -> t.sendMessage(null)),
                row("WSARecvMsg, element", WSAEFAULT, t -> t.receiveMessage(new WsaBuf[1])),
                row("WSARecvMsg, array", WSAEFAULT, t -> t.receiveMessage(null)));
    }

    static Stream<Arguments> pointersOfKernel32() {
        return Stream.of(
                row(
                        "GetQueuedCompletionStatus, count",
                        ERROR_INVALID_PARAMETER,
                        t -> t.dequeue(null, new LongRef(), new Ref<>())),
                row(
                        "GetQueuedCompletionStatus, key",
                        ERROR_INVALID_PARAMETER,
                        t -> t.dequeue(t.number, null, new Ref<>())),
                row(
                        "GetQueuedCompletionStatus, structure",
                        ERROR_INVALID_PARAMETER,
                        t -> t.dequeue(t.number, new LongRef(), null)),
                row(
                        "GetQueuedCompletionStatusEx, entries",
                        ERROR_INVALID_PARAMETER,
                        t -> t.dequeueSome(null, t.number)),
                row(
                        "GetQueuedCompletionStatusEx, count",
                        ERROR_INVALID_PARAMETER,
                        t -> t.dequeueSome(OverlappedEntry.array(1), null)),
                row(
                        "GetOverlappedResult, structure",
                        ERROR_INVALID_PARAMETER,
                        t -> Kernel32.GetOverlappedResult(t.socket(), null, t.number, true)),
                row(
                        "GetOverlappedResult, count",
                        ERROR_INVALID_PARAMETER,
                        t -> Kernel32.GetOverlappedResult(t.socket(), new Io(1), null, true)),
                row(
                        "WaitForMultipleObjects, element",
                        ERROR_INVALID_HANDLE,
                        t -> Kernel32.WaitForMultipleObjects(1, new Handle[1], false, 0)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"pointersOfWinsock", "pointersOfExtensions", "pointersOfKernel32"})
    void nullAmongGoodArgumentsHasItsError(
            String what, int error, Function<NullTest, Object> call) {
        post(port, 1); // a refused dequeue takes nothing
        var _ = call.apply(this);
        assertThat(WinsockError.nameOf(Winsock.WSAGetLastError()))
                .as(what)
                .isEqualTo(WinsockError.nameOf(error));
        assertThat(next(port, 0).key()).isEqualTo(1);
    }

    @Test
    void nothingToSendNeedsNoMemory() throws Exception {
        assertThat(Winsock.send(connected(), null, 0, 0)).isZero();
        assertSucceeds(Winsock.WSASend(connected(), empty(), 1, number, 0, null, null));
    }

    private static WsaBuf[] empty() {
        return new WsaBuf[] {new WsaBuf((MemorySegment) null)};
    }

    @Test // an array in C has its structures in it
    void entriesAndResultsThatAreMissingAreMade() {
        post(port, 7);
        OverlappedEntry[] entries = new OverlappedEntry[2];
        assertThat(Kernel32.GetQueuedCompletionStatusEx(port, entries, 2, number, LIMIT, false))
                .isTrue();
        assertThat(entries[0].lpCompletionKey).isEqualTo(7);
        assertThat(entries[1]).isNull();
    }

    @Test
    void waiterWithMissingEntriesGetsItsPacket() throws Exception {
        OverlappedEntry[] entries = new OverlappedEntry[2];
        Worker<Boolean> waiter =
                onThread(() ->
                        Kernel32.GetQueuedCompletionStatusEx(
                                port, entries, 2, new IntRef(), LIMIT, false));
        untilParked(waiter.thread, port);
        post(port, 8);
        assertThat(waiter.result()).isTrue();
        assertThat(entries[0].lpCompletionKey).isEqualTo(8);
    }

    @Test // P22
    void waitOnNothingLeavesNoStructure() {
        Ref<Overlapped> structure = new Ref<>();
        structure.value = new Overlapped();
        boolean ok = Kernel32.GetQueuedCompletionStatus(null, number, new LongRef(), structure, 0);
        assertThat(ok).isFalse();
        assertThat(Kernel32.GetLastError()).isEqualTo(ERROR_INVALID_HANDLE);
        assertThat(structure.value).isNull();
    }

    // ---- the calls ----

    private SocketHandle udp() {
        return socket(AF_INET, SOCK_DGRAM);
    }

    private SocketHandle connected() {
        SocketHandle s = socket();
        assertSucceeds(Winsock.connect(s, name(listener()), 16));
        return s;
    }

    private static WsaBuf[] secondMissing(NullTest t) {
        return new WsaBuf[] {new WsaBuf(t.memory), null};
    }

    private static WsaBuf[] nothing() {
        return new WsaBuf[] {new WsaBuf().set(null, 8)};
    }

    private Object control(MemorySegment in, MemorySegment out, IntRef size) {
        int code = SIO_GET_EXTENSION_FUNCTION_POINTER;
        WSAID_ACCEPTEX.write(memory);
        return Winsock.WSAIoctl(socket(), code, in, 16, out, 8, size, null, null);
    }

    private Object send(WsaBuf[] buffers, int count) {
        return Winsock.WSASend(connected(), buffers, count, number, 0, new Overlapped(), null);
    }

    private Object receive(WsaBuf[] buffers, IntRef flags) {
        return Winsock.WSARecv(connected(), buffers, 1, number, flags, new Overlapped(), null);
    }

    private Object sendTo(WsaBuf[] buffers) {
        return Winsock.WSASendTo(udp(), buffers, 1, number, 0, address, 16, new Overlapped(), null);
    }

    private Object receiveFrom(WsaBuf[] buffers) {
        SocketHandle s = udp();
        assertSucceeds(Winsock.bind(s, loopback(0), 16));
        return Winsock.WSARecvFrom(
                s, buffers, 1, number, new IntRef(), address, number, new Overlapped(), null);
    }

    private Object result(Overlapped structure, IntRef count, IntRef flags) {
        return Winsock.WSAGetOverlappedResult(socket(), structure, count, true, flags);
    }

    private Object acceptEx(
            SocketHandle listener, SocketHandle s, MemorySegment block, Overlapped structure) {
        return ACCEPT_EX.call(listener, s, block, 0, AREA, AREA, null, structure);
    }

    private Object connectEx(Sockaddr to, MemorySegment data) {
        return CONNECT_EX.call(bound(), to, 16, data, 5, null, new Overlapped());
    }

    private Object packets(TransmitPacketsElement[] elements) {
        return Extension.load(socket(), WSAID_TRANSMITPACKETS, TransmitPackets.class)
                .call(connected(), elements, 1, 0, new Overlapped(), 0);
    }

    private Object transmitWithoutHead() {
        TransmitFileBuffers buffers = new TransmitFileBuffers();
        buffers.HeadLength = 5;
        return Extension.load(socket(), WSAID_TRANSMITFILE, TransmitFile.class)
                .call(connected(), null, 0, 0, new Overlapped(), buffers, 0);
    }

    private static WsaMsg message(WsaBuf[] buffers) {
        WsaMsg message = new WsaMsg();
        message.lpBuffers = buffers;
        message.dwBufferCount = 1;
        return message;
    }

    private Object sendMessage(WsaBuf[] buffers) {
        WsaMsg message = message(buffers);
        message.name = address;
        message.namelen = 16;
        return Extension.load(socket(), WSAID_WSASENDMSG, WSASendMsg.class)
                .call(udp(), message, 0, number, new Overlapped(), null);
    }

    private Object receiveMessage(WsaBuf[] buffers) {
        SocketHandle s = udp();
        assertSucceeds(Winsock.bind(s, loopback(0), 16));
        return Extension.load(socket(), WSAID_WSARECVMSG, WSARecvMsg.class)
                .call(s, message(buffers), number, new Overlapped(), null);
    }

    private Object dequeue(IntRef bytes, LongRef key, Ref<Overlapped> structure) {
        return Kernel32.GetQueuedCompletionStatus(port, bytes, key, structure, 0);
    }

    private Object dequeueSome(OverlappedEntry[] entries, IntRef count) {
        return Kernel32.GetQueuedCompletionStatusEx(port, entries, 1, count, 0, false);
    }
}
