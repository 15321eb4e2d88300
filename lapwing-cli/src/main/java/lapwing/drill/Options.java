package lapwing.drill;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The optional words of a call: plain ones, and {@code name=value}. Unknown ones mean nothing. */
final class Options {
    private final List<String> words;

    Options(List<String> words) {
        this.words = words;
    }

    boolean has(String word) {
        return words.contains(word);
    }

    /** The value of the first {@code name=value}; null if there is none. */
    @Nullable String value(String name) {
        String prefix = name + "=";
        for (String word : words) {
            if (word.startsWith(prefix)) {
                return word.substring(prefix.length());
            }
        }
        return null;
    }

    int number(String name, int otherwise) {
        String value = value(name);
        return value == null ? otherwise : Numbers.parseInt(value);
    }

    int flags(String name) {
        String value = value(name);
        return value == null ? 0 : Flags.parse(value);
    }

    byte @Nullable [] data(String name) {
        String value = value(name);
        return value == null ? null : Datum.parse(value);
    }

    /**
     * The first word that is neither {@code name=value} nor one of those given; null if there is
     * none.
     */
    @Nullable String plainWord(String... except) {
        for (String word : words) {
            if (word.indexOf('=') < 0 && !List.of(except).contains(word)) {
                return word;
            }
        }
        return null;
    }
}
