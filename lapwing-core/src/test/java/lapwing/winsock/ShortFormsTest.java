package lapwing.winsock;

import static lapwing.winsock.Constants.*;
import static lapwing.winsock.Kernel32.*;
import static lapwing.winsock.Winsock.*;
import static lapwing.winsock.WinsockError.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Winsock's headers have, and calls that leave out what is always the same. */
class ShortFormsTest extends WinsockContract {
    @Test // P1
    void invalidHandleValueMakesAPort() {
        CompletionPort port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, null, 0, 1);
        assertThat(port).isNotNull();
        assertThat(CloseHandle(port)).isTrue();
        assertThat(CloseHandle(INVALID_HANDLE_VALUE)).isFalse();
        assertThat(GetLastError()).isEqualTo(ERROR_INVALID_HANDLE);
    }

    @Test
    void invalidEventIsNoHandle() {
        assertThat(WaitForSingleObject(WSA_INVALID_EVENT, 0)).isEqualTo(WAIT_FAILED);
        assertThat(GetLastError()).isEqualTo(ERROR_INVALID_HANDLE);
    }

    @ParameterizedTest
    @CsvSource({"0, 0.0.0.0", "0x7F000001, 127.0.0.1", "0xC0A80102, 192.168.1.2"})
    void addressIsWrittenAsAnUnsignedNumber(String number, String host) {
        int address = Long.decode(number).intValue();
        assertThat(Sockaddr.of(address, 7777))
                .isEqualTo(Sockaddr.of(new InetSocketAddress(host, 7777)));
    }

    @Test
    void addressesAreThoseOfTheHeader() {
        assertThat(Sockaddr.of(INADDR_ANY, 0).isWildcard()).isTrue();
        assertThat(Sockaddr.of(INADDR_LOOPBACK, 1)).hasToString("127.0.0.1:1");
        assertThat(Sockaddr.of(INADDR_BROADCAST, 2)).hasToString("255.255.255.255:2");
        assertThat(INADDR_NONE).isEqualTo(INADDR_BROADCAST);
        assertThatThrownBy(() -> Sockaddr.of(INADDR_LOOPBACK, 65536))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void unresolvedAddressIsRefusedWithItsHost() {
        assertThatThrownBy(
                        () -> Sockaddr.of(InetSocketAddress.createUnresolved("no.such.host", 80)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no.such.host")
                .hasMessageContaining("InetAddress.getByName");
    }

    @Test
    void lengthOfAnAddressIsItsOwn() throws Exception {
        SocketHandle listener = socket();
        assertSucceeds(bind(listener, Sockaddr.of(INADDR_LOOPBACK, 0)));
        assertSucceeds(listen(listener, 5));
        SocketHandle client = socket();
        assertSucceeds(Winsock.connect(client, name(listener)));
        assertThat(bind(socket(), null)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(WSAEFAULT);
        assertThat(Winsock.connect(socket(), null)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(WSAEFAULT);
    }

    @Test // S7
    void numberIsAnOptionsValue() {
        SocketHandle s = socket();
        IntRef value = new IntRef(7);
        assertSucceeds(getsockopt(s, IPPROTO_TCP, TCP_NODELAY, value));
        assertThat(value.value).isZero();
        assertSucceeds(setsockopt(s, IPPROTO_TCP, TCP_NODELAY, 1));
        assertSucceeds(getsockopt(s, IPPROTO_TCP, TCP_NODELAY, value));
        assertThat(value.value).isEqualTo(1);
    }

    @Test
    void lingerIsTwoHalvesOfANumber() {
        SocketHandle s = socket();
        IntRef value = new IntRef();
        assertSucceeds(setsockopt(s, SOL_SOCKET, SO_LINGER, 1 | 5 << 16));
        assertSucceeds(getsockopt(s, SOL_SOCKET, SO_LINGER, value));
        assertThat(value.value).isEqualTo(1 | 5 << 16);
    }

    @Test
    void refusedOptionLeavesTheNumberAlone() {
        SocketHandle s = socket();
        IntRef value = new IntRef(7);
        assertThat(getsockopt(s, IPPROTO_TCP, 0x7777, value)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(WSAENOPROTOOPT);
        assertThat(value.value).isEqualTo(7);
        assertThat(getsockopt(s, IPPROTO_TCP, TCP_NODELAY, (IntRef) null)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(WSAEFAULT);
    }

    @Test // A24 A44
    void listenerItselfUpdatesTheContext() throws Exception {
        CompletionPort port = port(0);
        SocketHandle listener = listener();
        associate(listener, port, 1);
        SocketHandle accepted = socket();
        assertPends(accept(listener, accepted, new Io(2 * AREA)));
        try (Socket client = client(listener)) {
            assertThat(next(port).ok()).isTrue();
            Sockaddr peer = new Sockaddr();
            IntRef length = new IntRef(Sockaddr.SIZE_V6);
            assertThat(getpeername(accepted, peer, length)).isEqualTo(SOCKET_ERROR);
            assertSucceeds(setsockopt(accepted, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, listener));
            assertSucceeds(getpeername(accepted, peer, length));
            assertThat(peer.port()).isEqualTo(client.getLocalPort());
        }
    }

    @Test
    void handleIsNoValueOfAnotherOption() {
        SocketHandle s = socket();
        assertThat(setsockopt(s, IPPROTO_TCP, TCP_NODELAY, s)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(WSAENOPROTOOPT);
        assertThat(setsockopt(s, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, (SocketHandle) null))
                .isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(WSAENOTSOCK);
    }

    @Test
    void placesForResultsPrintWhatTheyHold() {
        Ref<String> ref = new Ref<>();
        assertThat(ref).hasToString("null");
        ref.value = "text";
        assertThat(ref).hasToString("text");
        LongRef number = new LongRef();
        number.value = 1L << 40;
        assertThat(number).hasToString("1099511627776");
        assertThat(new IntRef(-5)).hasToString("-5");
    }

    @Test
    void operationPrintsHowItStands() throws Exception {
        CompletionPort port = port(0);
        assertThat(new Overlapped()).hasToString("Overlapped: STATUS_SUCCESS, 0 bytes");
        Pair pair = pair(port, 7);
        Io io = new Io(10);
        assertPends(receive(pair.server(), io));
        assertThat(io).hasToString("Io: STATUS_PENDING");
        assertThat(io.buffers[0]).hasToString("10 of 10 bytes");
        write(pair.client(), "hello");
        OverlappedEntry[] entries = OverlappedEntry.array(1);
        assertThat(GetQueuedCompletionStatusEx(port, entries, 1, new IntRef(), LIMIT, false))
                .isTrue();
        assertThat(entries[0])
                .hasToString("key 7, STATUS_SUCCESS, 5 bytes, Io: STATUS_SUCCESS, 5 bytes");
    }
}
