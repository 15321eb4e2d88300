package lapwing.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** {@code --name value} pairs. Not a library's: its start-up would be measured with ours. */
final class Arguments {
    /** An argument that cannot be used; the message names it. */
    static final class Wrong extends RuntimeException {
        private static final long serialVersionUID = 1;

        Wrong(String message) {
            super(message);
        }
    }

    private final Map<String, String> values = new TreeMap<>();

    Arguments(String... arguments) {
        for (int i = 0; i < arguments.length; i += 2) {
            if (!arguments[i].startsWith("--")) {
                throw new Wrong("\"" + arguments[i] + "\": expected --name value");
            }
            if (i + 1 == arguments.length) {
                throw new Wrong(arguments[i] + ": expected a value behind it");
            }
            values.put(arguments[i].substring(2), arguments[i + 1]);
        }
    }

    /** Refuses every name but these. */
    void allow(String... names) {
        List<String> known = List.of(names);
        for (String name : values.keySet()) {
            if (!known.contains(name)) {
                throw new Wrong(
                        "--"
                                + name
                                + ": unknown option; there are "
                                + known.stream()
                                        .map(n -> "--" + n)
                                        .collect(Collectors.joining(", ")));
            }
        }
    }

    /** Refuses 0 for those of these names that are there. */
    void require(String... positive) {
        for (String name : positive) {
            if (number(name, 1) == 0) {
                throw new Wrong("--" + name + ": at least 1");
            }
        }
    }

    String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    /** One of the possible values, the first if it is not given. */
    String choice(String name, String... possible) {
        String text = text(name, possible[0]);
        if (!Arrays.asList(possible).contains(text)) {
            throw new Wrong(
                    "--"
                            + name
                            + ": \""
                            + text
                            + "\" is not one of "
                            + String.join(", ", possible));
        }
        return text;
    }

    int number(String name, int otherwise) {
        return number(name, otherwise, Integer.MAX_VALUE);
    }

    /** A number from 0 to a largest one. */
    int number(String name, int otherwise, int most) {
        String text = values.get(name);
        if (text == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new Wrong("--" + name + ": \"" + text + "\" is not a number from 0 to " + most);
    }

    double seconds(String name, double otherwise) {
        String text = values.get(name);
        if (text == null) {
            return otherwise;
        }
        try {
            double seconds = Double.parseDouble(text);
            if (seconds >= 0 && seconds <= 1e6) {
                return seconds;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new Wrong("--" + name + ": \"" + text + "\" is not a number of seconds");
    }
}
