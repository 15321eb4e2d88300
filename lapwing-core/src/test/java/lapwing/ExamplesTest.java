package lapwing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import lapwing.winsock.Winsock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The examples are compiled and run with the commands that they name. */
@Timeout(120)
class ExamplesTest {
    private static final int LIMIT = 20_000;
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private final List<Process> started = new ArrayList<>();
    @TempDir private Path folder;

    @AfterEach
    void stop() throws InterruptedException {
        for (Process each : started) {
            each.destroyForcibly().waitFor();
        }
    }

    private static Path example(String name) {
        Path here = Path.of("").toAbsolutePath(); // the module's folder, or the repository's
        Path folder = here.resolve("examples");
        return (Files.isDirectory(folder) ? folder : here.resolveSibling("examples")).resolve(name);
    }

    private static String library() throws Exception {
        return Path.of(Winsock.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }

    /** An example under way, and what it prints. */
    private record Running(Process process, BufferedReader lines) {
        /** The port of the line that says where it listens. */
        int port() throws Exception {
            String line = lines.readLine();
            assertThat(line).startsWith("listening on 127.0.0.1:");
            return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
        }

        List<String> rest() throws Exception {
            List<String> all = lines.lines().toList();
            assertThat(process.waitFor(LIMIT, TimeUnit.MILLISECONDS)).isTrue();
            return all;
        }
    }

    private Running java(List<String> path, String name, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(path);
        command.add("-Dlapwing.engine=" + System.getProperty("lapwing.engine", "auto"));
        command.add(example(name).toString());
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        started.add(process);
        var in = new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII);
        return new Running(process, new BufferedReader(in));
    }

    private Running run(String name, String... arguments) throws Exception {
        return java(
                List.of("--enable-native-access=ALL-UNNAMED", "-cp", library()), name, arguments);
    }

    private static Socket client(int port) throws Exception {
        Socket client = new Socket(HERE, port);
        client.setSoTimeout(LIMIT);
        return client;
    }

    private static void exchange(Socket client, String line) throws Exception {
        byte[] text = line.getBytes(StandardCharsets.US_ASCII);
        client.getOutputStream().write(text);
        assertThat(client.getInputStream().readNBytes(text.length)).isEqualTo(text);
    }

    @Test
    void echoServerServesClientsAgainAndAgain() throws Exception {
        List<String> path =
                List.of(
                        "-p",
                        library(),
                        "--add-modules",
                        "lapwing",
                        "--enable-native-access=lapwing");
        Running server = java(path, "EchoServer.java", "0");
        int port = server.port();
        for (int i = 0; i < 200; i++) { // more than it has sockets
            try (Socket client = client(port)) {
                for (int n = 0; n < 3; n++) {
                    exchange(client, "line %d%n".formatted(i));
                }
                if (i % 10 == 3) {
                    client.setSoLinger(true, 0); // a reset must not cost it a socket
                } else {
                    client.shutdownOutput();
                    assertThat(client.getInputStream().read()).isEqualTo(-1);
                }
                assertThat(server.lines().readLine())
                        .isEqualTo("client 127.0.0.1:" + client.getLocalPort());
            }
        }
    }

    @Test
    void workersServeClientsBesideEachOtherAndEndWithTheirInput() throws Exception {
        Running server = run("Workers.java", "0", "3");
        int port = server.port();
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            clients.add(client(port));
        }
        for (int n = 0; n < 5; n++) {
            for (Socket client : clients) {
                exchange(client, "12345");
            }
        }
        for (Socket client : clients) {
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
            client.close();
            assertThat(server.lines().readLine()).isEqualTo("a client has had 25 bytes");
        }
        server.process().getOutputStream().close();
        assertThat(server.rest()).containsExactly("stopped");
    }

    @Test
    void clientHasItsAnswer() throws Exception {
        int port = run("Workers.java", "0").port();
        Running client = run("DeadlineClient.java", "127.0.0.1", "" + port, "hello", "20000");
        assertThat(client.rest()).containsExactly("hello");
        assertThat(client.process().exitValue()).isZero();
    }

    @Test
    void clientGivesUpAtItsDeadline() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, HERE)) {
            String port = "" + silent.getLocalPort();
            Running client = run("DeadlineClient.java", "127.0.0.1", port, "hello", "500");
            assertThat(client.rest())
                    .containsExactly("answer takes too long: ERROR_OPERATION_ABORTED");
            assertThat(client.process().exitValue()).isEqualTo(1);
        }
    }

    @Test
    void datagramsComeBack() throws Exception {
        int port = run("UdpEcho.java", "0").port();
        try (DatagramSocket client = new DatagramSocket()) {
            client.setSoTimeout(LIMIT);
            client.connect(HERE, port);
            for (int i = 1; i < 100; i++) {
                byte[] data = new byte[i];
                new Random(i).nextBytes(data);
                client.send(new DatagramPacket(data, i));
                DatagramPacket back = new DatagramPacket(new byte[200], 200);
                client.receive(back);
                assertThat(back.getLength()).isEqualTo(i);
                assertThat(back.getData()).startsWith(data);
            }
        }
    }

    @Test
    void filesComeWhole() throws Exception {
        byte[] large = new byte[3_000_000];
        new Random(4711).nextBytes(large);
        Files.write(folder.resolve("large"), large);
        Files.createFile(folder.resolve("empty"));
        int port = run("FileServer.java", "0", folder.toString()).port();
        for (int i = 0; i < 100; i++) { // more than it has sockets
            assertThat(get(port, "/large")).isEqualTo(answer("200 OK", large));
        }
        assertThat(get(port, "/empty")).isEqualTo(answer("200 OK", new byte[0]));
        assertThat(get(port, "/none")).isEqualTo(answer("404 Not Found", new byte[0]));
        assertThat(get(port, "/../x")).isEqualTo(answer("404 Not Found", new byte[0]));
    }

    private static byte[] get(int port, String path) throws Exception {
        try (Socket client = client(port)) {
            String request = "GET " + path + " HTTP/1.0\r\n\r\n";
            client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return client.getInputStream().readAllBytes();
        }
    }

    private static byte[] answer(String status, byte[] data) {
        String head = "HTTP/1.0 " + status + "\r\nContent-Length: " + data.length + "\r\n\r\n";
        int length = head.length();
        byte[] all = Arrays.copyOf(head.getBytes(StandardCharsets.US_ASCII), length + data.length);
        System.arraycopy(data, 0, all, length, data.length);
        return all;
    }

    @Test
    void optionsAreReadBack() throws Exception {
        assertThat(run("Options.java").rest())
                .containsExactly(
                        "TCP_NODELAY: 0 -> 1",
                        "SO_KEEPALIVE: 0 -> 1",
                        "TCP_KEEPIDLE: 7200 -> 30",
                        "SO_RCVTIMEO: 0 -> 500",
                        "SO_BROADCAST: WSAENOPROTOOPT",
                        "SO_PROTOCOL_INFOA: 372 bytes");
    }
}
