package lapwing.bench;

import java.util.HashMap;
import java.util.Map;

/** {@code --name value} pairs. Not a library's: its start-up would be measured with ours. */
final class Arguments {
    private final Map<String, String> values = new HashMap<>();

    Arguments(String[] arguments) {
        for (int i = 0; i < arguments.length; i += 2) {
            if (!arguments[i].startsWith("--") || i + 1 == arguments.length) {
                throw new IllegalArgumentException(
                        "\"" + arguments[i] + "\": expected --name value");
            }
            values.put(arguments[i].substring(2), arguments[i + 1]);
        }
    }

    String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    int number(String name, int otherwise) {
        String text = values.get(name);
        return text == null ? otherwise : Integer.parseInt(text);
    }

    double seconds(String name, double otherwise) {
        String text = values.get(name);
        return text == null ? otherwise : Double.parseDouble(text);
    }
}
