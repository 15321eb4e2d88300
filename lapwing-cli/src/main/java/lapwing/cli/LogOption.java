package lapwing.cli;

import java.lang.System.Logger.Level;
import java.util.Locale;
import picocli.CommandLine.Option;

/** The options {@code --log-level} and {@code --verbose}. */
final class LogOption {
    /** The names a user writes. */
    enum LogLevel {
        ERROR,
        WARNING,
        INFO,
        DEBUG;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            defaultValue = "info",
            description = "What to log: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}")
    private LogLevel level;

    @Option(
            names = {"-v", "--verbose"},
            description = "The same as --log-level debug: one line for each ended connection.")
    private boolean verbose;

    /** Makes the choice take effect. */
    void apply() {
        LineLogger.prepare();
        LineLogger.setThreshold(verbose ? Level.DEBUG : Level.valueOf(level.name()));
    }
}
