package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WSAGetLastError and GetLastError: one place, and each thread its own. */
class ThreadErrorTest extends WinsockContract {
    @ParameterizedTest // DOC WSAGetLastError: per thread
    @ValueSource(booleans = {false, true})
    void eachThreadHasItsOwnLastError(boolean virtual) throws Exception {
        SocketHandle unbound = socket();
        SocketHandle closed = socket();
        assertSucceeds(Winsock.closesocket(closed));
        CyclicBarrier together = new CyclicBarrier(3);
        Worker<Integer> one =
                onThread(
                        virtual,
                        () -> {
                            assertThat(Winsock.WSAGetLastError()).isZero();
                            together.await(LIMIT, TimeUnit.MILLISECONDS);
                            assertThat(Winsock.listen(unbound, 1)).isEqualTo(-1);
                            together.await(LIMIT, TimeUnit.MILLISECONDS);
                            return Winsock.WSAGetLastError();
                        });
        Worker<Integer> two =
                onThread(
                        virtual,
                        () -> {
                            together.await(LIMIT, TimeUnit.MILLISECONDS);
                            assertThat(Winsock.listen(closed, 1)).isEqualTo(-1);
                            together.await(LIMIT, TimeUnit.MILLISECONDS);
                            return Kernel32.GetLastError();
                        });
        Winsock.WSASetLastError(4711);
        together.await(LIMIT, TimeUnit.MILLISECONDS);
        together.await(LIMIT, TimeUnit.MILLISECONDS);
        assertThat(one.result()).isEqualTo(WinsockError.WSAEINVAL);
        assertThat(two.result()).isEqualTo(WinsockError.WSAENOTSOCK);
        assertThat(Winsock.WSAGetLastError()).isEqualTo(4711);
        assertThat(Kernel32.GetLastError()).isEqualTo(4711);
    }
}
