package lapwing.winsock;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import lapwing.engine.TcpInfo;
import lapwing.engine.choice.Engines;
import org.junit.jupiter.api.Test;

/** WSAIoctl: what is in the structures, which no script can look into. */
class ControlCallsTest extends WinsockContract {
    private final IntRef bytes = new IntRef();
    private final MemorySegment in = Arena.ofAuto().allocate(64, 8);
    private final MemorySegment out = Arena.ofAuto().allocate(8192, 8);

    private int control(SocketHandle s, int code, int inLength, int outLength) {
        int result = Winsock.WSAIoctl(s, code, in, inLength, out, outLength, bytes, null, null);
        return result == 0 ? 0 : Winsock.WSAGetLastError();
    }

    @Test // I29
    void addressListPointsToTheAddressesOfTheInterfaces() throws Exception {
        assertThat(control(socket(), Constants.SIO_ADDRESS_LIST_QUERY, 0, 8192)).isZero();
        int count = out.get(JAVA_INT, 0);
        assertThat(count).isPositive();
        assertThat(bytes.value).isEqualTo(8 + count * (16 + Sockaddr.SIZE_V4));
        Set<InetAddress> ours =
                NetworkInterface.networkInterfaces()
                        .flatMap(NetworkInterface::inetAddresses)
                        .collect(Collectors.toSet());
        for (int i = 0; i < count; i++) {
            long at = out.get(JAVA_LONG, 8 + 16L * i) - out.address();
            int length = out.get(JAVA_INT, 16 + 16L * i);
            Sockaddr address = new Sockaddr();
            address.read(out.asSlice(at, length), length);
            assertThat(ours).contains(address.toInetSocketAddress().getAddress());
        }
    }

    @Test // I27
    void addressListThatDoesNotFitTellsItsSizeAndWritesNothing() {
        SocketHandle s = socket(Constants.AF_INET6, Constants.SOCK_STREAM);
        out.fill((byte) 0x5A);
        assertThat(control(s, Constants.SIO_ADDRESS_LIST_QUERY, 0, 8))
                .isEqualTo(WinsockError.WSAEFAULT);
        int needed = bytes.value;
        assertThat(out.get(JAVA_INT, 0)).isEqualTo(0x5A5A5A5A);
        assertThat(control(s, Constants.SIO_ADDRESS_LIST_QUERY, 0, needed)).isZero();
        assertThat(bytes.value).isEqualTo(needed);
    }

    @Test // I31
    void interfaceListHasTheLoopbackInterfaceWithItsMask() {
        assertThat(control(socket(), Constants.SIO_GET_INTERFACE_LIST, 0, 8192)).isZero();
        assertThat(bytes.value).isPositive().satisfies(size -> assertThat(size % 76).isZero());
        List<String> found = new ArrayList<>();
        for (long at = 0; at < bytes.value; at += 76) {
            int flags = out.get(JAVA_INT_UNALIGNED, at);
            Sockaddr address = new Sockaddr();
            Sockaddr mask = new Sockaddr();
            address.read(out.asSlice(at + 4, 16), 16);
            mask.read(out.asSlice(at + 52, 16), 16);
            found.add(address + " " + mask + ((flags & 5) == 5 ? " up, loopback" : ""));
        }
        assertThat(found).contains("127.0.0.1:0 255.0.0.0:0 up, loopback");
    }

    @Test // I39
    void routeToLoopbackBeginsAtLoopback() {
        Sockaddr.of(new InetSocketAddress("127.0.0.2", 80)).write(in);
        assertThat(control(socket(), Constants.SIO_ROUTING_INTERFACE_QUERY, 16, 16)).isZero();
        Sockaddr from = new Sockaddr();
        from.read(out, 16);
        assertThat(from.toInetSocketAddress().getAddress().isLoopbackAddress()).isTrue();
        assertThat(from.port()).isZero();
    }

    @Test // I44
    void tcpInfoKnowsTheStateOnEveryEngine() throws Exception {
        Pair pair = pair(port(0), 1);
        assertThat(control(pair.server(), Constants.SIO_TCP_INFO, 4, 256)).isZero();
        assertThat(bytes.value).isEqualTo(88);
        assertThat(out.get(JAVA_INT, 0)).isEqualTo(TcpInfo.State.ESTABLISHED.ordinal());
        pair.client().shutdownOutput();
        Io end = new Io(10);
        assertStarts(receive(pair.server(), end));
        until("the end is there", end::hasCompleted);
        assertThat(control(pair.server(), Constants.SIO_TCP_INFO, 4, 256)).isZero();
        assertThat(out.get(JAVA_INT, 0)).isEqualTo(TcpInfo.State.CLOSE_WAIT.ordinal());
    }

    @Test // I42
    void baseHandleIsNotToldLate() {
        SocketHandle s = socket();
        CompletionPort port = port(1);
        associate(s, port, 5);
        assertThat(control(s, Constants.SIO_BASE_HANDLE, 0, 8)).isZero();
        assertThat(out.get(JAVA_LONG, 0)).isEqualTo(s.value());
        out.set(JAVA_LONG, 0, 0);
        Overlapped o = new Overlapped();
        int code = Constants.SIO_BASE_HANDLE;
        assertThat(Winsock.WSAIoctl(s, code, null, 0, out, 8, bytes, o, null)).isNotZero();
        assertPends(Winsock.WSAGetLastError());
        assertThat(next(port))
                .isEqualTo(new Packet(false, WinsockError.ERROR_NOT_SUPPORTED, 0, 5, o));
        assertThat(out.get(JAVA_LONG, 0)).isZero();
    }

