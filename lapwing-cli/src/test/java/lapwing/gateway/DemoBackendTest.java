package lapwing.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DemoBackendTest {
    private static Gateway gateway(DemoBackend demo) throws IOException {
        return new Setup()
                .to(demo.address())
                .header(GatewayConfig.Header.PROXY_V2_WITH_FACTS)
                .firstData("required")
                .start();
    }

    @Test
    void pageTellsAddressesAndFirstData() throws Exception {
        try (DemoBackend demo = DemoBackend.start(Duration.ofSeconds(5));
                Gateway gateway = gateway(demo);
                Socket client = Setup.connect(gateway)) {
            String request = "GET /x HTTP/1.1\r\nHost: demo\r\nConnection: close\r\n\r\n";
            client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String page =
                    new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(page)
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("127.0.0.1:" + client.getLocalPort())
                    .contains(HostPort.text(gateway.address()))
                    .contains(request.length() + " bytes came with AcceptEx")
                    .contains("GET /x HTTP/1.1, number 1 on this connection");
        }
    }

    @Test
    void keptConnectionIsAnsweredAgain() throws Exception {
        try (DemoBackend demo = DemoBackend.start(Duration.ofSeconds(5));
                Gateway gateway = gateway(demo);
                Socket client = Setup.connect(gateway)) {
            byte[] request =
                    "GET / HTTP/1.1\r\nHost: demo\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            for (int i = 1; i <= 3; i++) {
                client.getOutputStream().write(request);
                assertThat(lineWith("request:", client))
                        .contains("number " + i + " on this connection");
                lineWith("With --to", client); // the last one
            }
            assertThat(gateway.totals().accepted()).isEqualTo(1);
        }
    }

    private static String lineWith(String text, Socket client) throws IOException {
        String line = TestBackend.readLine(client.getInputStream());
        while (line != null && !line.contains(text)) {
            line = TestBackend.readLine(client.getInputStream());
        }
        assertThat(line).isNotNull();
        return line;
    }

    @Test
    void requestThatNeverEndsIsCutOff() throws Exception {
        try (DemoBackend demo = DemoBackend.start(Duration.ofMillis(200));
                Gateway gateway = gateway(demo);
                Socket client = Setup.connect(gateway)) {
            client.getOutputStream().write('G');
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void headTooLargeIsRefused() throws Exception {
        try (DemoBackend demo = DemoBackend.start(Duration.ofSeconds(5));
                Gateway gateway = gateway(demo);
                Socket client = Setup.connect(gateway)) {
            client.getOutputStream()
                    .write("x".repeat(16 << 10).getBytes(StandardCharsets.US_ASCII));
            assertThat(TestBackend.readLine(client.getInputStream())).startsWith("HTTP/1.1 431");
        }
    }

    @Test
    void strangerWithoutTheHeaderIsNotAnswered() throws Exception {
        try (DemoBackend demo = DemoBackend.start(Duration.ofSeconds(5));
                Socket stranger =
                        new Socket(demo.address().getAddress(), demo.address().getPort())) {
            stranger.setSoTimeout(10_000);
            stranger.getOutputStream()
                    .write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(stranger.getInputStream().read()).isEqualTo(-1);
        }
    }
}
