package lapwing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import lapwing.winsock.Winsock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the exported package promises: its signatures, and that each of them is documented. */
@Timeout(60)
class PublicInterfaceTest {
    private static final Path SIGNATURES = Path.of("src/test/resources/lapwing.winsock.txt");
    private static final String REWRITE =
            "if this is meant: ./build -pl lapwing-core test -Dtest=PublicInterfaceTest"
                    + " -Dlapwing.signatures=rewrite";

    /** The parameters of Winsock's functions bear MSDN's names and mean what MSDN says. */
    private static final Pattern KNOWN_FROM_WINSOCK = Pattern.compile("no @(param|return)\\b");

    @Test
    void signaturesAreThoseOfTheFile() throws Exception {
        Set<String> found = signatures();
        if (System.getProperty("lapwing.signatures", "").equals("rewrite")) {
            Files.write(SIGNATURES, found);
        }
        assertThat(found).as(REWRITE).containsExactlyElementsOf(Files.readAllLines(SIGNATURES));
    }

    private static Set<String> signatures() throws Exception {
        Path folder =
                Path.of(Winsock.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                        .resolve("lapwing/winsock");
        Set<String> result = new TreeSet<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString().replace(".class", "");
                if (!name.equals("package-info")) {
                    describe(Class.forName("lapwing.winsock." + name), result);
                }
            }
        }
        return result;
    }

    private static boolean isPromised(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static boolean isPromised(Class<?> type) {
        return isPromised(type.getModifiers())
                && (type.getDeclaringClass() == null || isPromised(type.getDeclaringClass()));
    }

    private static void describe(Class<?> type, Set<String> result) throws Exception {
        if (!isPromised(type)) {
            return;
        }
        StringBuilder head = new StringBuilder(type.toGenericString());
        if (type.getSuperclass() != null) {
            head.append(" extends ").append(type.getGenericSuperclass().getTypeName());
        }
        Arrays.stream(type.getGenericInterfaces())
                .forEach(each -> head.append(" implements ").append(each.getTypeName()));
        result.add(type.getName() + ": " + head);
        for (Field field : type.getDeclaredFields()) {
            add(type, field, field.toGenericString() + value(field), result);
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            add(type, constructor, constructor.toGenericString(), result);
        }
        for (Method method : type.getDeclaredMethods()) {
            add(type, method, method.toGenericString(), result);
        }
    }

    private static void add(Class<?> type, Member member, String text, Set<String> result) {
        if (isPromised(member.getModifiers()) && !member.isSynthetic()) {
            result.add(type.getName() + ": " + text);
        }
    }

    /** A constant is compiled into the programs that use it. */
    private static String value(Field field) throws IllegalAccessException {
        int constant = Modifier.PUBLIC | Modifier.STATIC | Modifier.FINAL;
        boolean has =
                (field.getModifiers() & constant) == constant
                        && (field.getType().isPrimitive() || field.getType() == String.class);
        return has ? " = " + field.get(null) : "";
    }

    @Test
    void everythingIsDocumentedAndNoLinkIsBroken(@TempDir Path folder) throws IOException {
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        String annotations =
                Stream.of("java.class.path", "jdk.module.path")
                        .flatMap(each ->
                                Stream.of(System.getProperty(each, "").split(File.pathSeparator)))
                        .filter(each -> each.contains("jspecify"))
                        .findFirst()
                        .orElseThrow();
        int status =
                ToolProvider.findFirst("javadoc")
                        .orElseThrow()
                        .run(
                                out,
                                out,
                                "-quiet",
                                "-Xdoclint:all",
                                "-Xmaxwarns",
                                "10000",
                                "-d",
                                folder.toString(),
                                "--module-path",
                                annotations,
                                "--module-source-path",
                                "lapwing=src/main/java",
                                "--module",
                                "lapwing");
        List<String> complaints =
                said.toString()
                        .lines()
                        .filter(line -> line.contains("warning:") || line.contains("error:"))
                        .filter(line -> !KNOWN_FROM_WINSOCK.matcher(line).find())
                        .toList();
        assertThat(complaints).isEmpty();
        assertThat(status).as(said::toString).isZero();
        assertThat(folder.resolve("lapwing/lapwing/winsock/Winsock.html")).exists();
    }
}
