package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import lapwing.socket.TimedWaitDelay;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TcpTimedWaitDelay, and what can be asked about TIME_WAIT: W1, W3, W4, W8, D25. */
class TimedWaitTest extends WinsockContract {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @AfterEach
    void leaveTheDefault() {
        TimedWait.setTcpTimedWaitDelay(0);
    }

    private static void assertEnds(CompletionPort port, Overlapped overlapped) {
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 0, 1, overlapped));
    }

    @ParameterizedTest // W1
    @ValueSource(ints = {-1, 301, Integer.MAX_VALUE})
    void delayOutsideTheRangeIsRefusedAndChangesNothing(int seconds) {
        TimedWait.setTcpTimedWaitDelay(300);
        assertThatThrownBy(() -> TimedWait.setTcpTimedWaitDelay(seconds))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("TcpTimedWaitDelay " + seconds + ": seconds from 0 to 300");
        assertThat(TimedWait.tcpTimedWaitDelay()).isEqualTo(300);
    }

    @ParameterizedTest // W1
    @CsvSource({"0,0", "7,7", "300,300", "301,-1", "-1,-1", "'',-1", "2s,-1", "99999999999,-1"})
    void propertyIsANumberOfSeconds(String text, int seconds) {
        assertThat(TimedWaitDelay.parse(text)).isEqualTo(seconds);
    }

    @Test // W3 W8: without a setting a reused handle is free at once, whoever has closed first
    void byDefaultNothingIsHeldBack() throws Exception {
        CompletionPort port = port(0);
        for (int i = 0; i < 20; i++) {
            Pair pair = pair(port, 1);
            Overlapped end = new Overlapped();
            long start = System.nanoTime();
            assertPends(disconnect(pair.server(), end));
            pair.client().close();
            assertEnds(port, end);
            assertThat(System.nanoTime() - start).isLessThan(SECOND * 10);
        }
    }

    @ParameterizedTest // D25 W3: the side that closes first; W8: emulated
    @ValueSource(booleans = {false, true})
    void sideThatClosesFirstIsHeldBack(boolean shutBefore) throws Exception {
        TimedWait.setTcpTimedWaitDelay(1);
        CompletionPort port = port(0);
        Pair pair = pair(port, 1);
        if (shutBefore) {
            assertSucceeds(Winsock.shutdown(pair.server(), Constants.SD_SEND));
            pair.client().close();
            assertThat(Winsock.recv(pair.server(), new Io(1).memory, 1, 0)).isZero();
        }
        Overlapped end = new Overlapped();
        long start = System.nanoTime();
        assertPends(disconnect(pair.server(), end));
        pair.client().close();
        assertEnds(port, end);
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(SECOND);
        SocketHandle listener = listener();
        associate(listener, port, 2);
        Io io = new Io(2 * AREA);
        assertPends(accept(listener, pair.server(), io)); // D18
        client(listener);
        assertThat(next(port)).isEqualTo(new Packet(true, 0, 0, 2, io));
    }

    @Test // D25, and C20: a ConnectEx socket is held back as well
    void connectedSideThatClosesFirstIsHeldBack() throws Exception {
        TimedWait.setTcpTimedWaitDelay(1);
        CompletionPort port = port(0);
        SocketHandle listener = listener();
        SocketHandle socket = bound();
        associate(socket, port, 1);
        Overlapped overlapped = new Overlapped();
        assertPends(connect(socket, name(listener), overlapped));
        assertEnds(port, overlapped);
        SocketHandle other = Winsock.accept(listener, null, null);
        long start = System.nanoTime();
        assertPends(disconnect(socket, overlapped));
        assertSucceeds(Winsock.closesocket(other));
        assertEnds(port, overlapped);
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(SECOND);
        assertPends(connect(socket, name(listener), overlapped)); // D21
        assertEnds(port, overlapped);
    }

    @ParameterizedTest // W3: only the active closer; a reset leaves no TIME_WAIT
    @CsvSource({"false", "true"})
    void peerThatClosesFirstAndAResetHoldNothingBack(boolean reset) throws Exception {
        TimedWait.setTcpTimedWaitDelay(300);
        CompletionPort port = port(0);
        Pair pair = pair(port, 1);
        if (reset) {
            reset(pair.client());
        } else {
            pair.client().close();
        }
        Io io = new Io(1); // the end or the error has come
        if (receive(pair.server(), io) == WinsockError.ERROR_IO_PENDING || !reset) {
            assertThat(next(port).overlapped()).isSameAs(io);
        }
        Overlapped end = new Overlapped();
        assertPends(disconnect(pair.server(), end));
        assertEnds(port, end);
    }

    @Test // W3: also if the program has not read the peer's end yet
    void peersEndThatIsUnreadCounts() throws Exception {
        TimedWait.setTcpTimedWaitDelay(300);
        CompletionPort port = port(0);
        Pair pair = pair(port, 1);
        Io nothing = new Io(0); // waits for something to come and takes nothing
        pair.client().close();
        assertStarts(receive(pair.server(), nothing));
        assertThat(next(port).overlapped()).isSameAs(nothing);
        Overlapped end = new Overlapped();
        assertPends(disconnect(pair.server(), end));
        assertEnds(port, end);
    }

    @Test // O12 O15 A30: what is held back can be cancelled, and its socket closed
    void heldBackDisconnectCanBeCancelledAndClosed() throws Exception {
        TimedWait.setTcpTimedWaitDelay(300);
        CompletionPort port = port(0);
        Pair pair = pair(port, 1);
        Overlapped end = new Overlapped();
        Packet aborted = new Packet(false, WinsockError.ERROR_OPERATION_ABORTED, 0, 1, end);
        for (int i = 0; i < 3; i++) {
            assertPends(disconnect(pair.server(), end));
            pair.client().close();
            assertThat(next(port, 100).error()).isEqualTo(WinsockError.WAIT_TIMEOUT);
            if (i < 2) {
                assertThat(Kernel32.CancelIoEx(pair.server(), end)).isTrue();
            } else {
                assertSucceeds(Winsock.closesocket(pair.server()));
            }
            assertThat(next(port)).isEqualTo(aborted);
        }
        assertEmpty(port);
    }

    @Test // D9 D25: without an Overlapped the call itself takes that long
    void waitingDisconnectIsHeldBack() throws Exception {
        TimedWait.setTcpTimedWaitDelay(1);
        Pair pair = pair(port(0), 1);
        onThread(() -> {
            drain(pair.client()); // ends with our FIN
            pair.client().close();
            return null;
        });
        long start = System.nanoTime();
        assertThat(DISCONNECT_EX.call(pair.server(), null, Constants.TF_REUSE_SOCKET, 0)).isTrue();
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(SECOND);
    }

    /** A port of 127.0.0.1 that the system chooses may have served an earlier test's clients. */
    private static InetSocketAddress addressOfNobodyElse() throws UnknownHostException {
        byte[] address = {127, 0, 0, 0};
        for (int i = 1; i < address.length; i++) {
            address[i] = (byte) ThreadLocalRandom.current().nextInt(1, 255);
        }
        return new InetSocketAddress(InetAddress.getByAddress(address), 0);
    }

    @Test // W3 W4 W8: the client has closed first
    void socketsAndPortsOfThisMachineCanBeAsked() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/net/tcp")), "no /proc/net/tcp");
        SocketHandle listener = socket();
        Sockaddr fresh = Sockaddr.of(addressOfNobodyElse());
        assertSucceeds(Winsock.bind(listener, fresh, Sockaddr.SIZE_V4));
        assertSucceeds(Winsock.listen(listener, 500));
        InetSocketAddress peer = name(listener).toInetSocketAddress();
        assertThat(TimedWait.sockets(peer)).isZero();
        int tries = 0;
        while (TimedWait.sockets(peer) == 0) { // a full machine lets go of some at once (W4)
            assertThat(++tries).isLessThan(1000);
            java.net.Socket client = client(listener);
            SocketHandle server = Winsock.accept(listener, null, null);
            client.close();
            assertThat(Winsock.recv(server, new Io(1).memory, 1, 0)).isZero();
            assertSucceeds(Winsock.closesocket(server));
        }
        assertThat(TimedWait.sockets(peer)).isLessThanOrEqualTo(tries);
        assertThat(TimedWait.sockets()).isPositive();
        assertThat(TimedWait.portsLeft(peer)).isBetween(1, 65535);
        assertThat(TimedWait.busiestPeer()).isNotNull();
    }
}
