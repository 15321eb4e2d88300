package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ConnectEx with data: who sends it, and when. */
class ConnectDataTest extends WinsockContract {
    private static final long KEY = 8;

    @ParameterizedTest // O34: the system sends what a call has taken, no thread of the program does
    @CsvSource({"1", "4096"})
    void dataOfAnotherThreadLeavesWhileTheLeaderComputes(int length) throws Exception {
        CompletionPort port = port(1);
        int early = 0;
        for (int i = 0; i < 20; i++) {
            lead(port);
            boolean leads = port.port.loop().lead().isCallers();
            try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
                server.setSoTimeout(LIMIT);
                SocketHandle s = bound();
                associate(s, port, KEY);
                Sockaddr to = Sockaddr.of((InetSocketAddress) server.getLocalSocketAddress());
                Io data = new Io(length);
                Worker<Integer> other =
                        onThread(() ->
                                CONNECT_EX.call(s, to, to.length(), data.memory, length, null, data)
                                        ? 0
                                        : Winsock.WSAGetLastError());
                try (Socket peer = server.accept()) { // for the supervisor it computes
                    peer.setSoTimeout(LIMIT);
                    assertThat(peer.getInputStream().readNBytes(length)).hasSize(length);
                    early += !leads || port.port.loop().lead().isCallers() ? 1 : 0;
                }
                assertPends(other.result());
                assertThat(next(port)).isEqualTo(new Packet(true, 0, length, KEY, data));
                assertSucceeds(Winsock.closesocket(s));
            }
        }
        assertThat(early).as("times the leader was not needed, of 20").isGreaterThan(10);
    }
}
