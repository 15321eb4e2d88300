package lapwing.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The life stories in {@code docs/architecture.md} name methods that there are. */
@Timeout(60)
class LifeStoriesTest {
    private static final Path ROOT = Files.exists(Path.of("docs")) ? Path.of("") : Path.of("..");
    private static final Pattern NAME = Pattern.compile("`([A-Z]\\w*)\\.(\\w+)`");
    private static final int FEWEST = 10;

    @ParameterizedTest
    @ValueSource(strings = {"The life of an AcceptEx", "The life of a forwarded connection"})
    void everyMethodOfTheStoryExists(String title) throws IOException {
        List<MatchResult> names = NAME.matcher(story(title)).results().toList();
        assertThat(names).hasSizeGreaterThan(FEWEST);
        assertThat(names).allSatisfy(name -> assertMethod(name.group(1), name.group(2)));
    }

    /** From the heading to the next one. */
    private static String story(String title) throws IOException {
        String page = Files.readString(ROOT.resolve("docs/architecture.md"));
        int begin = page.indexOf("\n## " + title + "\n");
        assertThat(begin).as(title).isNotNegative();
        int end = page.indexOf("\n## ", begin + 1);
        return page.substring(begin, end < 0 ? page.length() : end);
    }

    private static void assertMethod(String type, String method) throws Exception {
        List<String> found = classes(type);
        assertThat(found).as(type).isNotEmpty();
        assertThat(found)
                .as(type + "." + method)
                .anySatisfy(name ->
                        assertThat(
                                        Class.forName(
                                                        name,
                                                        false,
                                                        LifeStoriesTest.class.getClassLoader())
                                                .getDeclaredMethods())
                                .extracting(Method::getName)
                                .contains(method));
    }

    /** The full names of the classes of that name, by their source files. */
    private static List<String> classes(String simpleName) throws IOException {
        List<String> found = new ArrayList<>();
        for (String module : List.of("lapwing-core", "lapwing-cli")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
                files.filter(file -> file.endsWith(simpleName + ".java"))
                        .map(LifeStoriesTest::className)
                        .forEach(found::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return found;
    }

    private static String className(Path file) {
        String[] names = file.toString().replace(".java", "").split("/");
        int begin = Arrays.asList(names).indexOf("java") + 1;
        return String.join(".", Arrays.copyOfRange(names, begin, names.length));
    }
}
