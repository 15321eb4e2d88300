package lapwing.socket;

/** For how long a socket that has closed first is held back, as the process has set it. */
public final class TimedWaitDelay {
    public static final String PROPERTY = "lapwing.tcpTimedWaitDelay";
    public static final int MOST_SECONDS = 300;

    /** Seconds; less than 0 if the property makes no sense. */
    private static volatile int delay = parse(System.getProperty(PROPERTY, "0"));

    private TimedWaitDelay() {}

    /** A setting as a number; −1 for none. */
    public static int parse(String text) {
        int seconds = 0;
        for (int i = 0; i < text.length() && seconds <= MOST_SECONDS; i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return -1;
            }
            seconds = seconds * 10 + digit - '0';
        }
        return text.isEmpty() || seconds > MOST_SECONDS ? -1 : seconds;
    }

    /** Seconds; throws {@link IllegalStateException} if the property makes no sense. */
    public static int seconds() {
        int seconds = delay;
        if (seconds < 0) {
            throw new IllegalStateException(
                    PROPERTY
                            + '='
                            + System.getProperty(PROPERTY)
                            + ": not a number of seconds from 0 to "
                            + MOST_SECONDS
                            + "; leave it out to have reused sockets free at once");
        }
        return seconds;
    }

    /** Throws if the property makes no sense: with the first socket, not at its end. */
    public static void check() {
        if (delay < 0) {
            seconds();
        }
    }

    /** Sets it, in place of the property. */
    public static void set(int seconds) {
        if (seconds < 0 || seconds > MOST_SECONDS) {
            throw new IllegalArgumentException(
                    "TcpTimedWaitDelay " + seconds + ": seconds from 0 to " + MOST_SECONDS);
        }
        delay = seconds;
    }
}
