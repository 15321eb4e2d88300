package lapwing.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The ports that the system chooses from for sockets that connect. */
final class LocalPorts {
    private static final Path RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

    private static final int MOST = 64;

    private LocalPorts() {}

    /** Whether an address is of this machine, and its port one of these or not known not to be. */
    static boolean mayBeChosenFor(InetSocketAddress address) {
        return HostPort.isOwn(address.getAddress()) && isInRange(address.getPort());
    }

    private static boolean isInRange(int port) {
        try (InputStream in = Files.newInputStream(RANGE)) {
            // in one read: the system gives such a file whole or not at all
            String[] ends =
                    new String(in.readNBytes(MOST), StandardCharsets.UTF_8).strip().split("\\s+");
            return port >= Integer.parseInt(ends[0]) && port <= Integer.parseInt(ends[1]);
        } catch (IOException | NumberFormatException e) {
            return true;
        }
    }
}
