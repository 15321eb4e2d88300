package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** A port that is not made leaves no descriptor and no thread behind. */
class PortRefusedTest extends WinsockContract {
    private static final int TIMES = 50;

    private static void assertLeavesNothing(SocketHandle socket, int error) {
        int files = openFiles();
        Set<String> threads = threadNames();
        for (int i = 0; i < TIMES; i++) {
            assertThat(Kernel32.CreateIoCompletionPort(socket, null, 0, 1)).isNull();
            assertThat(Kernel32.GetLastError()).isEqualTo(error);
        }
        assertThat(openFiles()).isLessThan(files + TIMES); // those of former tests may be closed
        assertThat(threads).containsAll(threadNames());
    }

    @Test // P3
    void socketThatHasAPortGetsNoOther() {
        SocketHandle socket = socket();
        associate(socket, port(1), 0);
        assertLeavesNothing(socket, WinsockError.ERROR_INVALID_PARAMETER);
    }

    @Test
    void socketWithoutOverlappedOperationsGetsNoPort() {
        SocketHandle socket =
                Winsock.WSASocket(Constants.AF_INET, Constants.SOCK_STREAM, 0, null, 0, 0);
        closing(() -> Winsock.closesocket(socket));
        assertLeavesNothing(socket, WinsockError.ERROR_INVALID_PARAMETER);
    }

    @Test // P37
    void closedSocketGetsNoPort() {
        SocketHandle socket = socket();
        assertSucceeds(Winsock.closesocket(socket));
        assertLeavesNothing(socket, WinsockError.ERROR_INVALID_HANDLE);
    }

    @Test // P37
    void closedPortTakesNoSocket() {
        CompletionPort port = port(1);
        SocketHandle socket = socket();
        assertThat(Kernel32.CloseHandle(port)).isTrue();
        assertThat(Kernel32.CreateIoCompletionPort(socket, port, 0, 1)).isNull();
        assertThat(Kernel32.GetLastError()).isEqualTo(WinsockError.ERROR_INVALID_HANDLE);
        associate(socket, port(1), 0); // it can still get another
    }
}
