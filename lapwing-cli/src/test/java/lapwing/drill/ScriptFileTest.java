package lapwing.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScriptFileTest {
    @TempDir private Path folder;

    @Test
    void linesEndWithLfOrCrLfAndTheLastMayNotEnd() throws Exception {
        assertThat(ScriptFile.read(file("sleep 1\r\n\nsleep 2")))
                .containsExactly(
                        new Line(1, "sleep 1", null),
                        new Line(2, "", null),
                        new Line(3, "sleep 2", null));
    }

    @Test
    void lineOf8000CharactersIsReadAndALongerOneIsRefused() throws Exception {
        assertThat(ScriptFile.read(file("x".repeat(8000) + "\r\n"))).hasSize(1);
        assertThatThrownBy(() -> ScriptFile.read(file("\n" + "x".repeat(8001))))
                .isInstanceOf(UnreadableScript.class)
                .hasMessageEndingWith("test.drill line 2 has more than 8000 characters");
    }

    @Test
    void fileOf2000LinesIsReadAndALongerOneIsRefused() throws Exception {
        assertThat(ScriptFile.read(file("\n".repeat(2000)))).hasSize(2000);
        assertThatThrownBy(() -> ScriptFile.read(file("\n".repeat(2000) + "x")))
                .isInstanceOf(UnreadableScript.class)
                .hasMessageEndingWith("has more than 2000 lines");
    }

    @Test
    void missingFileIsNamed() {
        assertThatThrownBy(() -> ScriptFile.read(folder.resolve("none.drill")))
                .isInstanceOf(UnreadableScript.class)
                .hasMessageEndingWith("none.drill cannot be opened");
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("test.drill"), text);
    }
}
