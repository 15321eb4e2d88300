package lapwing.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import lapwing.winsock.IntRef;
import lapwing.winsock.Sockaddr;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.Winsock;

/**
 * How much the kernel keeps for the peers of this machine's TCP sockets, read from {@code
 * /proc/net/tcp} and {@code tcp6}. For engines that do not tell by socket. The tables are long
 * where connections are many, and those of the last minute are in them too, so a thread of its own
 * reads them, ten times a second at most, and more seldom where that takes long. A row may be
 * missing from a table that changes while it is read, so each is read twice, and both have to agree
 * that nothing is kept.
 *
 * <p>One thread asks.
 */
final class SendQueues {
    private static final long PAUSE = 100_000_000L;

    /** Of the time in which somebody waits, a quarter at most goes into reading. */
    private static final long SHARE = 3;

    private static final List<Path> TABLES =
            List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));

    private static final int LOCAL = 1;
    private static final int REMOTE = 2;
    private static final int QUEUES = 4;
    private static final int HEX = 16;

    /** Is in the rows of those that keep nothing, most of them; or of those without a peer. */
    private static final String NOTHING = " 00000000:";

    /**
     * What the tables have said.
     *
     * @param began when the reading did
     * @param known false if they could not be read
     * @param lengths by the two addresses, where something is kept
     */
    private record Reading(long began, boolean known, Map<String, Long> lengths) {}

    private final Sockaddr name = new Sockaddr();
    private final IntRef length = new IntRef();
    private final List<Path> tables;
    private volatile Reading reading = new Reading(System.nanoTime(), false, Map.of());

    private volatile boolean reads;

    /** Written before {@code reads} is cleared, read after that. */
    private long nextRead = System.nanoTime();

    SendQueues() {
        this(TABLES);
    }

    /** Reads other tables: for tests. */
    SendQueues(List<Path> tables) {
        this.tables = tables;
    }

    /**
     * Bytes that were sent on {@code s} and are not acknowledged; 0 if the system does not tell.
     *
     * @param since the answer is younger than that: 1 if none is to be had yet, or just now
     */
    long length(SocketHandle s, long since) {
        Reading last = reading;
        if (!reads && System.nanoTime() - nextRead >= 0) {
            reads = true;
            Thread.ofVirtual().name("lapwing-send-queues").start(this::read);
        }
        if (!last.known || last.began - since < 0) {
            return 1;
        }
        length.value = FirstBlock.ADDRESS;
        if (Winsock.getsockname(s, name, length) != 0) {
            return 0;
        }
        String local = text(name.toInetSocketAddress());
        length.value = FirstBlock.ADDRESS;
        if (Winsock.getpeername(s, name, length) != 0) {
            return 0;
        }
        String row = local + " " + text(name.toInetSocketAddress());
        return last.lengths.getOrDefault(row, 0L);
    }

    private void read() {
        long began = System.nanoTime();
        Map<String, Long> lengths = new HashMap<>();
        boolean known = false;
        try {
            boolean once = read(lengths);
            known = once && read(lengths);
        } finally {
            reading = new Reading(began, known, lengths);
            long end = System.nanoTime();
            nextRead = end + Math.max(PAUSE, SHARE * (end - began));
            reads = false;
        }
    }

    private boolean read(Map<String, Long> lengths) {
        boolean known = true;
        for (Path table : tables) {
            try (Stream<String> lines = Files.lines(table)) {
                lines.skip(1).filter(row -> !row.contains(NOTHING)).forEach(r -> take(r, lengths));
            } catch (NoSuchFileException | AccessDeniedException e) {
                // not Linux, no IPv6, or not for us: nobody will ever tell
            } catch (IOException | UncheckedIOException e) {
                known = false; // no descriptor left, for example: later
            }
        }
        return known;
    }

    /** {@code 0: 0100007F:1F90 0100007F:D2A4 01 0000A000:00000000 …}: the queue is 40,960 long. */
    private static void take(String row, Map<String, Long> lengths) {
        String[] words = row.strip().split("\\s+", QUEUES + 2);
        if (words.length > QUEUES) {
            String queue = words[QUEUES];
            long length = Long.parseLong(queue, 0, queue.indexOf(':'), HEX);
            lengths.merge(words[LOCAL] + " " + words[REMOTE], length, Math::max);
        }
    }

    /** As in the tables: four bytes at a time, in the order of this machine. */
    static String text(InetSocketAddress address) {
        StringBuilder text = new StringBuilder();
        ByteBuffer bytes =
                ByteBuffer.wrap(address.getAddress().getAddress()).order(ByteOrder.nativeOrder());
        while (bytes.hasRemaining()) {
            text.append(String.format(Locale.ROOT, "%08X", bytes.getInt()));
        }
        return text.append(String.format(Locale.ROOT, ":%04X", address.getPort())).toString();
    }
}
