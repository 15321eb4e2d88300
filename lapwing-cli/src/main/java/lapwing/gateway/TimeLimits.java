package lapwing.gateway;

import java.time.Duration;

/**
 * How long the gateway waits for others.
 *
 * @param connect for a backend to take a connection
 * @param idle for either side of a connection to send something; zero is for ever
 * @param parting for the other side to close, after both have said that they end
 */
public record TimeLimits(Duration connect, Duration idle, Duration parting) {
    /** What holds unless the user says otherwise. */
    public static final TimeLimits DEFAULT =
            new TimeLimits(Duration.ofSeconds(5), Duration.ofMinutes(10), Duration.ofSeconds(5));
}
