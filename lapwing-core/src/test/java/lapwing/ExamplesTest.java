package lapwing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import lapwing.winsock.Winsock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The examples are compiled and run with the command that they name. */
@Timeout(120)
class ExamplesTest {
    private static Path example(String name) {
        Path here = Path.of("").toAbsolutePath(); // the module's folder, or the repository's
        Path folder = here.resolve("examples");
        return (Files.isDirectory(folder) ? folder : here.resolveSibling("examples")).resolve(name);
    }

    @Test
    void echoServerServesClientsAgainAndAgain() throws Exception {
        URI library = Winsock.class.getProtectionDomain().getCodeSource().getLocation().toURI();
        Process server =
                new ProcessBuilder(
                                System.getProperty("java.home") + "/bin/java",
                                "-p",
                                Path.of(library).toString(),
                                "--add-modules",
                                "lapwing",
                                "--enable-native-access=lapwing",
                                "-Dlapwing.engine=" + System.getProperty("lapwing.engine", "auto"),
                                example("EchoServer.java").toString(),
                                "0")
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try {
            BufferedReader lines =
                    new BufferedReader(
                            new InputStreamReader(
                                    server.getInputStream(), StandardCharsets.US_ASCII));
            String first = lines.readLine();
            assertThat(first).startsWith("listening on 127.0.0.1:");
            int port = Integer.parseInt(first.substring(first.lastIndexOf(':') + 1));
            for (int i = 0; i < 200; i++) { // more than it has sockets
                try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    client.setSoTimeout(20_000);
                    InputStream in = client.getInputStream();
                    byte[] text = "line %d%n".formatted(i).getBytes(StandardCharsets.US_ASCII);
                    for (int n = 0; n < 3; n++) {
                        client.getOutputStream().write(text);
                        assertThat(in.readNBytes(text.length)).isEqualTo(text);
                    }
                    if (i % 10 == 3) {
                        client.setSoLinger(true, 0); // a reset must not cost it a socket
                    } else {
                        client.shutdownOutput();
                        assertThat(in.read()).isEqualTo(-1);
                    }
                    assertThat(lines.readLine())
                            .isEqualTo("client 127.0.0.1:" + client.getLocalPort());
                }
            }
        } finally {
            server.destroyForcibly().waitFor();
        }
    }
}
