import org.jspecify.annotations.NullMarked;

/** The Lapwing command line: a program that uses the library as any other would. */
@NullMarked
module lapwing.cli {
    requires info.picocli;
    requires jdk.unsupported; // signals
    requires lapwing;
    requires static org.jspecify;

    provides System.LoggerFinder with
            lapwing.cli.LogFinder;

    // picocli sets the fields of the command classes.
    opens lapwing.cli to
            info.picocli;
}
