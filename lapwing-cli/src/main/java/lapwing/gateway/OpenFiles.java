package lapwing.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** How many descriptors this process may have open. */
public final class OpenFiles {
    /** What the JVM, the engine and listeners need for themselves. */
    private static final int RESERVE = 64;

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String LINE = "Max open files";

    private OpenFiles() {}

    /**
     * The soft limit ({@code ulimit -n}).
     *
     * @return the limit, if the system tells and there is one
     */
    public static OptionalLong limit() {
        try {
            for (String line : Files.readAllLines(LIMITS)) {
                if (line.startsWith(LINE)) {
                    String soft = line.substring(LINE.length()).strip().split("\\s+")[0];
                    return soft.equals("unlimited")
                            ? OptionalLong.empty()
                            : OptionalLong.of(Long.parseLong(soft));
                }
            }
        } catch (IOException | NumberFormatException e) {
            // Not Linux, or not readable: the gateway works without knowing.
        }
        return OptionalLong.empty();
    }

    /**
     * How many connections a limit has room for, at two descriptors each.
     *
     * @param limit of descriptors
     * @return at least 1
     */
    public static int connections(long limit) {
        return Math.clamp((limit - RESERVE) / 2, 1, Integer.MAX_VALUE);
    }
}
