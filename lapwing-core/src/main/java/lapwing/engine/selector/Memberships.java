package lapwing.engine.selector;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lapwing.engine.Address;
import lapwing.engine.Status;
import org.jspecify.annotations.Nullable;

/** The multicast groups that a channel has joined. Guarded by its endpoint. */
final class Memberships {
    private final DatagramChannel channel;
    private final Map<List<Object>, MembershipKey> members = new HashMap<>(0);

    Memberships(DatagramChannel channel) {
        this.channel = channel;
    }

    /** See {@link lapwing.engine.Endpoint#member}. */
    int change(Address group, int network, boolean join) {
        try {
            InetAddress host = group.toInetSocketAddress().getAddress();
            NetworkInterface where =
                    network == 0
                            ? channel.getOption(StandardSocketOptions.IP_MULTICAST_IF)
                            : NetworkInterface.getByIndex(network);
            where = where == null && network == 0 ? anyMulticast() : where;
            if (where == null) {
                return Status.INVALID_ADDRESS_COMPONENT;
            }
            List<Object> key = List.of(host, where);
            MembershipKey member = members.get(key);
            if (join == (member != null)) {
                return join ? Status.ADDRESS_ALREADY_EXISTS : Status.INVALID_ADDRESS_COMPONENT;
            }
            if (member == null) {
                members.put(key, channel.join(host, where));
            } else {
                member.drop();
                members.remove(key);
            }
            return Status.SUCCESS;
        } catch (IOException | IllegalArgumentException | UnsupportedOperationException e) {
            return Failures.status(e);
        }
    }

    private static @Nullable NetworkInterface anyMulticast() throws IOException {
        for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
            if (each.isUp() && each.supportsMulticast()) {
                return each;
            }
        }
        return null;
    }
}
