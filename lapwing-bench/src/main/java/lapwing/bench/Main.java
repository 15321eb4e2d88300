package lapwing.bench;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import lapwing.bench.compare.CompareCommand;
import lapwing.bench.peers.Peers;
import lapwing.bench.peers.Work;

/**
 * Chooses the program by the first argument.
 *
 * <ul>
 *   <li>{@code server}: a server on the contract's fast path.
 *   <li>{@code peer NAME}: the same server by other means; see {@link Peers}.
 *   <li>{@code client}: load for one of them, and one line about it; {@code windows} is the same
 *       for a program that asks for one line after the other.
 *   <li>{@code compare}: starts servers and a client, and measures them in turn.
 *   <li>{@code jmh}: the benchmarks of single methods.
 * </ul>
 *
 * Each tells more after {@code --help}. Ends with status 2 after a wrong argument, with 1 after
 * another failure.
 */
public final class Main {
    static final String[] SERVER_OPTIONS = {
        "port", "mode", "size", "accepts", "block", "defer", "threads", "engine"
    };
    static final String[] CLIENT_OPTIONS = {
        "port", "mode", "size", "conns", "close", "warmup", "time", "cpu", "pid", "engine"
    };
    static final String[] PEER_OPTIONS = {"port", "mode", "size"};

    private Main() {}

    /** Runs one program with the arguments that follow its name. */
    public static void main(String[] args) throws InterruptedException {
        String program = args.length == 0 ? "" : args[0];
        String[] rest = Arrays.copyOfRange(args, Math.min(1, args.length), args.length);
        if (asksForHelp(program, args)) {
            System.out.print(Help.of(program));
            return;
        }
        try {
            switch (program) {
                case "server" -> server(new Arguments(rest));
                case "client", "windows" -> client(program, new Arguments(rest));
                case "peer" -> peer(rest);
                case "compare" -> System.exit(CompareCommand.run(rest));
                case "jmh" -> org.openjdk.jmh.Main.main(rest);
                default -> throw new Arguments.Wrong(Help.USAGE);
            }
        } catch (Arguments.Wrong e) {
            fail(2, program, "", e);
        } catch (IllegalStateException | IOException e) {
            fail(1, program, "", e); // no engine, or an address in use
        } catch (OutOfMemoryError e) {
            fail(1, program, "not enough memory for so much at a time: ", e);
        }
    }

    /** Of a program that does not answer that itself. */
    private static boolean asksForHelp(String program, String[] args) {
        if (program.equals("compare") || program.equals("jmh")) {
            return false;
        }
        List<String> words = Arrays.asList(args);
        return words.contains("--help") || words.contains("-h");
    }

    private static void server(Arguments arguments) {
        arguments.allow(SERVER_OPTIONS);
        arguments.limit("port", 0, Limits.PORT);
        arguments.limit("size", 1, Limits.SIZE);
        arguments.limit("block", 1, Limits.BLOCK);
        arguments.limit("accepts", 1, Limits.ACCEPTS);
        arguments.limit("defer", 0, Limits.DEFERRAL);
        arguments.limit("threads", 1, Limits.THREADS);
        chooseEngine(arguments);
        LoadServer.run(arguments);
    }

    private static void client(String program, Arguments arguments)
            throws IOException, InterruptedException {
        arguments.allow(CLIENT_OPTIONS);
        arguments.limit("port", 0, Limits.PORT);
        arguments.limit("size", 1, Limits.SIZE);
        arguments.limit("conns", 1, Limits.CONNECTIONS);
        arguments.seconds("warmup", 0);
        arguments.seconds("time", 0);
        arguments.number("pid", 0); // these two are ignored: outside harnesses pass them
        arguments.number("cpu", 0);
        chooseEngine(arguments);
        if (program.equals("client")) {
            LoadClient.run(arguments);
        } else {
            LoadClient.runWindows(arguments);
        }
    }

    private static void peer(String[] words) throws IOException, InterruptedException {
        if (words.length == 0 || !Peers.NAMES.contains(words[0])) {
            throw new Arguments.Wrong("expected one of " + String.join(", ", Peers.NAMES));
        }
        Arguments arguments = new Arguments(Arrays.copyOfRange(words, 1, words.length));
        arguments.allow(PEER_OPTIONS);
        arguments.limit("port", 0, Limits.PORT);
        arguments.limit("size", 1, Limits.SIZE);
        Peers.serve(
                words[0],
                new Work(
                        arguments.number("port", 9000),
                        arguments.number("size", 64),
                        arguments.choice("mode", "echo", "short").equals("short")));
    }

    private static void chooseEngine(Arguments arguments) {
        System.setProperty(
                "lapwing.engine", arguments.choice("engine", "auto", "uring", "selector"));
    }

    private static void fail(int status, String program, String what, Throwable cause) {
        System.err.println(
                "lapwing-bench"
                        + (program.isEmpty() ? "" : " " + program)
                        + ": "
                        + what
                        + cause.getMessage());
        System.exit(status);
    }
}
