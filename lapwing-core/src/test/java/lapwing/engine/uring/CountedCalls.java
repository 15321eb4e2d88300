package lapwing.engine.uring;

import java.lang.foreign.Arena;
import java.lang.reflect.Field;
import java.util.Map;
import java.util.TreeMap;

/** Counts the system calls that a thread makes. */
public final class CountedCalls extends CallMemory {
    private static final Map<Integer, String> NAMES = names();

    private final Map<String, Integer> counts = new TreeMap<>();

    private CountedCalls() {
        super(Arena.ofAuto(), null, 0);
    }

    /** Counts the calls of the calling thread from now on. */
    public static CountedCalls ofThisThread() {
        CountedCalls result = new CountedCalls();
        use(result);
        return result;
    }

    private static Map<Integer, String> names() {
        Map<Integer, String> names = new TreeMap<>();
        for (Field field : SyscallNumbers.class.getDeclaredFields()) {
            try {
                if (field.getType() == int.class) {
                    names.put(field.getInt(null), field.getName());
                }
            } catch (IllegalAccessException e) {
                throw new AssertionError(e);
            }
        }
        return names;
    }

    private void count(int number) {
        counts.merge(NAMES.get(number), 1, Integer::sum);
    }

    @Override
    long quick(int number, long a, long b, long c, long d, long e, long f) {
        count(number);
        return super.quick(number, a, b, c, d, e, f);
    }

    @Override
    long waiting(int number, long a, long b, long c, long d, long e, long f) {
        count(number);
        return super.waiting(number, a, b, c, d, e, f);
    }

    /** Forgets what was counted. */
    public void clear() {
        counts.clear();
    }

    /** How many calls of that name there were. */
    public int of(String name) {
        return counts.getOrDefault(name, 0);
    }

    /** For each of so many times, to the nearest, without what was seldom called. */
    public Map<String, Integer> forEach(int times) {
        Map<String, Integer> result = new TreeMap<>();
        counts.forEach((name, count) -> result.put(name, Math.round((float) count / times)));
        result.values().removeIf(count -> count == 0);
        return result;
    }

    @Override
    public String toString() {
        return counts.toString();
    }
}
