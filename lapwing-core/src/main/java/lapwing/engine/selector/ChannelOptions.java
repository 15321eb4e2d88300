package lapwing.engine.selector;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.NetworkInterface;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;
import lapwing.engine.Endpoint.Option;
import lapwing.engine.Status;
import org.jspecify.annotations.Nullable;

/**
 * The options of one endpoint, in {@code java.nio}'s words. They are remembered, because a listener
 * takes options that only its connections have, and because a channel may be replaced.
 *
 * <p>Not safe for use by several threads: its endpoint's monitor guards it.
 */
final class ChannelOptions {
    /** Values that were set; not made before the first. */
    private @Nullable Map<Option, Integer> chosen;

    /** True if channels of this system have the option at all. */
    static boolean isKnown(Option option) {
        return switch (option) {
            case PACKET_INFO, URGENT_INLINE, LATE_PORT, ERROR -> true;
            default -> {
                SocketOption<?> name = nameOf(option);
                yield name != null && KnownTo.CHANNELS.contains(name);
            }
        };
    }

    /** What the channels of this system offer, asked of them once. */
    private static final class KnownTo {
        static final Set<SocketOption<?>> CHANNELS = ask();

        private static Set<SocketOption<?>> ask() {
            Set<SocketOption<?>> all = new HashSet<>();
            try (SocketChannel stream = SocketChannel.open();
                    DatagramChannel datagrams = DatagramChannel.open()) {
                all.addAll(stream.supportedOptions());
                all.addAll(datagrams.supportedOptions());
            } catch (IOException e) {
                throw new UncheckedIOException("options of a channel", e);
            }
            return all;
        }
    }

    private static @Nullable SocketOption<?> nameOf(Option option) {
        return switch (option) {
            case KEEP_ALIVE -> StandardSocketOptions.SO_KEEPALIVE;
            case KEEP_IDLE_SECONDS -> ExtendedSocketOptions.TCP_KEEPIDLE;
            case KEEP_INTERVAL_SECONDS -> ExtendedSocketOptions.TCP_KEEPINTERVAL;
            case REUSE_ADDRESS -> StandardSocketOptions.SO_REUSEADDR;
            case REUSE_PORT -> StandardSocketOptions.SO_REUSEPORT;
            case BROADCAST -> StandardSocketOptions.SO_BROADCAST;
            case SEND_BUFFER -> StandardSocketOptions.SO_SNDBUF;
            case RECEIVE_BUFFER -> StandardSocketOptions.SO_RCVBUF;
            case LINGER -> StandardSocketOptions.SO_LINGER;
            case NO_DELAY -> StandardSocketOptions.TCP_NODELAY;
            case KEEP_COUNT -> ExtendedSocketOptions.TCP_KEEPCOUNT;
            case TYPE_OF_SERVICE -> StandardSocketOptions.IP_TOS;
            case MULTICAST_HOPS -> StandardSocketOptions.IP_MULTICAST_TTL;
            case MULTICAST_LOOP -> StandardSocketOptions.IP_MULTICAST_LOOP;
            case MULTICAST_INTERFACE -> StandardSocketOptions.IP_MULTICAST_IF;
            case DONT_FRAGMENT -> ExtendedSocketOptions.IP_DONTFRAGMENT;
            case URGENT_INLINE,
                    PACKET_INFO,
                    DEFER_ACCEPT,
                    ERROR,
                    IPV6_ONLY,
                    LATE_PORT,
                    USER_TIMEOUT,
                    SEGMENT_SIZE,
                    NO_CHECKSUM,
                    HOPS,
                    PATH_MTU_DISCOVERY,
                    PATH_MTU ->
                    null;
        };
    }

    /** Sets an option and remembers it. */
    int set(NetworkChannel channel, Option option, int value) {
        int result = apply(channel, option, value);
        if (result >= 0) {
            if (chosen == null) {
                chosen = new EnumMap<>(Option.class);
            }
            chosen.put(option, value);
        }
        return result;
    }

    /** The value that was set, or {@code otherwise}. */
    int chosen(Option option, int otherwise) {
        return chosen == null ? otherwise : chosen.getOrDefault(option, otherwise);
    }

    /** Sets on another channel what was set on this one. */
    void applyTo(NetworkChannel channel) {
        if (chosen != null) {
            chosen.forEach((option, value) -> apply(channel, option, value));
        }
    }

    /**
     * The options of a connection that a listener with these ones has accepted: the system hands
     * down what the listener's channel has, the rest is made up for.
     */
    ChannelOptions inherited(NetworkChannel listener, NetworkChannel connection) {
        ChannelOptions result = new ChannelOptions();
        if (chosen != null) {
            chosen.forEach((option, value) -> {
                SocketOption<?> name = nameOf(option);
                if (name == null || !listener.supportedOptions().contains(name)) {
                    result.set(connection, option, value);
                }
            });
        }
        return result;
    }

    /** Sets an option without remembering it. */
    static int apply(NetworkChannel channel, Option option, int value) {
        try {
            if (option == Option.URGENT_INLINE && channel instanceof SocketChannel stream) {
                stream.socket().setOOBInline(value != 0);
                return Status.SUCCESS;
            }
            if (option == Option.LATE_PORT) { // the bind does it, see StreamEndpoint
                return channel instanceof DatagramChannel ? Status.NOT_SUPPORTED : Status.SUCCESS;
            }
            SocketOption<?> name = nameOf(option);
            if (name == null ? option != Option.URGENT_INLINE : !isKnown(option)) {
                return Status.NOT_SUPPORTED;
            }
            if (name == null || !channel.supportedOptions().contains(name)) {
                // a listener keeps it for its connections
                return channel instanceof ServerSocketChannel
                        ? Status.SUCCESS
                        : Status.NOT_SUPPORTED;
            }
            apply(channel, name, value);
            return Status.SUCCESS;
        } catch (IOException | IllegalArgumentException | UnsupportedOperationException e) {
            return Failures.status(e);
        }
    }

    @SuppressWarnings("unchecked") // by the type that the option itself names
    private static void apply(NetworkChannel channel, SocketOption<?> name, int value)
            throws IOException {
        if (name.type() == Boolean.class) {
            channel.setOption((SocketOption<Boolean>) name, value != 0);
        } else if (name.type() == NetworkInterface.class) {
            if (value == 0 && channel.getOption(name) == null) {
                return; // it is the system's choice already
            }
            NetworkInterface network = NetworkInterface.getByIndex(value);
            if (network == null) {
                throw new IllegalArgumentException("no interface has the index " + value);
            }
            channel.setOption((SocketOption<NetworkInterface>) name, network);
        } else {
            channel.setOption((SocketOption<Integer>) name, value);
        }
    }

    /** Reads an option. */
    int get(NetworkChannel channel, Option option) {
        SocketOption<?> name = nameOf(option);
        if (name == null || !channel.supportedOptions().contains(name)) {
            return chosen != null && chosen.containsKey(option)
                    ? chosen.get(option)
                    : Status.NOT_SUPPORTED;
        }
        try {
            Object value = channel.getOption(name);
            return switch (value) {
                case Boolean truth -> truth ? 1 : 0;
                case Integer number -> number;
                default -> Status.NOT_SUPPORTED;
            };
        } catch (IOException e) {
            return Failures.status(e);
        }
    }
}
