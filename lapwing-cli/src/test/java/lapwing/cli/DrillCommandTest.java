package lapwing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrillCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir private Path folder;

    @Test
    void exitStatusTellsWhetherEveryFileHasPassed() throws Exception {
        String good = Files.writeString(folder.resolve("good.drill"), "sleep 0 => ok").toString();
        String bad = Files.writeString(folder.resolve("bad.drill"), "sleep 0 => 0").toString();
        assertThat(run("drill", good)).isZero();
        assertThat(run("drill", good, bad)).isEqualTo(1);
        assertThat(out.toString()).contains("PASS " + good, "FAIL " + bad + " (1 of 1)");
    }

    @Test
    void commandWithoutFileIsAUsageError() {
        assertThat(run("drill")).isEqualTo(2);
        assertThat(err.toString().lines())
                .containsExactly(
                        "lapwing drill: Missing required parameter: 'FILE'",
                        "See \"lapwing drill --help\".");
    }

    @Test
    void unknownEngineIsAUsageErrorAndNamesTheKnownOnes() {
        assertThat(run("drill", "--engine", "steam", "x.drill")).isEqualTo(2);
        assertThat(err.toString()).contains("--engine: steam is none of uring, selector, auto");
    }

    private int run(String... args) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }
}
