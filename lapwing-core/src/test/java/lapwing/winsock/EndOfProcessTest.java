package lapwing.winsock;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a send call has taken leaves also if the process ends right behind it (O28), on the fast
 * path, where it is staged, and for what is queued behind it. The program is {@link LastWords}.
 */
class EndOfProcessTest extends WinsockContract {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private Process start(String kind, int port, int sends, String closes, String way)
            throws Exception {
        List<String> command =
                List.of(
                        System.getProperty("java.home") + "/bin/java",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dlapwing.engine=" + System.getProperty("lapwing.engine", "auto"),
                        "-cp",
                        folder(Winsock.class)
                                + System.getProperty("path.separator")
                                + folder(LastWords.class),
                        LastWords.class.getName(),
                        kind,
                        "" + port,
                        "" + sends,
                        closes,
                        way);
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        closing(() -> process.destroyForcibly().waitFor());
        return process;
    }

    private static Path folder(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    /** What the peer of such a connection gets until its end. */
    private byte[] heard(int sends, String closes, String way) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, HERE)) {
            server.setSoTimeout(LIMIT);
            Process process = start("stream", server.getLocalPort(), sends, closes, way);
            byte[] all;
            try (Socket peer = server.accept()) {
                peer.setSoTimeout(LIMIT);
                all = peer.getInputStream().readAllBytes();
            }
            assertThat(process.waitFor(LIMIT, TimeUnit.MILLISECONDS)).isTrue();
            return all;
        }
    }

    @ParameterizedTest // O28
    @CsvSource({
        "1,close,return",
        "1,close,exit",
        "1,close,throw",
        "1,close,hook",
        "1,leave,exit",
        "3,leave,return",
        "3,close,exit",
        "10,leave,exit",
        "10,close,hook"
    })
    void allThatWasSentOnAConnectionArrives(int sends, String closes, String way) throws Exception {
        assertThat(new String(heard(sends, closes, way), StandardCharsets.UTF_8))
                .isEqualTo("0123456789".substring(0, sends));
    }

    @ParameterizedTest // O28
    @CsvSource({"1,file,return", "0,file,exit", "3,file,throw"})
    void aFileArrivesWhole(int sends, String closes, String way) throws Exception {
        assertThat(heard(sends, closes, way)).hasSize(sends + LastWords.FILE);
    }

    @ParameterizedTest // O28
    @CsvSource({"1,close,return", "3,close,exit", "3,leave,return", "3,leave,hook"})
    void allDatagramsArrive(int sends, String closes, String way) throws Exception {
        try (DatagramSocket peer = new DatagramSocket(0, HERE)) {
            peer.setSoTimeout(LIMIT);
            Process process = start("datagram", peer.getLocalPort(), sends, closes, way);
            assertThat(process.waitFor(LIMIT, TimeUnit.MILLISECONDS)).isTrue();
            for (int i = 0; i < sends; i++) {
                DatagramPacket packet = new DatagramPacket(new byte[10], 10);
                peer.receive(packet);
                assertThat(packet.getLength()).isEqualTo(1);
                assertThat(packet.getData()[0]).isEqualTo((byte) ('0' + i));
            }
        }
    }
}
