package lapwing.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import lapwing.gateway.Rehearsal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code lapwing rehearse}: what the launcher runs while the JVM writes its start-up cache. */
@Command(
        name = "rehearse",
        hidden = true,
        mixinStandardHelpOptions = true,
        description = "Runs a gateway under load on loopback for some seconds, then ends.")
final class RehearseCommand implements Callable<Integer> {
    private static final Duration TIME = Duration.ofSeconds(2);

    @Spec private CommandSpec spec;

    RehearseCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        long exchanges = Rehearsal.run(TIME);
        spec.commandLine().getOut().println(exchanges + " exchanges");
        return 0;
    }
}
