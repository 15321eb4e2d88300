package lapwing.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The limits of process, kernel and JVM that a socket program meets, read from {@code /proc}. What
 * cannot be read is said to be unknown: not every kernel has every setting.
 */
final class SystemChecks {
    /** Three rings of full size; each takes a third of a MiB. */
    private static final long ENOUGH_LOCKED = 1 << 20;

    /** Some 8000 connections of the gateway, with two descriptors each. */
    private static final long ENOUGH_FILES = 16_384;

    private static final long ENOUGH_BACKLOG = 4096;
    private static final long ENOUGH_PORTS = 16_384;
    private static final int MOST_BYTES = 1 << 22;

    private final Path proc;

    /**
     * Makes the checks of one system.
     *
     * @param proc normally {@code /proc}
     */
    SystemChecks(Path proc) {
        this.proc = proc;
    }

    List<Check> limits() {
        return List.of(
                lockedMemory(),
                openFiles(),
                backlog(),
                localPorts(),
                timestamps(),
                fastOpen(),
                disabled());
    }

    List<Check> jvm() {
        String version = Runtime.version() + ", " + System.getProperty("java.vm.name");
        String os = System.getProperty("os.name") + " " + System.getProperty("os.version");
        int processors = Runtime.getRuntime().availableProcessors();
        String system = os + ", " + System.getProperty("os.arch") + ", processors: " + processors;
        return List.of(Check.ok("JVM", version), cache(), Check.note("system", system, ""));
    }

    private Check lockedMemory() {
        String name = "locked memory (ulimit -l)";
        @Nullable Long limit = limit("Max locked memory");
        if (limit == null) {
            return unknown(name);
        }
        return Check.limit(
                limit >= ENOUGH_LOCKED,
                name,
                limit == Long.MAX_VALUE ? "unlimited" : limit / 1024 + " KiB",
                "A ring takes a third of a MiB of it; with less, rings get smaller and ports share"
                        + " one.\n"
                        + "Raise it to 8 MiB: \"ulimit -l 8192\", or LimitMEMLOCK=8M in a systemd"
                        + " unit.");
    }

    private Check openFiles() {
        String name = "open files (ulimit -n)";
        @Nullable Long limit = limit("Max open files");
        if (limit == null) {
            return unknown(name);
        }
        return Check.limit(
                limit >= ENOUGH_FILES,
                name,
                limit == Long.MAX_VALUE ? "unlimited" : String.valueOf(limit),
                "A connection takes one descriptor, in the gateway two: room for "
                        + Math.max(0, (limit - 64) / 2)
                        + " there.\n"
                        + "Raise the hard limit (the JVM raises the soft one to it by itself):\n"
                        + "\"ulimit -Hn 65536\" as root, or LimitNOFILE=65536 in a systemd unit.");
    }

    private Check backlog() {
        String name = "net.core.somaxconn";
        @Nullable Long value = number("net/core/somaxconn");
        return value == null
                ? unknown(name)
                : Check.limit(
                        value >= ENOUGH_BACKLOG,
                        name,
                        value + " connections may wait to be accepted",
                        "Every listen is cut down to this. \"sysctl -w net.core.somaxconn=4096\"");
    }

    private Check localPorts() {
        String name = "net.ipv4.ip_local_port_range";
        @Nullable String text = read("sys/net/ipv4/ip_local_port_range");
        String[] ends = text == null ? new String[0] : text.strip().split("\\s+");
        if (ends.length != 2) {
            return unknown(name);
        }
        long count = Long.parseLong(ends[1]) - Long.parseLong(ends[0]) + 1;
        return Check.limit(
                count >= ENOUGH_PORTS,
                name,
                ends[0] + " to " + ends[1] + ", " + count + " ports",
                "Connections to one address and port, those of the last minute included, cannot be"
                        + " more.\n"
                        + "\"sysctl -w net.ipv4.ip_local_port_range='15000 65000'\"");
    }

