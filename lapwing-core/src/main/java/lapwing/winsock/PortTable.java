package lapwing.winsock;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The TCP sockets and ports of the system, as Linux tells them below {@code /proc}: proc(5), and
 * {@code ip-sysctl.rst} of the kernel. Every question reads anew.
 */
final class PortTable {
    /** Lines of a table after which we give up: a machine can have some million sockets. */
    private static final int MOST_LINES = 4_000_000;

    /** Of a setting. */
    private static final int MOST_BYTES = 1 << 20;

    private static final String TIME_WAIT = "06";
    private static final String LISTEN = "0A";
    private static final String MAPPED = "0000000000000000" + word(0x0000FFFF);
    private static final Pattern COUNTED = Pattern.compile("(?m)^TCP:.* tw (\\d{1,9})\\b");

    private final Path proc;

    /** One line of a table; the addresses as there, {@code HOST:PORT} in hexadecimal. */
    private record Line(String local, String remote, String state) {
        int port() {
            return Integer.parseInt(local.substring(local.indexOf(':') + 1), 16);
        }
    }

    PortTable(Path proc) {
        this.proc = proc;
    }

    int timeWait() throws IOException {
        Matcher counted = COUNTED.matcher(text("net/sockstat"));
        if (!counted.find()) {
            throw new IOException(proc.resolve("net/sockstat") + ": no number of TIME_WAIT in it");
        }
        return Integer.parseInt(counted.group(1));
    }

    int timeWait(InetSocketAddress peer) throws IOException {
        List<String> names = names(peer);
        int[] count = {0};
        forEach(line -> {
            if (line.state.equals(TIME_WAIT) && names.contains(line.remote)) {
                count[0]++;
            }
        });
        return count[0];
    }

    int portsLeft(InetSocketAddress peer) throws IOException {
        List<String> names = names(peer);
        BitSet free = range();
        forEach(line -> {
            if (line.state.equals(LISTEN) || names.contains(line.remote)) {
                free.clear(line.port());
            }
        });
        return free.cardinality();
    }

    @Nullable InetSocketAddress busiestPeer() throws IOException {
        Map<String, Integer> connections = new HashMap<>();
        BitSet chosen = range(); // a port outside has been bound to by number, as servers do
        forEach(line -> {
            if (!line.state.equals(LISTEN) && chosen.get(line.port())) {
                String remote = line.remote;
                boolean mapped = remote.startsWith(MAPPED) && remote.length() > 32;
                connections.merge(mapped ? remote.substring(24) : remote, 1, Integer::sum);
            }
        });
        return connections.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(busiest -> address(busiest.getKey()))
                .orElse(null);
    }

    /** The ports that the system chooses from. */
    private BitSet range() throws IOException {
        BitSet ports = new BitSet(1 << 16);
        String[] ends = text("sys/net/ipv4/ip_local_port_range").strip().split("\\s+");
        try {
            ports.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]) + 1);
            for (String part : text("sys/net/ipv4/ip_local_reserved_ports").strip().split(",")) {
                if (!part.isEmpty()) {
                    String[] reserved = part.split("-", 2);
                    int last = Integer.parseInt(reserved[reserved.length - 1]);
                    ports.clear(Integer.parseInt(reserved[0]), last + 1);
                }
            }
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            throw new IOException(proc.resolve("sys/net/ipv4") + ": no range of local ports", e);
        }
        return ports;
    }

    private void forEach(Consumer<Line> action) throws IOException {
        forEach("net/tcp", action);
        if (Files.exists(proc.resolve("net/tcp6"))) {
            forEach("net/tcp6", action);
        }
    }

    private void forEach(String table, Consumer<Line> action) throws IOException {
        Path file = proc.resolve(table);
        try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.US_ASCII)) {
            in.readLine(); // the names of the columns
            int lines = 0;
            for (String text = in.readLine(); text != null; text = in.readLine()) {
                String[] words = text.strip().split("\\s+", 5);
                if (words.length < 5 || ++lines > MOST_LINES) {
                    throw new IOException(file + ": cannot make sense of: " + text);
                }
                action.accept(new Line(words[1], words[2], words[3]));
            }
        } catch (NoSuchFileException e) {
            throw notThere(e);
        } catch (NumberFormatException e) {
            throw new IOException(file + ": a port that is no number: " + e.getMessage(), e);
        }
    }

    /** In one large piece: a setting below {@code sys} comes with the first read or not at all. */
    private String text(String name) throws IOException {
        try (InputStream in = Files.newInputStream(proc.resolve(name))) {
            return new String(in.readNBytes(MOST_BYTES), StandardCharsets.US_ASCII);
        } catch (NoSuchFileException e) {
            throw notThere(e);
        }
    }

    private static IOException notThere(NoSuchFileException e) {
        return new IOException(
                e.getFile() + " is not there: this system does not tell its sockets and ports", e);
    }

    /** How a peer is written: an IPv4 one also as what an IPv6 socket is connected to. */
    private static List<String> names(InetSocketAddress peer) {
        InetAddress host = peer.getAddress();
        if (host == null) {
            throw new IllegalArgumentException(peer + ": not resolved");
        }
        ByteBuffer bytes = ByteBuffer.wrap(host.getAddress()).order(ByteOrder.nativeOrder());
        StringBuilder name = new StringBuilder();
        while (bytes.hasRemaining()) {
            name.append("%08X".formatted(bytes.getInt()));
        }
        name.append(":%04X".formatted(peer.getPort()));
        return host.getAddress().length == 4
                ? List.of(name.toString(), MAPPED + name)
                : List.of(name.toString());
    }

    private static InetSocketAddress address(String name) {
        int colon = name.indexOf(':');
        ByteBuffer bytes = ByteBuffer.allocate(colon / 2).order(ByteOrder.nativeOrder());
        for (int i = 0; i < colon; i += 8) {
            bytes.putInt(Integer.parseUnsignedInt(name.substring(i, i + 8), 16));
        }
        int port = Integer.parseInt(name.substring(colon + 1), 16);
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes.array()), port);
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes", e);
        }
    }

    /**
     * Four bytes of an address, first byte highest, as a table has them: in this machine's order.
     */
    private static String word(int value) {
        boolean swap = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        return "%08X".formatted(swap ? Integer.reverseBytes(value) : value);
    }
}
