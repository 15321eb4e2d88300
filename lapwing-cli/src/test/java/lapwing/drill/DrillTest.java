package lapwing.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs, of scripts that need no socket. */
class DrillTest {
    @TempDir private Path folder;

    @Test
    void outcomesStandBehindTheCallAndAVerdictEndsTheFile() throws Exception {
        assertThat(run("OVERLAPPED o => ok\n\nsleep 1 # not compared\nInternal o => status=*"))
                .isEqualTo(
                        outcome("OVERLAPPED o", "ok")
                                + outcome("sleep 1", "ok")
                                + outcome("Internal o", "status=STATUS_SUCCESS bytes=0")
                                + "PASS test.drill\n");
    }

    @Test
    void mismatchQuotesTheExpectationAsWritten() throws Exception {
        assertThat(run("sleep 1 =>  0 | no \nsleep 0 => ok"))
                .isEqualTo(
                        outcome("sleep 1", "ok")
                                + "MISMATCH line 1: expected 0 | no got ok\n"
                                + outcome("sleep 0", "ok")
                                + "FAIL test.drill (1 of 2)\n");
    }

    @Test
    void linesThatCannotBeRunAreBad() throws Exception {
        assertThat(
                        run(
                                """
                                frob => BAD
                                sleep => BAD
                                sleep x => BAD
                                Internal o => BAD
                                OVERLAPPED 1 => BAD
                                OVERLAPPED o => ok
                                CancelIo o => BAD
                                buffer o 0 1 => BAD
                                join T => BAD
                                start T => BAD
                                end => BAD
                                """))
                .endsWith("PASS test.drill\n");
    }

    @Test
    void repeatedLinesRunThatOftenAndItsTwoLinesPrintNothing() throws Exception {
        assertThat(run("repeat 3\nsleep 0 => ok\nend\nsleep 1"))
                .isEqualTo(
                        outcome("sleep 0", "ok").repeat(3)
                                + outcome("sleep 1", "ok")
                                + "PASS test.drill\n");
    }

    @Test
    void joinPrintsTheOutcomeOfTheStartedCall() throws Exception {
        assertThat(run("start T sleep 50 => ok\njoin T => ok\nstart U frob => ok\njoin U => BAD"))
                .endsWith("PASS test.drill\n");
    }

    @Test
    void lineOfMoreThan32WordsIsBad() throws Exception {
        assertThat(
                        run(
                                "sleep 0"
                                        + " x".repeat(30)
                                        + " => ok\nsleep 0"
                                        + " x".repeat(31)
                                        + " => BAD"))
                .endsWith("PASS test.drill\n");
    }

    @Test
    void hangingCallFailsAndEndsItsScriptOnly() throws Exception {
        Path hanging = Files.writeString(folder.resolve("hanging.drill"), "sleep 60000\nsleep 1");
        Path next = Files.writeString(folder.resolve("next.drill"), "sleep 1 => ok");
        assertThat(run(List.of(hanging.toString(), next.toString()), 1))
                .isEqualTo(
                        outcome("sleep 60000", "HANGS")
                                + "MISMATCH line 1: got HANGS\n"
                                + "FAIL %s (1 of 1)\n".formatted(hanging)
                                + outcome("sleep 1", "ok")
                                + "PASS %s\n".formatted(next));
    }

    @Test
    void missingFileFailsWithAReason() throws Exception {
        Path missing = folder.resolve("missing.drill");
        assertThat(run(List.of(missing.toString()), 1))
                .isEqualTo("%1$s cannot be opened%nFAIL %1$s (1 of 0)%n".formatted(missing));
    }

    private static String outcome(String call, String outcome) {
        return "%-78s => %s%n".formatted(call, outcome);
    }

    /** Runs one script; its path is left out of what is printed. */
    private String run(String script) throws Exception {
        Path file = Files.writeString(folder.resolve("test.drill"), script);
        StringWriter out = new StringWriter();
        new Drill(new PrintWriter(out), false).run(List.of(file.toString()));
        return out.toString().replace(file.toString(), "test.drill");
    }

    private static String run(List<String> files, int failed) throws Exception {
        StringWriter out = new StringWriter();
        assertThat(new Drill(new PrintWriter(out), false).run(files)).isEqualTo(failed);
        return out.toString();
    }
}
