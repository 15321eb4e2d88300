package lapwing.drill;

import java.util.List;
import lapwing.winsock.CompletionPort;
import lapwing.winsock.Constants;
import lapwing.winsock.Sockaddr;
import lapwing.winsock.SocketHandle;
import org.jspecify.annotations.Nullable;

/**
 * The words of one call, each read as the kind of argument its place wants.
 *
 * <p>Whatever does not fit throws {@link BadLine}. A call therefore reads all its arguments before
 * it does anything.
 */
final class Call {
    private static final int NAME_LIMIT = 60;
    private static final String NULL = "NULL";
    private static final String INVALID = "INVALID";

    private final Script script;
    private final List<String> words;

    Call(Script script, List<String> words) {
        this.script = script;
        this.words = words;
    }

    Script script() {
        return script;
    }

    /** The name of the function. */
    String name() {
        return word(0);
    }

    String word(int i) {
        if (i >= words.size()) {
            throw new BadLine("too few arguments");
        }
        return words.get(i);
    }

    /** The words from {@code i} on; at least one. */
    List<String> wordsFrom(int i) {
        word(i);
        return words.subList(i, words.size());
    }

    boolean has(int i) {
        return i < words.size();
    }

    /** The words in brackets: all from {@code first} on, in any order. */
    Options options(int first) {
        return new Options(words.subList(Math.min(first, words.size()), words.size()));
    }

    String oneOf(int i, String... choices) {
        String word = word(i);
        if (!List.of(choices).contains(word)) {
            throw new BadLine(word + " is none of " + List.of(choices));
        }
        return word;
    }

    String newName(int i) {
        String word = word(i);
        char first = word.charAt(0);
        boolean letter = first >= 'a' && first <= 'z' || first >= 'A' && first <= 'Z';
        if (!letter || word.length() >= NAME_LIMIT) {
            throw new BadLine("not a name: " + word);
        }
        return word;
    }

    NamedSocket socket(int i) {
        return script.find(word(i)) instanceof NamedSocket s
                ? s
                : invalid(i, NamedSocket.INVALID, "socket");
    }

    SocketHandle socketHandle(int i) {
        return socket(i).handle();
    }

    NamedPort port(int i) {
        return script.find(word(i)) instanceof NamedPort p
                ? p
                : invalid(i, NamedPort.invalid(), "port");
    }

    CompletionPort portHandle(int i) {
        return port(i).handle();
    }

    private <T> T invalid(int i, T object, String kind) {
        if (!word(i).equals(INVALID)) {
            throw new BadLine("not a " + kind + ": " + word(i));
        }
        return object;
    }

    NamedOverlapped overlapped(int i) {
        return overlappedNamed(word(i));
    }

    @Nullable NamedOverlapped overlappedOrNull(int i) {
        return isNull(i) ? null : overlapped(i);
    }

    NamedOverlapped overlappedNamed(String word) {
        if (script.find(word) instanceof NamedOverlapped o) {
            return o;
        }
        throw new BadLine("not an overlapped structure: " + word);
    }

    NamedThread thread(int i) {
        if (script.find(word(i)) instanceof NamedThread thread) {
            return thread;
        }
        throw new BadLine("not a thread: " + word(i));
    }

    boolean isNull(int i) {
        return word(i).equals(NULL);
    }

    int number(int i) {
        return Numbers.parseInt(word(i));
    }

    long key(int i) {
        return Numbers.parse(word(i));
    }

    int size(int i) {
        return Numbers.parseSize(word(i));
    }

    int milliseconds(int i) {
        return word(i).equals("INFINITE") ? Constants.INFINITE : number(i);
    }

    int flags(int i) {
        return Flags.parse(word(i));
    }

    byte[] data(int i) {
        return Datum.parse(word(i));
    }

    byte @Nullable [] dataOrNull(int i) {
        return isNull(i) ? null : data(i);
    }

    Sockaddr address(int i) {
        return Addresses.parse(script, word(i));
    }
}
