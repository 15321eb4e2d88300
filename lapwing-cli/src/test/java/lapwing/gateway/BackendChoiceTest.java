package lapwing.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackendChoiceTest {
    private static String ask(Gateway gateway, String line) throws IOException {
        try (Socket client = Setup.connect(gateway)) {
            TestBackend.writeLine(client.getOutputStream(), line);
            return TestBackend.readLine(client.getInputStream());
        }
    }

    @Test
    void backendsTakeTurns() throws IOException {
        try (TestBackend a = TestBackend.named("a");
                TestBackend b = TestBackend.named("b");
                Gateway gateway = new Setup().to(a, b).firstData("required").start()) {
            assertThat(List.of(ask(gateway, "1"), ask(gateway, "2"), ask(gateway, "3")))
                    .containsExactly("a got 1", "b got 2", "a got 3");
        }
    }

    @Test
    void nextBackendGetsTheSameFirstBlockWhenOneRefuses() throws IOException {
        try (TestBackend b = TestBackend.named("b");
                Gateway gateway =
                        new Setup()
                                .to(TestBackend.refusing())
                                .to(TestBackend.refusing())
                                .to(b)
                                .firstData("required")
                                .start()) {
            for (int i = 0; i < 10; i++) {
                assertThat(ask(gateway, "call " + i)).isEqualTo("b got call " + i);
            }
            assertThat(gateway.totals().connectFailed()).isGreaterThanOrEqualTo(10);
        }
    }

    @Test
    void clientIsClosedAtOnceWhenAllRefuse() throws IOException {
        try (Gateway gateway =
                        new Setup()
                                .to(TestBackend.refusing())
                                .to(TestBackend.refusing())
                                .firstData("required")
                                .start();
                Socket client = Setup.connect(gateway)) {
            TestBackend.writeLine(client.getOutputStream(), "anyone?");
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            Setup.until(gateway, t -> t.ended(End.NO_BACKEND) == 1);
            assertThat(gateway.totals().connectFailed()).isEqualTo(2);
        }
    }

    @Test
    void clientIsClosedWithoutFirstDataTooWhenAllRefuse() throws IOException {
        try (Gateway gateway = new Setup().to(TestBackend.refusing()).start();
                Socket client = Setup.connect(gateway)) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void backendThatDoesNotAnswerIsPassedOver() throws IOException {
        List<SocketChannel> queue = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                TestBackend b = TestBackend.named("b")) {
            // A listener that never accepts, with its queue filled up, lets SYNs go unanswered.
            for (int i = 0; i < 8; i++) {
                SocketChannel channel = SocketChannel.open();
                channel.configureBlocking(false);
                channel.connect(full.getLocalSocketAddress());
                queue.add(channel);
            }
            InetSocketAddress silent = (InetSocketAddress) full.getLocalSocketAddress();
            Setup setup = new Setup().to(silent).to(b).connectWithin(Duration.ofMillis(300));
            try (Gateway gateway = setup.firstData("required").start()) {
                assertThat(ask(gateway, "hello")).isEqualTo("b got hello");
                assertThat(gateway.totals().connectFailed()).isEqualTo(1);
            }
        } finally {
            for (SocketChannel channel : queue) {
                channel.close();
            }
        }
    }

    @Test
    void proxyHeaderTellsBothAddressesInFrontOfTheFirstBlock() throws IOException {
        try (TestBackend backend =
                        TestBackend.with((socket, in, out) -> {
                            byte[] header = in.readNBytes(ProxyHeader.V4);
                            int port = (header[24] & 0xFF) << 8 | (header[25] & 0xFF);
                            int gatewayPort = (header[26] & 0xFF) << 8 | (header[27] & 0xFF);
                            String line = TestBackend.readLine(in);
                            TestBackend.writeLine(out, port + " " + gatewayPort + " " + line);
                        });
                Gateway gateway =
                        new Setup()
                                .to(backend)
                                .header(GatewayConfig.Header.PROXY_V2)
                                .firstData("required")
                                .start();
                Socket client = Setup.connect(gateway)) {
            TestBackend.writeLine(client.getOutputStream(), "data");
            assertThat(TestBackend.readLine(client.getInputStream()))
                    .isEqualTo(client.getLocalPort() + " " + gateway.address().getPort() + " data");
        }
    }

    @Test
    void proxyHeaderGoesAloneWithoutFirstData() throws IOException {
        try (TestBackend backend =
                        TestBackend.with((socket, in, out) -> {
                            byte[] header = in.readNBytes(ProxyHeader.V4);
                            TestBackend.writeLine(out, "header of " + header.length);
                        });
                Gateway gateway =
                        new Setup().to(backend).header(GatewayConfig.Header.PROXY_V2).start();
                Socket client = Setup.connect(gateway)) {
            assertThat(TestBackend.readLine(client.getInputStream())).isEqualTo("header of 28");
        }
    }

    @Test
    void ipv6ClientGetsAnIpv6Header() throws IOException {
        try (TestBackend backend =
                        TestBackend.with((socket, in, out) -> {
                            byte[] header = in.readNBytes(ProxyHeader.V6);
                            TestBackend.writeLine(out, "family " + header[13]);
                        });
                Gateway gateway =
                        new Setup()
                                .host("::1")
                                .to(backend)
                                .header(GatewayConfig.Header.PROXY_V2)
                                .start();
                Socket client = Setup.connect(gateway)) {
            assertThat(TestBackend.readLine(client.getInputStream())).isEqualTo("family 33");
        }
    }
}
