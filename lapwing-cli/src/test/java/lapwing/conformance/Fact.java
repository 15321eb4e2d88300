package lapwing.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One thing that Windows does.
 *
 * @param id a letter for the function or the subject, and a number
 * @param about a few words
 * @param remark empty, or why there is no script, or how an engine differs
 */
record Fact(String id, String about, String remark) {
    private static final String DIFFERS = "differs: ";
    private static final String NO_SCRIPT = "no script: ";

    static List<Fact> read(Path table) throws IOException {
        List<Fact> facts = new ArrayList<>();
        for (String line : Files.readAllLines(table)) {
            if (!line.startsWith("#")) {
                String[] fields = line.split("\t", -1);
                facts.add(new Fact(fields[0], fields[1], fields.length > 2 ? fields[2] : ""));
            }
        }
        return facts;
    }

    char letter() {
        return id.charAt(0);
    }

    int number() {
        return Integer.parseInt(id.substring(1));
    }

    /** How an engine differs from it; empty if it does not. */
    String difference(String engine) {
        String here = "differs on " + engine + ": ";
        return remark.startsWith(DIFFERS)
                ? remark.substring(DIFFERS.length())
                : remark.startsWith(here) ? remark.substring(here.length()) : "";
    }

    /** Why no script checks it; empty if there is no reason. */
    String obstacle() {
        return remark.startsWith(NO_SCRIPT) ? remark.substring(NO_SCRIPT.length()) : "";
    }
}