    @Test // I51
    void outputThatCannotBeWrittenIsAsGoodAsNone() {
        MemorySegment locked = out.asReadOnly();
        SocketHandle s = socket();
        int[] codes = {Constants.FIONREAD, Constants.SIOCATMARK, Constants.SIO_BASE_HANDLE};
        for (int code : codes) {
            assertThat(Winsock.WSAIoctl(s, code, null, 0, locked, 64, bytes, null, null))
                    .isNotZero();
            assertThat(Winsock.WSAGetLastError()).isEqualTo(WinsockError.WSAEFAULT);
        }
        assertSucceeds(
                Winsock.WSAIoctl(s, Constants.FIONBIO, in, 4, locked, 64, bytes, null, null));
    }

    @Test
    void tcpInfoKnowsStateAndBytesOfAConnection() throws Exception {
        assumeTrue(Engines.current().name().equals("uring"), "the engine knows nothing of TCP");
        SocketHandle s = pair(port(0), 1).server();
        assertThat(control(s, Constants.SIO_TCP_INFO, 4, 256)).isZero();
        assertThat(bytes.value).isEqualTo(88);
        assertThat(out.get(JAVA_INT, 0)).isEqualTo(TcpInfo.State.ESTABLISHED.ordinal());
        assertThat(out.get(JAVA_INT, 4)).as("segment size").isGreaterThan(500);
        assertStarts(send(s, new Io("twelve bytes")));
        assertThat(control(s, Constants.SIO_TCP_INFO, 4, 256)).isZero();
        assertThat(out.get(JAVA_LONG, 48)).as("bytes out").isEqualTo(12);
    }

    @Test
    void tcpInfoNeedsAConnectionAndAKnownVersion() throws Exception {
        assertThat(control(socket(), Constants.SIO_TCP_INFO, 4, 256))
                .isEqualTo(WinsockError.WSAENOTCONN);
        in.set(JAVA_INT, 0, 7);
        assertThat(control(pair(port(0), 1).server(), Constants.SIO_TCP_INFO, 4, 256))
                .isEqualTo(WinsockError.WSAEOPNOTSUPP);
    }

    @Test // I48: registered I/O is not there yet
    void tableOfFunctionsIsForRegisteredIoOnly() {
        Constants.WSAID_ACCEPTEX.write(in);
        int code = Constants.SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER;
        assertThat(control(socket(), code, 16, 256)).isEqualTo(WinsockError.WSAEINVAL);
    }

    @Test
    void addressListChangeWaitsForItsCancel() throws Exception {
        SocketHandle s = socket();
        Worker<Integer> waiting =
                onThread(() -> control(s, Constants.SIO_ADDRESS_LIST_CHANGE, 0, 0));
        until("waits", () -> Kernel32.CancelIoEx(s, null));
        assertThat(waiting.result()).isEqualTo(WinsockError.WSA_OPERATION_ABORTED);
    }

    /** A datagram socket whose peer has just closed its port, and has been sent something. */
    private SocketHandle unreachable() throws Exception {
        SocketHandle s = socket(Constants.AF_INET, Constants.SOCK_DGRAM);
        try (DatagramSocket peer = new DatagramSocket(0)) {
            assertSucceeds(Winsock.connect(s, loopback(peer.getLocalPort()), Sockaddr.SIZE_V4));
        }
        return s;
    }

    @Test
    void closedPortOfAPeerIsAnErrorUnlessTheProgramWantsNoSuchErrors() throws Exception {
        SocketHandle told = unreachable();
        assertStarts(send(told, new Io("x")));
        Io failing = new Io(10);
        int error = receive(told, failing);
        if (error == WinsockError.ERROR_IO_PENDING) {
            until("ended", failing::hasCompleted);
            error = NtStatus.toWinsock(failing.internal());
        }
        assertThat(error).isEqualTo(WinsockError.WSAECONNRESET);

        SocketHandle spared = unreachable();
        in.set(JAVA_INT, 0, 0);
        assertThat(control(spared, Constants.SIO_UDP_CONNRESET, 4, 0)).isZero();
        Io pending = new Io(10);
        assertPends(receive(spared, pending));
        for (int i = 0; i < 20; i++) {
            assertStarts(send(spared, new Io("x")));
        }
        assertThat(pending.hasCompleted()).isFalse();
        assertThat(Kernel32.CancelIoEx(spared, pending)).isTrue();
        until("cancelled", pending::hasCompleted);
        assertThat(pending.internal()).isEqualTo(NtStatus.STATUS_CANCELLED);
    }

    @Test
    void registeredFunctionIsServedUnderItsOwnGuid() {
        Guid guid = Guid.of("6c617077-696e-672d-7465-737400000001");
        Supplier<String> function = () -> "mine";
        Extension.register(guid, function);
        assertThat(Extension.load(socket(), guid, Supplier.class)).isSameAs(function);
        assertThatThrownBy(() -> Extension.register(guid, function))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(guid.toString());
        assertThatThrownBy(() -> Extension.register(Constants.WSAID_ACCEPTEX, function))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
