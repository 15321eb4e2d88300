package lapwing.gateway;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * What a gateway does.
 *
 * @param listen where it listens; port 0 lets the system choose
 * @param backends where it forwards to, in turn; at least one
 * @param firstData what it waits for before it connects
 * @param header what it puts in front of the first data
 * @param deadlines how long it waits
 * @param limits how much it takes on
 */
public record GatewayConfig(
        InetSocketAddress listen,
        List<InetSocketAddress> backends,
        FirstData firstData,
        Header header,
        TimeLimits deadlines,
        Limits limits) {

    /** What goes to the backend in front of the client's data. */
    public enum Header {
        /** Nothing. */
        NONE,
        /** A PROXY protocol header of version 2. */
        PROXY_V2,
        /** The same, with private fields that tell the demo backend about the gateway. */
        PROXY_V2_WITH_FACTS
    }

    /** Keeps its own list. */
    public GatewayConfig {
        backends = List.copyOf(backends);
        if (backends.isEmpty()) {
            throw new IllegalArgumentException("gateway: no backend");
        }
    }
}
