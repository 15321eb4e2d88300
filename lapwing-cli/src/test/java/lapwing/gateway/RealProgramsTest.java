package lapwing.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs everybody has, through the gateway. */
class RealProgramsTest {
    @TempDir private Path directory;

    @Test
    void curlGetsTheDemoPageKeptAliveAndClosed() throws Exception {
        try (DemoBackend demo = DemoBackend.start(Duration.ofSeconds(5));
                Gateway gateway =
                        new Setup()
                                .to(demo.address())
                                .header(GatewayConfig.Header.PROXY_V2_WITH_FACTS)
                                .firstData("required")
                                .start()) {
            String url = "http://" + HostPort.text(gateway.address()) + "/";
            Program.Result kept =
                    Program.run(directory, "", "curl", "-sS", "--max-time", "20", url, url, url);
            assertThat(kept.status()).as(kept.output()).isZero();
            assertThat(kept.output())
                    .contains("number 1 on", "number 2 on", "number 3 on this connection");
            Program.Result closed =
                    Program.run(
                            directory,
                            "",
                            "curl",
                            "-sS",
                            "--max-time",
                            "20",
                            "-H",
                            "Connection: close",
                            url,
                            url);
            assertThat(closed.status()).as(closed.output()).isZero();
            assertThat(closed.output()).contains("number 1 on").doesNotContain("number 2 on");
            assertThat(gateway.totals().accepted()).isEqualTo(3);
        }
    }

    @Test
    void opensslTalksTlsToABackend() throws Exception {
        Program.Result made =
                Program.run(
                        directory,
                        "",
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-keyout",
                        "key.pem",
                        "-out",
                        "cert.pem",
                        "-days",
                        "1",
                        "-subj",
                        "/CN=localhost");
        assertThat(made.status()).as(made.output()).isZero();
        int port = freePort();
        Process server =
                start(
                        "openssl",
                        "s_server",
                        "-accept",
                        "127.0.0.1:" + port,
                        "-key",
                        "key.pem",
                        "-cert",
                        "cert.pem",
                        "-rev");
        try (Gateway gateway =
                new Setup().to(listening(server, port)).firstData("required").start()) {
            Program.Result client =
                    Program.run(
                            directory,
                            "lapwing\nCLOSE\n",
                            "openssl",
                            "s_client",
                            "-connect",
                            HostPort.text(gateway.address()),
                            "-quiet",
                            "-no_ign_eof");
            assertThat(client.output()).contains("CN").containsAnyOf("gniwpal", "localhost");
            assertThat(gateway.totals().accepted()).isEqualTo(1);
        } finally {
            server.destroyForcibly();
        }
    }

    @Test
    void sshSessionRunsACommand() throws Exception {
        Path sshd = Path.of(Program.find("sshd"));
        Program.find("ssh");
        key("host");
        key("user");
        Files.copy(directory.resolve("user.pub"), directory.resolve("authorized"));
        int port = freePort();
        Files.writeString(
                directory.resolve("sshd_config"),
                "Port %d\nListenAddress 127.0.0.1\nHostKey %s\nAuthorizedKeysFile %s\nStrictModes no\nPidFile none\nUsePAM no\n"
                        .formatted(
                                port, directory.resolve("host"), directory.resolve("authorized")));
        Process server =
                start(
                        sshd.toString(),
                        "-D",
                        "-e",
                        "-f",
                        directory.resolve("sshd_config").toString());
        try (Gateway gateway = new Setup().to(listening(server, port)).firstData("none").start()) {
            Program.Result client =
                    Program.run(
                            directory,
                            "",
                            "ssh",
                            "-p",
                            Integer.toString(gateway.address().getPort()),
                            "-i",
                            directory.resolve("user").toString(),
                            "-o",
                            "StrictHostKeyChecking=no",
                            "-o",
                            "UserKnownHostsFile=/dev/null",
                            "-o",
                            "BatchMode=yes",
                            "-o",
                            "ConnectTimeout=20",
                            "127.0.0.1",
                            "echo through the gateway; seq 1 20000 | tail -1");
            assertThat(client.output()).contains("through the gateway", "20000");
            assertThat(client.status()).isZero();
        } finally {
            server.destroyForcibly();
        }
    }

    private void key(String name) throws IOException, InterruptedException {
        Program.Result made =
                Program.run(
                        directory, "", "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", name);
        assertThat(made.status()).as(made.output()).isZero();
    }

    private Process start(String... command) throws IOException {
        List<String> words = new ArrayList<>(Arrays.asList(command));
        if (!words.getFirst().startsWith("/")) {
            words.set(0, Program.find(words.getFirst()));
        }
        return new ProcessBuilder(words)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("server.txt").toFile())
                .start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Waits until a server listens; a server that ends instead cannot run on this system. */
    private InetSocketAddress listening(Process server, int port) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        await().atMost(Duration.ofSeconds(15)).until(() -> !server.isAlive() || answers(address));
        assumeTrue(server.isAlive(), () -> "the server did not start: " + log());
        return address;
    }

    private static boolean answers(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("server.txt"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
