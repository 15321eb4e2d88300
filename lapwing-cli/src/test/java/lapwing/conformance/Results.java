package lapwing.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How the Java tests have fared on one engine: what Surefire has written about its last run. */
final class Results {
    private static final Pattern NAME =
            Pattern.compile("\\bname=\"(\\w+)[^\"]*\"[^>]*\\bclassname=\"([\\w.$]+)\"");
    private static final Pattern BAD = Pattern.compile("<(failure|error)\\b");

    /** How often a test method has passed, failed, or been skipped. */
    private static final class Count {
        int passed;
        int failed;
        int skipped;
    }

    private final Map<String, Map<String, Count>> byClass = new HashMap<>();

    /** Reads a folder of reports; those written before {@code after} are of another build. */
    static Results read(Path folder, long after) throws IOException {
        Results results = new Results();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.filter(Results::isReport).toList()) {
                    if (Files.getLastModifiedTime(file).toMillis() >= after) {
                        results.add(Files.readString(file));
                    }
                }
            }
        }
        return results;
    }

    private static boolean isReport(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith("TEST-") && name.endsWith(".xml");
    }

    private void add(String report) {
        List<String> cases = List.of(report.split("<testcase "));
        for (String each : cases.subList(1, cases.size())) {
            Matcher matcher = NAME.matcher(each);
            if (matcher.lookingAt()) {
                Count count =
                        byClass.computeIfAbsent(matcher.group(2), _ -> new HashMap<>())
                                .computeIfAbsent(matcher.group(1), _ -> new Count());
                if (BAD.matcher(each).find()) {
                    count.failed++;
                } else if (each.contains("<skipped")) {
                    count.skipped++;
                } else {
                    count.passed++;
                }
            }
        }
    }

    boolean hasRun(String className) {
        return byClass.containsKey(className);
    }

    /**
     * True if the test that a citation {@code class#method} stands in has passed. Where it stands
     * in no test method, in a helper for example, all tests of the class have to.
     */
    boolean passed(String citation) {
        String[] parts = citation.split("#", -1);
        Map<String, Count> methods = byClass.getOrDefault(parts[0], Map.of());
        Count own = methods.get(parts[1]);
        Collection<Count> counted = own == null ? methods.values() : List.of(own);
        return !counted.isEmpty()
                && counted.stream().allMatch(c -> c.passed > 0 && c.failed == 0)
                && (own != null || counted.stream().allMatch(c -> c.skipped == 0));
    }
}
