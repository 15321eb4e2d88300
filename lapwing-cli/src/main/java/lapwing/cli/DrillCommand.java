package lapwing.cli;

import java.util.List;
import java.util.concurrent.Callable;
import lapwing.drill.Drill;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code lapwing drill}. */
@Command(
        name = "drill",
        description = "Runs scripts of Winsock calls and compares what they return.",
        footer = "%nThe exit status is 0 if every file has passed.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class DrillCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Mixin
    @SuppressWarnings("UnusedVariable") // takes effect by itself
    private EngineOption engine;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "Scripts, run one after another.")
    private List<String> files;

    @Override
    public Integer call() throws InterruptedException {
        Drill drill = new Drill(spec.commandLine().getOut(), Ansi.AUTO.enabled());
        return drill.run(files) == 0 ? 0 : 1;
    }
}
