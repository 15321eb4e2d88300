package lapwing.bench.compare;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of the comparison. */
@Command(
        name = "lapwing-bench compare",
        sortOptions = false,
        description = "Measures servers, or proxies, in turn under the same load.")
public final class CompareCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
            names = "--work",
            paramLabel = "WORK",
            defaultValue = "ECHO",
            description =
                    "${COMPLETION-CANDIDATES}: connections that stay; one for each request, closed by "
                            + "the server; the same, closed by the client (default: echo).")
    private Work work;

    @Option(
            names = "--conns",
            paramLabel = "N",
            defaultValue = "64",
            description = "Connections at a time (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "64",
            description = "Size of a request and of its reply (default: ${DEFAULT-VALUE}).")
    private int size;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "12",
            description = "Windows for each server (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--time",
            paramLabel = "SECONDS",
            defaultValue = "0.5",
            description = "Length of a window (default: ${DEFAULT-VALUE}).")
    private double time;

    @Option(
            names = "--warmup",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "Load on each before the first round (default: ${DEFAULT-VALUE}).")
    private double warmUp;

    @Option(
            names = "--servers",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Which to measure: lapwing, lapwing-selector, nio, nio2, netty-nio, netty-epoll, "
                            + "netty-uring; of proxies gateway, haproxy, nginx (default: all that run here).")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--reference",
            paramLabel = "NAME",
            description = "Has ratio 1 (default: nio, or of proxies haproxy, or the first).")
    private @Nullable String reference;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Decides the order in each round (default: another one each time).")
    private long seed = RandomGenerator.getDefault().nextInt(1_000_000);

    @Option(names = "--proxies", description = "Measure proxies before a NIO server, not servers.")
    private boolean proxies;

    @Option(
            names = "--gateway",
            paramLabel = "PATH",
            description = "Lapwing's launcher, or lapwing.jar, for --proxies.")
    private @Nullable Path gateway;

    @SuppressWarnings("unused") // picocli looks at it
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this and end.")
    private boolean isHelp;

    /**
     * Runs the command.
     *
     * @return the status for the shell: 0, 1 after a failure, 2 after a wrong argument
     */
    public static int run(String... arguments) {
        return commandLine().execute(arguments);
    }

    static CommandLine commandLine() {
        return new CommandLine(new CompareCommand()).setCaseInsensitiveEnumValuesAllowed(true);
    }

    @Override
    public Integer call() throws InterruptedException {
        require(connections > 0 && connections <= 20_000, "--conns", "expected 1 to 20000");
        require(size > 0 && size <= 1 << 20, "--size", "expected 1 to 1048576 bytes");
        require(rounds > 0 && rounds <= 100_000, "--rounds", "expected 1 to 100000");
        require(time >= 0.01 && time <= 3600, "--time", "expected 0.01 to 3600 seconds");
        require(warmUp >= 0 && warmUp <= 3600, "--warmup", "expected 0 to 3600 seconds");
        List<String> possible = proxies ? Commands.PROXIES : Commands.SERVERS;
        boolean areNamed = spec.commandLine().getParseResult().hasMatchedOption("--servers");
        require(
                names.isEmpty() != areNamed,
                "--servers",
                "expected some of " + String.join(",", possible));
        for (String name : names) {
            require(
                    Collections.frequency(names, name) == 1,
                    "--servers",
                    "\"" + name + "\" is there twice");
            require(
                    possible.contains(name),
                    "--servers",
                    "there is no \"" + name + "\" among " + String.join(", ", possible));
        }
        require(gateway == null || proxies, "--gateway", "only together with --proxies");
        List<String> chosen = names.isEmpty() ? possible : List.copyOf(names);
        String first = chosen.getFirst();
        String usual = proxies ? "haproxy" : "nio";
        String one = reference != null ? reference : chosen.contains(usual) ? usual : first;
        require(
                chosen.contains(one),
                "--reference",
                "\"" + one + "\" is not among " + String.join(", ", chosen));
        Settings settings =
                new Settings(
                        work,
                        connections,
                        size,
                        rounds,
                        time,
                        warmUp,
                        seed,
                        chosen,
                        !names.isEmpty(),
                        one);
        try (Children children = new Children()) {
            return compare(settings, children);
        } catch (IOException e) {
            return fail(e);
        }
    }

    private int compare(Settings settings, Children children) throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try {
            Commands commands = new Commands(settings, children.folder(), gateway);
            return new Comparison(settings, children, commands, out).run() ? 0 : 1;
        } catch (IOException e) {
            return children.areEnding() ? 1 : fail(e);
        }
    }

    private int fail(IOException e) {
        spec.commandLine().getErr().println("lapwing-bench compare: " + e.getMessage());
        return 1;
    }

    private void require(boolean condition, String option, String explanation) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), option + ": " + explanation);
        }
    }
}
