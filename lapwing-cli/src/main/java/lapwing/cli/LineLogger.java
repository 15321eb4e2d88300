package lapwing.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.text.MessageFormat;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code 22:14:03.123 warning message} on standard error, and below it the stack trace of an
 * exception. Who logs never waits for standard error.
 *
 * <p>It takes the place of {@code java.util.logging}, which closes itself when the JVM is told to
 * end: just then a gateway has to say how the last connections went.
 */
final class LineLogger implements System.Logger {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

    /** Read by any thread; set once by the command line. */
    private static volatile Level threshold = Level.INFO;

    /** Its thread starts with the first logger. */
    private static final BackgroundWriter WRITER =
            new BackgroundWriter("lapwing-log", LineLogger::print, LineLogger::missing);

    private final String name;
    private final boolean ours;

    LineLogger(String name) {
        this.name = name;
        ours = name.equals("lapwing") || name.startsWith("lapwing.");
    }

    /** Sets what our own loggers write; those of the JDK stay at INFO or above. */
    static void setThreshold(Level level) {
        threshold = level;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public boolean isLoggable(Level level) {
        Level least = threshold;
        if (!ours && least.getSeverity() < Level.INFO.getSeverity()) {
            least = Level.INFO;
        }
        return level != Level.OFF && level.getSeverity() >= least.getSeverity();
    }

    @Override
    public void log(
            Level level,
            @Nullable ResourceBundle bundle,
            @Nullable String message,
            @Nullable Throwable thrown) {
        if (isLoggable(level)) {
            write(level, message, thrown);
        }
    }

    @Override
    public void log(
            Level level,
            @Nullable ResourceBundle bundle,
            @Nullable String format,
            @Nullable Object... parameters) {
        if (isLoggable(level)) {
            boolean plain = format == null || parameters == null || parameters.length == 0;
            write(level, plain ? format : MessageFormat.format(format, parameters), null);
        }
    }

    /**
     * Has everything loaded that a line needs, the time zone's file above all: when something has
     * to be said, there may be no descriptor left to load it with.
     */
    static void prepare() {
        format(Level.ERROR, "nothing yet", new IllegalStateException("nothing yet"));
    }

    /** Lines left out because standard error was not read. */
    static long leftOut() {
        return WRITER.leftOut();
    }

    /** Waits a little until what was logged is written, for a program that ends. */
    static void await(Duration limit) throws InterruptedException {
        WRITER.await(limit);
    }

    private static void write(Level level, @Nullable String message, @Nullable Throwable thrown) {
        WRITER.write(format(level, message, thrown));
    }

    private static void print(String lines) {
        System.err.print(lines);
        System.err.flush();
    }

    private static String missing(long count) {
        return format(
                Level.WARNING,
                count + " lines of this log are missing: nobody read it in time",
                null);
    }

    private static String format(
            Level level, @Nullable String message, @Nullable Throwable thrown) {
        StringWriter text = new StringWriter();
        text.append(TIME.format(LocalTime.now(ZoneId.systemDefault()))).append(' ');
        text.append(level.name().toLowerCase(Locale.ROOT)).append(' ');
        text.append(String.valueOf(message)).append('\n');
        if (thrown != null) {
            thrown.printStackTrace(new PrintWriter(text));
        }
        return text.toString();
    }
}
