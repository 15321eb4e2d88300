package lapwing.cli;

import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The option {@code --engine}, the same for every command. It takes effect while the command line
 * is read, before the command touches the library, which looks once.
 */
final class EngineOption {
    private static final String PROPERTY = "lapwing.engine";
    private static final Set<String> ENGINES = Set.of("uring", "selector", "auto");

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            description = "What carries the calls out: uring, selector, or auto (the default).")
    void choose(String name) {
        if (!ENGINES.contains(name)) {
            throw new ParameterException(
                    command.commandLine(),
                    "--engine: " + name + " is none of uring, selector, auto");
        }
        System.setProperty(PROPERTY, name);
    }
}
