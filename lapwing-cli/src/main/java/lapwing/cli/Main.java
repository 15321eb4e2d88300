package lapwing.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

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
public final class Main implements Runnable {
    @Spec private CommandSpec spec;

    Main() {}

    /** Runs the command line and ends the JVM with its exit status. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main()).setExecutionExceptionHandler(Main::explain);
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

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing subcommand; see --help");
    }
}
