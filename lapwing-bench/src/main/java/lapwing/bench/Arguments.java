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

    /** Refuses for that name, if it is there, all but the numbers from a least to a largest one. */
    void limit(String name, int least, int most) {
        number(name, least, least, most);
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
        return number(name, otherwise, 0, Integer.MAX_VALUE);
    }

    private int number(String name, int otherwise, int least, int most) {
        String text = values.get(name);
        if (text == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new Wrong(
                "--" + name + ": \"" + text + "\" is not a number from " + least + " to " + most);
    }

    double seconds(String name, double otherwise) {
        String text = values.get(name);
        if (text == null) {
            return otherwise;
        }
        try {
            double seconds = Double.parseDouble(text);
            if (seconds >= 0 && seconds <= Limits.SECONDS) {
                return seconds;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new Wrong(
                "--"
                        + name
                        + ": \""
                        + text
                        + "\" is not a number of seconds from 0 to "
                        + Limits.SECONDS);
    }
}
