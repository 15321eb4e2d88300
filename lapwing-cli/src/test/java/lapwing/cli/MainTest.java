package lapwing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void versionIsTheOneTheBuildWrote() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).startsWith("lapwing 0.").doesNotContain("${");
    }

    @Test
    void commandWithoutSubcommandIsAUsageError() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("lapwing: Missing subcommand\n")
                .contains("Usage: lapwing");
    }

    @Test
    void unknownSubcommandIsAUsageErrorThatPointsToTheHelp() {
        assertThat(run("gatewy")).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("lapwing: Unmatched argument at index 0: 'gatewy'\n")
                .contains("Did you mean: lapwing gateway")
                .endsWith("See \"lapwing --help\".\n")
                .doesNotContain("Usage: ");
    }

    private int run(String... args) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }
}