    private Check timestamps() {
        String name = "net.ipv4.tcp_timestamps";
        @Nullable Long value = number("net/ipv4/tcp_timestamps");
        return value == null
                ? unknown(name)
                : Check.limit(
                        value != 0,
                        name,
                        value + (value == 0 ? " (off)" : " (on)"),
                        "Without them a reused socket cannot go back from its port to the same peer"
                                + " for 60 s.\n"
                                + "\"sysctl -w net.ipv4.tcp_timestamps=1\"");
    }

    private Check fastOpen() {
        String name = "net.ipv4.tcp_fastopen";
        @Nullable Long value = number("net/ipv4/tcp_fastopen");
        if (value == null) {
            return unknown(name);
        }
        boolean client = (value & 1) != 0;
        boolean server = (value & 2) != 0;
        String who =
                client && server
                        ? "client and server"
                        : client ? "client only" : server ? "server only" : "off";
        return Check.note(name, value + " (" + who + "); Lapwing does not use it", "");
    }

    private Check disabled() {
        String name = "kernel.io_uring_disabled";
        @Nullable Long value = number("kernel/io_uring_disabled");
        if (value == null) {
            return Check.note(name, "no such setting (it came with Linux 6.6)", "");
        }
        String back = "\"sysctl -w kernel.io_uring_disabled=0\"";
        return switch (value.intValue()) {
            case 0 -> Check.ok(name, "0 (io_uring is there for everybody)");
            case 1 ->
                    Check.limit(
                            false,
                            name,
                            "1 (only for members of the group in kernel.io_uring_group)",
                            "Make this user a member, or " + back);
            default ->
                    new Check(
                            Check.Mark.BAD, name, value + " (io_uring is there for nobody)", back);
        };
    }

    /** The start-up cache is used if it is mapped; that it was asked for is not enough. */
    private Check cache() {
        String name = "AOT cache";
        @Nullable String asked = optionValue("-XX:AOTCache=");
        @Nullable String maps = read("self/maps");
        String ending = asked == null ? ".aot" : Path.of(asked).getFileName().toString();
        boolean used = maps != null && maps.lines().anyMatch(line -> line.endsWith(ending));
        if (used) {
            return Check.ok(name, asked == null ? "in use" : asked);
        }
        return Check.note(
                name,
                asked == null ? "none" : "not used: " + asked + " does not fit this JVM",
                "Only the start takes longer. \"./lapwing --make-aot\" makes it anew.");
    }

    private @Nullable String optionValue(String prefix) {
        @Nullable String line = read("self/cmdline");
        if (line != null) {
            for (String word : line.split("\0", -1)) {
                if (word.startsWith(prefix) && word.length() > prefix.length()) {
                    return word.substring(prefix.length());
                }
            }
        }
        return null;
    }

    /** The soft limit, {@link Long#MAX_VALUE} for none, null if it is not known. */
    private @Nullable Long limit(String name) {
        @Nullable String limits = read("self/limits");
        if (limits != null) {
            for (String line : limits.split("\n", -1)) {
                if (line.startsWith(name)) {
                    String soft = line.substring(name.length()).strip().split("\\s+", 2)[0];
                    return soft.equals("unlimited") ? Long.valueOf(Long.MAX_VALUE) : parsed(soft);
                }
            }
        }
        return null;
    }

    private @Nullable Long number(String sysctl) {
        @Nullable String text = read("sys/" + sysctl);
        return text == null ? null : parsed(text.strip());
    }

    private static @Nullable Long parsed(String number) {
        return number.matches("\\d{1,18}") ? Long.valueOf(number) : null;
    }

    private static Check unknown(String name) {
        return Check.note(name, "unknown: not in /proc", "");
    }

    /**
     * In large pieces: a setting below {@code sys} comes with the first read or not at all, and
     * {@code Files.readAllBytes} begins with one byte if the size is said to be 0.
     */
    private @Nullable String read(String file) {
        try (InputStream in = Files.newInputStream(proc.resolve(file))) {
            return new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return null;
        }
    }
}
