package lapwing.gateway;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.Supplier;

/** What stands in front of the client's first data. */
final class Headers {
    /** Number of private fields for the demo backend. */
    static final int FACTS = 6;

    private final GatewayConfig.Header kind;
    private final Supplier<Totals> totals;

    Headers(Worker worker, Supplier<Totals> totals) {
        kind = worker.config.header();
        this.totals = totals;
    }

    /** Writes the header right in front of the first data; the result is its length. */
    int write(Tunnel tunnel, BackendSocket socket, FirstBlock block) {
        if (kind == GatewayConfig.Header.NONE) {
            return 0;
        }
        MemorySegment client = Objects.requireNonNull(block.remote.value);
        MemorySegment gateway = Objects.requireNonNull(block.local.value);
        long[] facts = kind == GatewayConfig.Header.PROXY_V2 ? new long[0] : facts(tunnel, socket);
        int length = ProxyHeader.length(client, facts.length);
        ProxyHeader.write(block.from(length), client, gateway, facts);
        return length;
    }

    /** In the order in which {@code DemoRequest} reads them. */
    private long[] facts(Tunnel tunnel, BackendSocket socket) {
        Totals t = totals.get();
        return new long[] {
            tunnel.firstLength(),
            tunnel.clientUses(),
            socket.uses + 1L,
            t.accepted(),
            t.acceptedOnUsedSocket() + t.connectedOnUsedSocket(),
            t.blocksTaken() - t.blocksMade()
        };
    }
}
