package lapwing.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {
    private static final String REPORT =
            """
            <testsuite name="p.SomeTest">
              <testcase name="good" classname="p.SomeTest" time="0.1"/>
              <testcase name="noisy" classname="p.SomeTest"><system-out>x</system-out></testcase>
              <testcase name="bad" classname="p.SomeTest"><failure message="no"/></testcase>
              <testcase name="skipped" classname="p.SomeTest"><skipped message="no"/></testcase>
              <testcase name="each(int)[1]" classname="p.SomeTest" time="0.1"/>
              <testcase name="each(int)[2]" classname="p.SomeTest"><error type="E"/></testcase>
            </testsuite>
            """;

    @TempDir private Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.writeString(folder.resolve("TEST-p.SomeTest.xml"), REPORT);
    }

    private boolean passed(String citation) throws IOException {
        return Results.read(folder, 0).passed(citation);
    }

    @Test
    void aTestThatHasRunAndPassedCounts() throws IOException {
        assertThat(passed("p.SomeTest#good")).isTrue();
        assertThat(passed("p.SomeTest#noisy")).isTrue();
    }

    @Test
    void aTestThatFailsOrIsSkippedDoesNot() throws IOException {
        assertThat(passed("p.SomeTest#bad")).isFalse();
        assertThat(passed("p.SomeTest#skipped")).isFalse();
        assertThat(passed("p.SomeTest#each")).isFalse();
    }

    @Test
    void outsideOfTheTestsTheWholeClassCounts() throws IOException {
        assertThat(passed("p.SomeTest#")).isFalse();
        assertThat(passed("p.SomeTest#helper")).isFalse();
    }

    @Test
    void aTestWithoutReportDoesNotCount() throws IOException {
        assertThat(passed("p.OtherTest#good")).isFalse();
    }

    @Test
    void aReportOfAnotherBuildDoesNotCount() throws IOException {
        assertThat(Results.read(folder, Long.MAX_VALUE).hasRun("p.SomeTest")).isFalse();
    }
}
