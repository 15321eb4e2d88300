package lapwing.cli;

import java.io.PrintWriter;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code lapwing}; its subcommands do the work. */
@Command(
        name = "lapwing",
        description = "The Windows overlapped-socket calls on the JVM.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            GatewayCommand.class,
            DrillCommand.class,
            DoctorCommand.class,
            RehearseCommand.class
        })
public final class Main implements Callable<Integer> {
    /** How long a program that ends waits for the readers of its output. */
    static final Duration LAST_LINES = Duration.ofMillis(500);

    @Spec private CommandSpec spec;

    Main() {}

    /** Runs the command line and ends the JVM with its exit status. */
    public static void main(String[] args) throws InterruptedException {
        Thread.setDefaultUncaughtExceptionHandler(Main::died);
        int status = commandLine().execute(args);
        LineLogger.await(LAST_LINES);
        System.exit(status);
    }

    /** The log does not wait for its reader; what the JVM does by itself would. */
    private static void died(Thread thread, Throwable why) {
        System.getLogger("lapwing")
                .log(Level.ERROR, "an exception has ended thread " + thread.getName(), why);
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setParameterExceptionHandler(Main::pointToHelp)
                .setExecutionExceptionHandler(Main::explain);
    }

    /** The message stays in sight: the usage text is far longer than a screen. */
    private static int pointToHelp(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        PrintWriter err = command.getErr();
        err.println(name + ": " + e.getMessage());
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println("See \"" + name + " --help\".");
        err.flush();
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    /** There is no engine: one line, not a stack trace. */
    private static int explain(Exception e, CommandLine command, ParseResult arguments)
            throws Exception {
        if (!(e instanceof IllegalStateException)) {
            throw e;
        }
        command.getErr().println("lapwing " + command.getCommandName() + ": " + e.getMessage());
        return command.getCommandSpec().exitCodeOnExecutionException();
    }

    /** There is nothing to do without a subcommand, and few of them: they are listed. */
    @Override
    public Integer call() {
        CommandLine command = spec.commandLine();
        command.getErr().println("lapwing: Missing subcommand");
        command.usage(command.getErr());
        return spec.exitCodeOnInvalidInput();
    }
}
