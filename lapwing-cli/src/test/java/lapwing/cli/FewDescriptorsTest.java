package lapwing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The gateway with {@code ulimit -n 256} and far more clients than that allows. */
class FewDescriptorsTest {
    private static final List<String> LIMITED =
            List.of("sh", "-c", "ulimit -n 256; exec \"$@\"", "sh");

    @Test
    void connectionsThatHaveADescriptorKeepWorkingAndOthersComeLater() throws Exception {
        List<Socket> clients = new ArrayList<>();
        try (ServerSocket backend = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
                GatewayProcess gateway =
                        GatewayProcess.start(
                                LIMITED,
                                "--listen",
                                "127.0.0.1:0",
                                "--to",
                                "127.0.0.1:" + backend.getLocalPort(),
                                "--first-data",
                                "none",
                                "--max-connections",
                                "1000")) {
            Thread.ofVirtual().start(() -> echo(backend));
            int port = gateway.port();
            for (int i = 0; i < 20; i++) {
                Socket client = connect(port);
                assertThat(answers(client)).isTrue();
                clients.add(client);
            }
            List<Socket> tooMany = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                tooMany.add(connect(port));
            }
            for (Socket client : clients) {
                assertThat(answers(client)).isTrue();
            }
            for (Socket client : tooMany) {
                client.close();
            }
            for (int i = 0; i < 20; i++) {
                assertThat(isServedInTime(port)).isTrue();
            }
            for (Socket client : clients) {
                assertThat(answers(client)).isTrue();
                client.close();
            }
            assertThat(gateway.stop()).isZero();
        }
    }

    private static Socket connect(int port) throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
        client.setSoTimeout(20_000);
        return client;
    }

    /**
     * Tries until the gateway has got its descriptors back: it may still refuse somebody before.
     */
    private static boolean isServedInTime(int port) {
        long end = System.nanoTime() + 20_000_000_000L;
        while (System.nanoTime() - end < 0) {
            try (Socket client = connect(port)) {
                if (answers(client)) {
                    return true;
                } // else there was no descriptor for its backend
            } catch (IOException e) {
                Thread.onSpinWait(); // refused for want of a descriptor
            }
        }
        return false;
    }

    private static boolean answers(Socket client) throws IOException {
        client.getOutputStream().write('x');
        return client.getInputStream().read() == 'x';
    }

    private static void echo(ServerSocket backend) {
        while (!backend.isClosed()) {
            try {
                Socket socket = backend.accept();
                Thread.ofVirtual().start(() -> echo(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private static void echo(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException e) {
            // the client is gone
        }
    }
}
