package lapwing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class GatewayCommandTest {
    /** What a command line has answered. */
    private record Answer(int status, String out, String err) {}

    private static Answer run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int status = line.execute(arguments);
        return new Answer(status, out.toString(), err.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "--listen, nonsense, HOST:PORT",
        "--listen, 127.0.0.1:99999, at most 65535",
        "--to, ::1:80, brackets",
        "--to, 127.0.0.1:0, needs a port",
        "--to, ',', is not HOST:PORT",
        "--to, '127.0.0.1:80,', is not HOST:PORT",
        "--to, ',127.0.0.1:80', is not HOST:PORT",
        "--to, '127.0.0.1:80,,127.0.0.1:81', is not HOST:PORT",
        "--to, '127.0.0.1:80,127.0.0.1:81,', is not HOST:PORT",
        "--first-data, sometimes, wait=T",
        "--idle, soon, not a duration",
        "--connect-timeout, 0, more than 0",
        "--first-block, huge, not a size",
        "--send-proxy, v1, only v2",
        "--threads, 0, '1 to 1024, not 0'",
        "--threads, 1025, '1 to 1024, not 1025'",
        "--max-connections, 0, '1 or more, one for each thread, not 0'",
        "--accepts, 0, '1 to 65536, not 0'",
        "--accepts, 65537, '1 to 65536, not 65537'",
        "--defer-accept, -1, '0 to 3600 seconds, not -1'",
        "--defer-accept, 3601, '0 to 3600 seconds, not 3601'",
        "--first-block, 0, 'at least 1 byte, not 0'",
        "--first-block, 17m, 'needs 1.1 GiB before the first client comes, and at most 1.0 GiB'",
        "--log-level, loud, loud"
    })
    void wrongArgumentIsExplained(String option, String value, String explanation) {
        List<String> words = new ArrayList<>(List.of("gateway", option, value));
        if (!option.equals("--to")) {
            words.addAll(List.of("--to", "127.0.0.1:1"));
        }
        Answer answer = run(words.toArray(String[]::new));
        assertThat(answer.status()).as(answer.err()).isEqualTo(2);
        assertThat(answer.err())
                .startsWith("lapwing gateway: ")
                .contains(option)
                .contains(explanation)
                .endsWith("\nSee \"lapwing gateway --help\".\n");
        assertThat(answer.err().lines()).hasSize(2);
    }

    @Test
    void deferredAcceptIsRefusedWhereTheServerSpeaksFirst() {
        Answer answer =
                run(
                        "gateway",
                        "--to",
                        "127.0.0.1:1",
                        "--first-data",
                        "none",
                        "--defer-accept",
                        "1");
        assertThat(answer.status()).isEqualTo(2);
        assertThat(answer.err())
                .startsWith("lapwing gateway: --defer-accept: ")
                .contains("--first-data none", "leave it out");
    }

    /** As a terminal that closes and HAProxy's soft stop ask for it. */
    @ParameterizedTest
    @ValueSource(strings = {"HUP", "USR1"})
    void otherSignalsDrainAsWell(String signal) throws Exception {
        try (GatewayProcess gateway =
                GatewayProcess.start("--listen", "127.0.0.1:0", "--to", "127.0.0.1:1")) {
            assertThat(gateway.stopBy(signal)).isZero();
            assertThat(gateway.output()).contains("0 connections, ");
        }
    }

    @Test
    void misspeltOptionIsExplainedWithThoseThatAreMeant() {
        Answer answer = run("gateway", "--idel", "5s");
        assertThat(answer.status()).isEqualTo(2);
        assertThat(answer.err().lines())
                .containsExactly(
                        "lapwing gateway: Unknown options: '--idel', '5s'",
                        "Possible solutions: --idle",
                        "See \"lapwing gateway --help\".");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:7001, 127.0.0.1:7001",
        "127.0.0.1:7001, ':7001'",
        "127.0.0.1:7001, localhost:7001",
        ":7001, 127.0.0.1:7001",
        ":7001, 127.5.5.5:7001",
        "127.0.0.1:7001, 0.0.0.0:7001",
        "[::]:7001, [::1]:7001",
        "[::1]:7001, [::]:7001",
        ":7001, '127.0.0.1:7002,127.0.0.1:7001'"
    })
    void gatewayIsNoBackendOfItsOwn(String listen, String to) {
        Answer answer = run("gateway", "--listen", listen, "--to", to);
        assertThat(answer.status()).isEqualTo(2);
        assertThat(answer.err()).contains("--to: ").contains("is where the gateway itself listens");
        assertThat(answer.err().lines()).hasSize(2);
    }

    /** The first words of the message say that the port, not the loop, is the matter. */
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.2",
        "127.0.0.1, '[::1]'",
        "127.0.0.1, 192.0.2.1",
    })
    void samePortElsewhereIsABackend(String listen, String to) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(listen))) {
            String port = ":" + taken.getLocalPort();
            Answer answer = run("gateway", "--listen", listen + port, "--to", to + port);
            assertThat(answer.err()).contains(" is already in use");
            assertThat(answer.status()).isEqualTo(1);
        }
    }

    @Test
    void helpNamesTheOptions() {
        Answer answer = run("gateway", "--help");
        assertThat(answer.status()).isZero();
        assertThat(answer.out())
                .contains("--listen", "--to", "--first-data", "--drain", "--max-connections");
    }

    @Test
    void portInUseIsOneLineAndStatusOne() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            Answer answer = run("gateway", "--listen", address, "--to", "127.0.0.1:1");
            assertThat(answer.status()).isEqualTo(1);
            assertThat(answer.err())
                    .startsWith("lapwing gateway: " + address + " is already in use");
            assertThat(answer.err().lines()).hasSize(1);
        }
    }

    /** Accepts that no silent client can hold up are few, those that one can are many. */
    @ParameterizedTest
    @CsvSource({"required, 64", "wait=50ms, 8", "none, 8"})
    void postsAsManyAcceptsAsSilentClientsDemand(String firstData, int accepts) throws Exception {
        try (GatewayProcess gateway =
                GatewayProcess.start(
                        "--listen",
                        "127.0.0.1:0",
                        "--to",
                        "127.0.0.1:1",
                        "--first-data",
                        firstData)) {
            assertThat(gateway.output()).contains(" with " + accepts + " posted accepts");
        }
    }

    @Test
    void secondSignalCutsTheDrainShort() throws Exception {
        try (ServerSocket backend = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                GatewayProcess gateway =
                        GatewayProcess.start(
                                "--listen",
                                "127.0.0.1:0",
                                "--to",
                                "127.0.0.1:" + backend.getLocalPort(),
                                "--drain",
                                "10m");
                Socket client = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            client.getOutputStream().write(1);
            try (Socket held = backend.accept()) {
                gateway.terminate();
                gateway.awaitError(" info draining 1 connection, up to 10m");
                assertThat(gateway.stop()).isZero();
                assertThat(held.isConnected()).isTrue();
            }
            assertThat(gateway.errors()).contains(" info told to stop again: no more time");
            assertThat(gateway.output()).contains("1 ended by the gateway: not finished in the");
        }
    }

    @Test
    void backendThatResetsIsNamedInTheLog() throws Exception {
        try (ServerSocket backend = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                GatewayProcess gateway =
                        GatewayProcess.start(
                                "--listen",
                                "127.0.0.1:0",
                                "--to",
                                "127.0.0.1:" + backend.getLocalPort());
                Socket client = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            client.getOutputStream().write(1);
            try (Socket accepted = backend.accept()) {
                accepted.setSoLinger(true, 0);
            }
            gateway.awaitError(
                    " warning backend 127.0.0.1:"
                            + backend.getLocalPort()
                            + " reset a connection: WSAECONNRESET");
        }
    }

    @Test
    void demoRunsUntilSigtermAndEndsWithStatusZeroAndASummary() throws Exception {
        try (GatewayProcess gateway =
                GatewayProcess.start("--listen", "127.0.0.1:0", "--drain", "2s", "--verbose")) {
            assertThat(page(gateway.port()))
                    .contains("This request came through the Lapwing gateway");
            assertThat(gateway.stop()).isZero();
            assertThat(gateway.output()).contains("\n1 connections, ");
            assertThat(gateway.errors()).contains(" ended by ").contains("B up, ");
        }
    }

    private static String page(int port) throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.setSoTimeout(10_000);
            client.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            client.shutdownOutput();
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
