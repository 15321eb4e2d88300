package lapwing.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Who cites which fact: scripts in lines {@code # fact: A7 A8}, Java tests in comments. */
final class Citations {
    private static final Pattern FACT_LINE = Pattern.compile("#\\s*fact:([A-Z0-9 ]*)");
    private static final Pattern COMMENT = Pattern.compile("//(.*)|^\\s*/?\\*+(.*)");

    private static final Pattern METHOD = Pattern.compile("^    void (\\w+)\\(");
    private static final Pattern CLASS = Pattern.compile("^(?:\\w+ )*class ");

    /** {@code A7}, or {@code T6–T8} for all between them. */
    private static final Pattern ID = Pattern.compile("\\b([A-Z])(\\d+)\\b(?:–\\1(\\d+)\\b)?");

    private final List<Fact> facts;
    private final Map<String, SortedSet<String>> byFact = new HashMap<>();

    private Citations(List<Fact> facts) {
        this.facts = facts;
    }

    /** The scripts of a folder, by name without ending. */
    static Citations ofScripts(List<Fact> facts, Path folder) throws IOException {
        Citations citations = new Citations(facts);
        for (Path script : files(folder, ".drill")) {
            String name = script.getFileName().toString().replace(".drill", "");
            for (String line : Files.readAllLines(script)) {
                Matcher matcher = FACT_LINE.matcher(line);
                if (matcher.lookingAt()) {
                    citations.add(matcher.group(1), name);
                }
            }
        }
        return citations;
    }

    /** The tests of a source folder, as {@code class#method}; no method if it is outside of all. */
    static Citations ofTests(List<Fact> facts, Path folder) throws IOException {
        Citations citations = new Citations(facts);
        for (Path test : files(folder, "Test.java")) {
            String file = folder.relativize(test).toString();
            String name = file.replace(".java", "").replace('/', '.');
            citations.addTest(name, Files.readAllLines(test));
        }
        return citations;
    }

    /** What stands before a method, behind the one above, is about that method. */
    private void addTest(String className, List<String> lines) {
        StringBuilder comments = new StringBuilder();
        String method = "";
        for (String line : lines) {
            Matcher comment = COMMENT.matcher(line);
            if (comment.find()) {
                comments.append(comment.group()).append('\n');
            }
            Matcher header = METHOD.matcher(line);
            if (header.find()) {
                method = header.group(1);
            }
            if (line.equals("    }") || line.equals("}") || CLASS.matcher(line).find()) {
                add(comments.toString(), className + "#" + method);
                comments.setLength(0);
                method = "";
            }
        }
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        }
    }

    private void add(String text, String name) {
        Matcher matcher = ID.matcher(text);
        while (matcher.find()) {
            char letter = matcher.group(1).charAt(0);
            int first = Integer.parseInt(matcher.group(2));
            int last = matcher.group(3) == null ? first : Integer.parseInt(matcher.group(3));
            for (Fact fact : facts) {
                if (fact.letter() == letter && fact.number() >= first && fact.number() <= last) {
                    byFact.computeIfAbsent(fact.id(), _ -> new TreeSet<>()).add(name);
                }
            }
        }
    }

    SortedSet<String> of(Fact fact) {
        return byFact.getOrDefault(fact.id(), Collections.emptySortedSet());
    }
}
