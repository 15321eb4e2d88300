package lapwing.conformance;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The text of {@code docs/conformance.md}. */
final class Page {
    /** The engines, with the heading of their column. */
    static final Map<String, String> ENGINES = new LinkedHashMap<>();

    private static final Map<Character, String> SUBJECTS = new LinkedHashMap<>();

    static {
        ENGINES.put("uring", "io_uring");
        ENGINES.put("selector", "selectors");
        SUBJECTS.put('A', "AcceptEx");
        SUBJECTS.put('G', "GetAcceptExSockaddrs and the output buffer");
        SUBJECTS.put('C', "ConnectEx");
        SUBJECTS.put('D', "DisconnectEx");
        SUBJECTS.put('I', "WSAIoctl");
        SUBJECTS.put('P', "Completion ports");
        SUBJECTS.put('O', "Structures, results, cancelling, receiving, sending");
        SUBJECTS.put('S', "Socket options and states");
        SUBJECTS.put('T', "TransmitFile and TransmitPackets");
        SUBJECTS.put('M', "WSARecvMsg and WSASendMsg");
        SUBJECTS.put('R', "Registered I/O");
        SUBJECTS.put('W', "TIME_WAIT");
    }

    private static final String HEAD =
            """
            # Conformance

            What Windows does, fact by fact, and whether Lapwing does it. A fact has a letter for its subject and a number;
            code and tests cite it so. Each comes from Microsoft's reference or from tests that others run on Windows.

            This page is made by the build: it runs the scripts in `conformance/` and the Java tests on both engines.
            `./build verify` writes it anew, and with `CI=true` fails if it is not up to date. Do not edit it; edit the
            scripts, or `lapwing-cli/src/test/resources/facts.tsv`. What another implementation does with the same
            scripts is in [wine.md](wine.md).

            | | |
            |---|---|
            | passes | scripts check it, and pass on this engine |
            | tested | no script, but Java tests check it, and have passed on this engine |
            | differs | Lapwing does something else, for the reason given |
            | no script | it cannot be checked by a script, for the reason given, and no Java test does |
            | not covered | nothing checks it yet |

            """;

    private final List<Fact> facts;
    private final Citations scripts;
    private final Citations tests;
    private final Map<String, Results> results;

    /** The results of the tests by engine. */
    Page(List<Fact> facts, Citations scripts, Citations tests, Map<String, Results> results) {
        this.facts = facts;
        this.scripts = scripts;
        this.tests = tests;
        this.results = results;
    }

    String text() {
        StringBuilder text = new StringBuilder(HEAD);
        summary(text);
        SUBJECTS.forEach((letter, subject) -> section(text, letter, subject));
        return text.toString();
    }

    private void summary(StringBuilder text) {
        Map<String, Map<String, Integer>> counts = new TreeMap<>();
        for (String engine : ENGINES.keySet()) {
            for (Fact fact : facts) {
                String state = state(fact, engine).replaceFirst(":.*", "");
                counts.computeIfAbsent(state, _ -> new TreeMap<>()).merge(engine, 1, Integer::sum);
            }
        }
        text.append("Of ").append(facts.size()).append(" facts:\n\n| |");
        ENGINES.values().forEach(name -> text.append(' ').append(name).append(" |"));
        text.append("\n|---|").append("---:|".repeat(ENGINES.size())).append('\n');
        for (String state : List.of("passes", "tested", "differs", "no script", "not covered")) {
            Map<String, Integer> row = counts.getOrDefault(state, Map.of());
            text.append("| ").append(state).append(" |");
            ENGINES.keySet()
                    .forEach(e -> text.append(' ').append(row.getOrDefault(e, 0)).append(" |"));
            text.append('\n');
        }
    }

    private void section(StringBuilder text, char letter, String subject) {
        text.append("\n## ").append(letter).append(": ").append(subject).append("\n\n");
        text.append("| | about | scripts | Java tests |");
        ENGINES.values().forEach(name -> text.append(' ').append(name).append(" |"));
        text.append("\n|---|---|---|---|").append("---|".repeat(ENGINES.size())).append('\n');
        for (Fact fact : facts) {
            if (fact.letter() == letter) {
                row(text, fact);
            }
        }
    }

    private void row(StringBuilder text, Fact fact) {
        String links =
                scripts.of(fact).stream()
                        .map(s -> "[" + s + "](../conformance/" + s + ".drill)")
                        .collect(Collectors.joining(", "));
        text.append("| ").append(fact.id()).append(" | ").append(fact.about()).append(" | ");
        text.append(links).append(" | ").append(classes(fact)).append(" |");
        for (String engine : ENGINES.keySet()) {
            text.append(' ').append(state(fact, engine)).append(" |");
        }
        text.append('\n');
    }

    private String classes(Fact fact) {
        return tests.of(fact).stream()
                .map(test -> test.replaceAll("#.*", "").replaceAll(".*\\.", ""))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private String state(Fact fact, String engine) {
        SortedSet<String> checkedBy = scripts.of(fact);
        if (!fact.difference(engine).isEmpty()) {
            return "differs: " + fact.difference(engine);
        } else if (!checkedBy.isEmpty()) {
            return "passes"; // a page is made only if all scripts do
        } else if (tests.of(fact).stream().anyMatch(results.get(engine)::passed)) {
            return "tested";
        }
        return fact.obstacle().isEmpty() ? "not covered" : "no script: " + fact.obstacle();
    }
}
