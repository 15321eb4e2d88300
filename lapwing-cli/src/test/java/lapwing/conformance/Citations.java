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

    /** The test classes of source folders, by name. */
    static Citations ofTests(List<Fact> facts, Path... folders) throws IOException {
        Citations citations = new Citations(facts);
        for (Path folder : folders) {
            for (Path test : files(folder, "Test.java")) {
                String name = test.getFileName().toString().replace(".java", "");
                for (String line : Files.readAllLines(test)) {
                    Matcher matcher = COMMENT.matcher(line);
                    if (matcher.find()) {
                        citations.add(matcher.group(), name);
                    }
                }
            }
        }
        return citations;
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
