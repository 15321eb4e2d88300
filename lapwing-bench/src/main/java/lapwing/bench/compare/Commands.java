package lapwing.bench.compare;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How everything is started: the command lines, and the configuration of foreign proxies. */
final class Commands {
    static final List<String> SERVERS =
            List.of(
                    "lapwing",
                    "lapwing-selector",
                    "nio",
                    "nio2",
                    "netty-nio",
                    "netty-epoll",
                    "netty-uring");
    static final List<String> PROXIES = List.of("gateway", "haproxy", "nginx");

    /** For every JVM; Netty is faster with Unsafe, and nobody else notices. */
    static final List<String> FLAGS =
            List.of(
                    "-XX:+UseSerialGC",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow");

    private final Settings settings;
    private final Path folder;
    private final @Nullable Path gateway;

    Commands(Settings settings, Path folder, @Nullable Path gateway) {
        this.settings = settings;
        this.folder = folder;
        this.gateway = gateway;
    }

    List<String> client() {
        return program(
                "windows",
                "--mode",
                settings.work().clientMode,
                "--close",
                settings.work().closer,
                "--conns",
                "" + settings.connections(),
                "--size",
                "" + settings.size());
    }

    List<String> server(String name, int port) {
        List<String> command =
                switch (name) {
                    case "lapwing" -> program("server", "--engine", "uring");
                    case "lapwing-selector" -> program("server", "--engine", "selector");
                    default -> program("peer", name);
                };
        command.addAll(List.of("--port", "" + port, "--size", "" + settings.size()));
        command.addAll(List.of("--mode", settings.work().serverMode));
        return command;
    }

    /**
     * The command line of a proxy, whose configuration is written first.
     *
     * @throws IOException if it is not there; the message says why
     */
    List<String> proxy(String name, int port, int backend)
            throws IOException, InterruptedException {
        return switch (name) {
            case "gateway" -> gateway(port, backend);
            case "haproxy" -> haproxy(port, backend);
            default -> nginx(port, backend);
        };
    }

    private List<String> gateway(int port, int backend) throws IOException {
        if (gateway == null) {
            throw new IOException("no --gateway was given");
        }
        List<String> command = new ArrayList<>();
        if (gateway.toString().endsWith(".jar")) {
            command.add(java());
            command.addAll(FLAGS);
            command.add("-jar");
        }
        command.add(gateway.toAbsolutePath().toString());
        command.addAll(List.of("gateway", "--listen", "0.0.0.0:" + port));
        command.addAll(List.of("--to", "127.0.0.1:" + backend));
        command.addAll(List.of("--first-data", "none", "--threads", "1"));
        return command;
    }

    private List<String> haproxy(int port, int backend) throws IOException {
        Path file = folder.resolve("haproxy.cfg");
        Files.writeString(
                file,
                """
                global
                    maxconn %d
                    nbthread 1
                defaults
                    mode tcp
                    timeout connect 5s
                    timeout client 60s
                    timeout server 60s
                listen proxy
                    bind 0.0.0.0:%d backlog 4096
                    server backend 127.0.0.1:%d
                """
                        .formatted(connections(), port, backend));
        return List.of(find("haproxy"), "-db", "-f", file.toString());
    }

    private List<String> nginx(int port, int backend) throws IOException, InterruptedException {
        String program = find("nginx");
        Path file = folder.resolve("nginx.conf");
        Files.writeString(
                file,
                """
                %s
                daemon off;
                master_process off;
                pid %s/nginx.pid;
                error_log stderr crit;
                events { worker_connections %d; multi_accept on; }
                stream {
                    server {
                        listen 0.0.0.0:%d backlog=4096;
                        proxy_pass 127.0.0.1:%d;
                    }
                }
                """
                        .formatted(
                                streamModule(program), folder, 2 * connections(), port, backend));
        return List.of(program, "-p", folder.toString(), "-c", file.toString());
    }

    /** With room for those that linger. */
    private int connections() {
        return 2 * settings.connections() + 100;
    }

    /** The line that loads the stream module where it is a file of its own. */
    private static String streamModule(String nginx) throws IOException, InterruptedException {
        Process version = new ProcessBuilder(nginx, "-V").redirectErrorStream(true).start();
        if (!version.waitFor(10, TimeUnit.SECONDS)) {
            version.destroyForcibly();
            throw new IOException("\"nginx -V\" does not end");
        }
        String text = new String(version.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return Stream.of(text.split(" "))
                .filter(word -> word.startsWith("--modules-path="))
                .map(word -> word.substring(word.indexOf('=') + 1) + "/ngx_stream_module.so")
                .filter(module -> new File(module).exists())
                .map(module -> "load_module " + module + ";")
                .findAny()
                .orElse("");
    }

    private static String find(String program) throws IOException {
        // where administrators' programs are, too: it is seldom on an ordinary user's PATH
        String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
        return Stream.of(path.split(File.pathSeparator))
                .map(folder -> new File(folder, program))
                .filter(File::canExecute)
                .findFirst()
                .map(File::getPath)
                .orElseThrow(() -> new IOException("it is not on PATH"));
    }

    /** One of this jar's programs, in a JVM of its own. */
    private static List<String> program(String... words) {
        List<String> command = new ArrayList<>(List.of(java()));
        command.addAll(FLAGS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add("lapwing.bench.Main");
        command.addAll(List.of(words));
        return command;
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
