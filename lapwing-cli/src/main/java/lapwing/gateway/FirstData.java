package lapwing.gateway;

import java.time.Duration;

/**
 * What the gateway waits for before it connects to a backend.
 *
 * @param mode how
 * @param limit how long; not used with {@link Mode#NONE}
 */
public record FirstData(Mode mode, Duration limit) {
    /** How long a client may be silent unless the user says otherwise. */
    public static final Duration DEFAULT_LIMIT = Duration.ofSeconds(10);

    /** The three ways. */
    public enum Mode {
        /** The client speaks first; a silent one is shed at the limit. */
        REQUIRED,
        /** Whatever the client sends until the limit goes along; a silent one is connected then. */
        WAIT,
        /** Connect at once, for protocols where the server speaks first. */
        NONE
    }

    /** Required, with the default limit. */
    public static final FirstData REQUIRED = new FirstData(Mode.REQUIRED, DEFAULT_LIMIT);

    /** None. */
    public static final FirstData NONE = new FirstData(Mode.NONE, Duration.ZERO);

    /**
     * Reads {@code required}, {@code required=T}, {@code wait=T} or {@code none}.
     *
     * @param text what the user wrote
     * @return the meaning
     * @throws IllegalArgumentException with a message for the user
     */
    public static FirstData parse(String text) {
        int equals = text.indexOf('=');
        String mode = equals < 0 ? text : text.substring(0, equals);
        Duration limit = equals < 0 ? null : Durations.parse(text.substring(equals + 1));
        if (limit != null && limit.isZero()) {
            throw new IllegalArgumentException("'" + text + "': the time is more than 0");
        }
        if (mode.equals("required")) {
            return limit == null ? REQUIRED : new FirstData(Mode.REQUIRED, limit);
        } else if (mode.equals("wait") && limit != null) {
            return new FirstData(Mode.WAIT, limit);
        } else if (text.equals("none")) {
            return NONE;
        }
        throw new IllegalArgumentException(
                "'" + text + "' is not required, required=T, wait=T (such as wait=500ms) or none");
    }

    /**
     * How many AcceptEx each worker keeps posted unless the user says otherwise. One that waits for
     * data is held by a client that sends none, so there have to be many. The others end as soon as
     * a client is there: a few will do, and then most clients are accepted a moment later, when
     * their first data has come as well.
     */
    public int usualAccepts() {
        return mode == Mode.REQUIRED ? Limits.DEFAULT.accepts() : 8;
    }

    @Override
    public String toString() {
        return mode == Mode.NONE
                ? "none"
                : mode.name().toLowerCase(java.util.Locale.ROOT) + "=" + Durations.text(limit);
    }
}
