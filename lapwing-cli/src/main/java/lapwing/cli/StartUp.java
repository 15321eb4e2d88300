package lapwing.cli;

import java.net.InetSocketAddress;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import lapwing.engine.choice.Engines;
import lapwing.gateway.Gateway;
import lapwing.gateway.GatewayConfig;
import lapwing.gateway.HostPort;
import lapwing.gateway.Limits;
import lapwing.gateway.OpenFiles;

/** What a gateway prints when it has started. */
final class StartUp {
    private StartUp() {}

    static String text(Gateway gateway, GatewayConfig config, boolean demo) {
        StringBuilder text = new StringBuilder();
        String address = HostPort.text(gateway.address());
        text.append("listening on ").append(address).append('\n');
        text.append("  engine       ").append(Engines.current().description()).append('\n');
        text.append("  backends     ")
                .append(demo ? "the built-in demo at " : "")
                .append(backends(config));
        text.append(
                config.header() == GatewayConfig.Header.PROXY_V2
                        ? ", with PROXY v2 header\n"
                        : "\n");
        text.append("  first data   ").append(config.firstData()).append('\n');
        text.append("  limits       ").append(limits(config.limits())).append('\n');
        if (demo) {
            text.append("try: curl http://").append(reachable(gateway.address())).append("/\n");
        }
        return text.toString();
    }

    private static String backends(GatewayConfig config) {
        return config.backends().stream().map(HostPort::text).collect(Collectors.joining(", "));
    }

    private static String limits(Limits limits) {
        OptionalLong files = OpenFiles.limit();
        String text =
                limits.maxConnections()
                        + " connections, "
                        + limits.threads()
                        + (limits.threads() == 1 ? " thread with " : " threads with ")
                        + limits.accepts()
                        + " posted accepts, "
                        + (files.isPresent()
                                ? files.getAsLong() + " descriptors"
                                : "descriptors without limit");
        if (files.isPresent()
                && OpenFiles.connections(files.getAsLong()) < limits.maxConnections()) {
            text +=
                    " (room for "
                            + OpenFiles.connections(files.getAsLong())
                            + " connections; raise \"ulimit -n\")";
        }
        return text;
    }

    private static String reachable(InetSocketAddress address) {
        return address.getAddress().isAnyLocalAddress()
                ? "127.0.0.1:" + address.getPort()
                : HostPort.text(address);
    }
}
