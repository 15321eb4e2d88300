package lapwing.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import lapwing.gateway.ByteSizes;
import lapwing.gateway.DemoBackend;
import lapwing.gateway.Durations;
import lapwing.gateway.FirstData;
import lapwing.gateway.Gateway;
import lapwing.gateway.GatewayConfig;
import lapwing.gateway.HostPort;
import lapwing.gateway.Limits;
import lapwing.gateway.OpenFiles;
import lapwing.gateway.TimeLimits;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code lapwing gateway}. */
@Command(
        name = "gateway",
        description = {
            "Forwards TCP connections to backends.",
            "Without --to it answers by itself, with a page that says what happened to the request."
        },
        footer = {
            "%nT is a time such as 500ms, 10s, 2m or 10 (seconds).",
            "The exit status is 0 after SIGTERM, SIGINT, SIGHUP or SIGUSR1, 1 if the gateway cannot run, 2 for wrong arguments."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        versionProvider = Version.class)
final class GatewayCommand implements Callable<Integer> {
    private static final int MOST_THREADS = 1024;

    /** HUP is the JVM's; USR1 is what HAProxy's users send. */
    private static final List<String> STOPS = List.of("TERM", "INT", "HUP", "USR1");

    @Spec private CommandSpec spec;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:8080",
            converter = Converters.ToEndpoint.class,
            description = "Where to listen; :PORT is every IPv4 address. Default: ${DEFAULT-VALUE}")
    private HostPort listen;

    @Option(
            names = "--to",
            paramLabel = "HOST:PORT",
            split = ",(?!$)", // a comma at the end stays, to be refused
            splitSynopsisLabel = ",",
            converter = Converters.ToEndpoint.class,
            description =
                    "The backends, in turn. A backend that does not take a connection is passed over.")
    private @Nullable List<HostPort> to;

    @Option(
            names = "--first-data",
            paramLabel = "WHEN",
            defaultValue = "required",
            converter = Converters.ToFirstData.class,
            description = {
                "What to wait for before a backend is connected:",
                "required[=T]  the client's first data; a client silent for T (10s) is shed",
                "wait=T        first data, but no longer than T",
                "none          nothing; for protocols where the server speaks first",
                "Default: ${DEFAULT-VALUE}"
            })
    private FirstData firstData;

    @Option(
            names = "--first-block",
            paramLabel = "SIZE",
            defaultValue = "16k",
            converter = Converters.ToSize.class,
            description = "Most bytes of first data taken at once. Default: ${DEFAULT-VALUE}")
    private int firstBlock;

    @Option(
            names = "--send-proxy",
            paramLabel = "VERSION",
            description =
                    "Tell backends the client's address by a PROXY protocol header; the version is v2.")
    private @Nullable String sendProxy;

    @Option(
            names = "--connect-timeout",
            paramLabel = "T",
            defaultValue = "5s",
            converter = Converters.ToDuration.class,
            description = "How long a backend may take to accept. Default: ${DEFAULT-VALUE}")
    private Duration connectTimeout;

    @Option(
            names = "--idle",
            paramLabel = "T",
            defaultValue = "10m",
            converter = Converters.ToDuration.class,
            description =
                    "Cut connections that move no data for T; 0 for never. Default: ${DEFAULT-VALUE}")
    private Duration idle;

    @Option(
            names = "--drain",
            paramLabel = "T",
            defaultValue = "10s",
            converter = Converters.ToDuration.class,
            description = "How long connections may go on after SIGTERM. Default: ${DEFAULT-VALUE}")
    private Duration drain;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            description =
                    "Connections at a time. Default: what the limit of descriptors allows, up to 10000")
    private @Nullable Integer maxConnections;

    @Option(
            names = "--accepts",
            paramLabel = "N",
            description =
                    "AcceptEx kept posted by each thread. Default: 64 where first data is required, otherwise 8;"
                            + " 2 for the demo, to show reuse soon")
    private @Nullable Integer accepts;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Threads that serve, each with its own listener. Default: ${DEFAULT-VALUE}")
    private int threads;

    @Option(
            names = "--defer-accept",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = {
                "Let the kernel keep connections until data comes (TCP_DEFER_ACCEPT).",
                "Saves processor time with short connections; 0 is off. Default: ${DEFAULT-VALUE}"
            })
    private int deferAccept;

    @Mixin
    @SuppressWarnings("UnusedVariable") // takes effect by itself
    private EngineOption engine;

    @Mixin private LogOption log;

    @Override
    public Integer call() throws InterruptedException {
        BackgroundWriter out = standardOutput();
        log.apply();
        try (DemoBackend demo = to == null ? DemoBackend.start(FirstData.DEFAULT_LIMIT) : null) {
            GatewayConfig config = config(demo);
            Gateway gateway = Gateway.start(config);
            stopAtTheEnd(gateway, out);
            Signals.on(List.of("USR1"), () -> Runtime.getRuntime().exit(0));
            // Whoever reads this line may send signals at once.
            out.write(StartUp.text(gateway, config, demo != null));
            gateway.join();
            out.await(Main.LAST_LINES);
            return gateway.hasFailed() ? 1 : 0;
        } catch (IOException e) {
            return fail(e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    private void stopAtTheEnd(Gateway gateway, BackgroundWriter out) {
        try {
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> stop(gateway, out), "lapwing-gateway-stop"));
        } catch (IllegalStateException e) {
            stop(gateway, out); // told to end in this very moment
        }
    }

    /** A reader of it that stops reading holds up neither the start nor the end. */
    private BackgroundWriter standardOutput() {
        PrintWriter out = spec.commandLine().getOut();
        return new BackgroundWriter(
                "lapwing-output",
                text -> {
                    out.print(text);
                    out.flush();
                },
                count -> "");
    }

    private int fail(@Nullable String why) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("lapwing gateway: " + why);
        err.flush();
        return 1;
    }

    // ---- arguments ----

    private GatewayConfig config(@Nullable DemoBackend demo) {
        check(firstBlock >= 1, "--first-block: at least 1 byte, not " + firstBlock);
        checkRange("--accepts", postedAccepts(demo), 1, Limits.MOST_ACCEPTS, "");
        checkRange("--threads", threads, 1, MOST_THREADS, "");
        checkRange("--defer-accept", deferAccept, 0, Limits.LONGEST_DEFERRAL, " seconds");
        check(
                deferAccept == 0 || firstData.mode() != FirstData.Mode.NONE,
                "--defer-accept: with --first-data none the server speaks first, and the system would"
                        + " hold its clients back; leave it out, or use --first-data required");
        check(!connectTimeout.isZero(), "--connect-timeout: more than 0");
        check(
                sendProxy == null || sendProxy.equals("v2"),
                "--send-proxy: only v2 is known, not '" + sendProxy + "'");
        check(
                maxConnections == null || maxConnections >= threads,
                "--max-connections: "
                        + threads
                        + " or more, one for each thread, not "
                        + maxConnections);
        Limits limits =
                new Limits(
                        mostConnections(demo),
                        postedAccepts(demo),
                        firstBlock,
                        threads,
                        deferAccept);
        checkMemory(limits);
        TimeLimits deadlines = new TimeLimits(connectTimeout, idle, TimeLimits.DEFAULT.parting());
        InetSocketAddress at = listenAddress();
        return new GatewayConfig(
                at, backends(demo, at), firstData, header(demo), deadlines, limits);
    }

    private int postedAccepts(@Nullable DemoBackend demo) {
        if (accepts != null) {
            return accepts;
        }
        return demo != null ? 2 : firstData.usualAccepts();
    }

    private void check(boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private void checkRange(String option, int value, int least, int most, String unit) {
        check(
                value >= least && value <= most,
                option + ": " + least + " to " + most + unit + ", not " + value);
    }

    private void checkMemory(Limits limits) {
        long needed = limits.postedAccepts() * limits.firstBlock();
        check(
                needed <= Limits.MOST_ACCEPT_MEMORY,
                "--first-block: "
                        + ByteSizes.text(limits.firstBlock())
                        + " for each of "
                        + limits.postedAccepts()
                        + " posted accepts needs "
                        + ByteSizes.text(needed)
                        + " before the first client comes, and at most "
                        + ByteSizes.text(Limits.MOST_ACCEPT_MEMORY)
                        + " may be; lower it, --accepts, or --threads");
    }

    private int mostConnections(@Nullable DemoBackend demo) {
        if (maxConnections != null) {
            return maxConnections;
        }
        OptionalLong limit = OpenFiles.limit();
        int allowed =
                limit.isPresent()
                        ? OpenFiles.connections(
                                limit.getAsLong() - (threads - 1) * (long) postedAccepts(demo))
                        : Integer.MAX_VALUE;
        return Math.max(threads, Math.min(allowed, Limits.DEFAULT.maxConnections()));
    }

    private InetSocketAddress listenAddress() {
        try {
            return listen.toListen();
        } catch (UnknownHostException e) {
            throw unknown("--listen", listen);
        }
    }

    private List<InetSocketAddress> backends(@Nullable DemoBackend demo, InetSocketAddress at) {
        if (demo != null) {
            return List.of(demo.address());
        }
        List<InetSocketAddress> backends = new ArrayList<>();
        for (HostPort endpoint : to == null ? List.<HostPort>of() : to) {
            check(endpoint.port() != 0, "--to: a backend needs a port");
            InetSocketAddress backend = backend(endpoint);
            check(
                    !HostPort.meet(at, backend),
                    "--to: " + HostPort.text(backend) + " is where the gateway itself listens");
            backends.add(backend);
        }
        return backends;
    }

    private InetSocketAddress backend(HostPort endpoint) {
        try {
            return endpoint.toConnect();
        } catch (UnknownHostException e) {
            throw unknown("--to", endpoint);
        }
    }

    private ParameterException unknown(String option, HostPort endpoint) {
        return new ParameterException(
                spec.commandLine(), option + ": the name '" + endpoint.host() + "' has no address");
    }

    private GatewayConfig.Header header(@Nullable DemoBackend demo) {
        if (demo != null) {
            return GatewayConfig.Header.PROXY_V2_WITH_FACTS;
        }
        return sendProxy == null ? GatewayConfig.Header.NONE : GatewayConfig.Header.PROXY_V2;
    }

    /**
     * Runs as a shutdown hook, on SIGTERM and SIGINT. The status of a JVM that a signal ends is 128
     * and the signal; only halt makes it 0, which is right for a gateway that has done what it was
     * asked to. Another signal leaves no more time.
     */
    private void stop(Gateway gateway, BackgroundWriter out) {
        Logger log = System.getLogger("lapwing.gateway");
        try {
            Signals.on(
                    STOPS,
                    () -> {
                        log.log(Level.INFO, "told to stop again: no more time");
                        gateway.close();
                    });
            log.log(Level.INFO, draining(gateway.totals().open()));
            gateway.stop(drain);
            out.write(gateway.totals().summary() + missingLines(LineLogger.leftOut()) + "\n");
            out.await(Main.LAST_LINES);
            LineLogger.await(Main.LAST_LINES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(gateway.hasFailed() ? 1 : 0);
    }

    private static String missingLines(long count) {
        return count == 0 ? "" : "\n  " + count + " lines of the log were left out: nobody read it";
    }

    private String draining(long open) {
        return "draining "
                + open
                + (open == 1 ? " connection" : " connections")
                + ", up to "
                + Durations.text(drain);
    }
}
