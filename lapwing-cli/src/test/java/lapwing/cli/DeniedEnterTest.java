package lapwing.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A system call filter that lets rings be made and denies {@code io_uring_enter} (426) alone. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DeniedEnterTest {
    private static final List<String> DENIED =
            List.of(
                    "python3",
                    "-c",
                    """
                    import ctypes, os, struct, sys
                    steps = [(0x20, 0, 0, 0), (0x15, 0, 1, 426), (6, 0, 0, 0x50001), (6, 0, 0, 0x7fff0000)]
                    code = ctypes.create_string_buffer(b''.join(struct.pack('HBBI', *s) for s in steps))
                    program = struct.pack('HxxxxxxP', len(steps), ctypes.addressof(code))
                    libc = ctypes.CDLL(None)
                    assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, program, 0, 0) == 0
                    os.execvp(sys.argv[1], sys.argv[1:])
                    """);

    @Test
    void selectorsDoTheWork() throws Exception {
        try (ServerSocket backend = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                GatewayProcess gateway =
                        GatewayProcess.start(
                                DENIED,
                                "--listen",
                                "127.0.0.1:0",
                                "--to",
                                "127.0.0.1:" + backend.getLocalPort());
                Socket client = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            client.getOutputStream().write('x');
            try (Socket served = backend.accept()) {
                assertThat(served.getInputStream().read()).isEqualTo('x');
            }
            gateway.awaitError("because io_uring is not to be had: io_uring_enter");
            assertThat(gateway.errors()).contains("EPERM", "seccomp");
        }
    }

    @Test
    void engineThatIsWantedAllTheSameIsRefusedWithTheCall() {
        assertThatThrownBy(() ->
                        GatewayProcess.start(
                                DENIED,
                                "--listen",
                                "127.0.0.1:0",
                                "--to",
                                "127.0.0.1:1",
                                "--engine",
                                "uring"))
                .hasMessageContaining("io_uring_enter")
                .hasMessageContaining("seccomp");
    }
}
