package lapwing.bench;

import java.io.IOException;
import java.util.Arrays;

/** Chooses the program by the first argument: {@code server}, {@code client} or {@code jmh}. */
public final class Main {
    private static final String USAGE =
            "usage: lapwing-bench (server | client | jmh) [ARGUMENT...]";

    private Main() {}

    /** Runs one program with the arguments that follow its name. */
    public static void main(String[] args) throws IOException, InterruptedException {
        String program = args.length == 0 ? "" : args[0];
        switch (program) {
            case "jmh" -> org.openjdk.jmh.Main.main(Arrays.copyOfRange(args, 1, args.length));
            case "server", "client" -> load(program, Arrays.copyOfRange(args, 1, args.length));
            default -> fail(USAGE);
        }
    }

    private static void load(String program, String[] rest) throws InterruptedException {
        Arguments arguments = new Arguments(rest);
        System.setProperty("lapwing.engine", arguments.text("engine", "auto"));
        if (program.equals("server")) {
            LoadServer.run(arguments);
        } else {
            LoadClient.run(arguments);
        }
    }

    private static void fail(String message) {
        System.err.println(message);
        System.exit(2);
    }
}
