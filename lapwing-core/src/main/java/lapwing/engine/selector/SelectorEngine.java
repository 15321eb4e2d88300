package lapwing.engine.selector;

import java.io.IOException;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import lapwing.engine.Endpoint;
import lapwing.engine.Engine;
import lapwing.engine.Loop;
import lapwing.engine.Status;
import org.jspecify.annotations.Nullable;

/**
 * The engine on {@code java.nio}.
 *
 * <h2>What it cannot do</h2>
 *
 * Whatever {@code java.nio} has no way to say is refused with NOT_SUPPORTED (WSAEOPNOTSUPP), never
 * passed over:
 *
 * <ul>
 *   <li>Urgent data (MSG_OOB): a channel cannot receive it, and does not tell where it was
 *       (SIOCATMARK finds none). SO_OOBINLINE works: urgent bytes then come in line.
 *   <li>TCP_DEFER_ACCEPT, SO_REUSE_UNICASTPORT of datagrams, time to live, path MTU and its
 *       discovery, segment size, TCP_USER_TIMEOUT (TCP_MAXRT), UDP without checksums, IPV6_V6ONLY
 *       cleared: not among the options of a channel.
 *   <li>The destination of datagrams (IP_PKTINFO) received by a socket bound to the wildcard: there
 *       is no way to ask. Bound to one address, the destination is that address.
 *   <li>Keep-alive times and SO_REUSEPORT where {@code jdk.net} does not know the system.
 * </ul>
 *
 * And what it does in another way:
 *
 * <ul>
 *   <li>It peeks and counts (MSG_PEEK, FIONREAD) by reading ahead, 65536 bytes at the most.
 *   <li>Without IPV6_V6ONLY, an IPv6 listener on the wildcard takes the IPv4 port as well: an IPv4
 *       socket cannot be bound to it at the same time, and IPv4 clients are reset.
 *   <li>To send a datagram to somebody else than the socket's peer, or one of no bytes, it takes
 *       the peer away and gives it back, as DatagramChannel refuses the first and swallows the
 *       second: slower, and a datagram that comes in between can be lost.
 *   <li>A second {@code listen} does not change the backlog.
 *   <li>SO_LINGER with a time: closing sends what is left and never waits for its end.
 * </ul>
 */
public final class SelectorEngine extends Engine {
    private final AtomicInteger loops = new AtomicInteger();
    private final SelectorLoop common;
    private final @Nullable String denial;

    private SelectorEngine(@Nullable String denial) throws IOException {
        this.denial = denial;
        HangUp.prepare();
        common = begin();
    }

    /**
     * Opens the engine.
     *
     * @param denial why it cannot be io_uring, and what to do about it; null if this one was asked
     *     for
     * @throws IllegalStateException if there is no selector to be had
     */
    public static SelectorEngine open(@Nullable String denial) {
        try {
            return new SelectorEngine(denial);
        } catch (IOException e) {
            throw new IllegalStateException("no selector: " + e.getMessage(), e);
        }
    }

    private SelectorLoop begin() throws IOException {
        SelectorLoop loop = new SelectorLoop("lapwing-selector-" + loops.getAndIncrement());
        try {
            remember(loop);
            loop.begin();
            return loop;
        } catch (Throwable t) { // OutOfMemoryError: no thread can be made
            forget(loop);
            loop.selector.close();
            throw t;
        }
    }

    @Override
    public String name() {
        return "selector";
    }

    @Override
    public String description() {
        return "java.nio selectors on "
                + System.getProperty("os.name")
                + ' '
                + System.getProperty("os.version")
                + (denial == null ? "" : ", because io_uring is not to be had: " + denial);
    }

    @Override
    public List<Finding> findings() {
        List<Finding> result = new ArrayList<>();
        String provider = SelectorProvider.provider().getClass().getSimpleName();
        result.add(new Finding("selector", true, provider, ""));
        if (denial != null) {
            int advice = denial.indexOf("; ");
            result.add(
                    advice < 0
                            ? new Finding("io_uring", false, denial, "")
                            : new Finding(
                                    "io_uring",
                                    false,
                                    denial.substring(0, advice),
                                    denial.substring(advice + 2)));
        }
        for (Endpoint.Option option : Endpoint.Option.values()) {
            if (!supports(option)) {
                String name = option.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
                result.add(new Finding(name, false, "java.nio has no such option", ""));
            }
        }
        result.add(new Finding("urgent data", false, "java.nio cannot receive it", ""));
        return result;
    }

    @Override
    public boolean supports(Endpoint.Option option) {
        return ChannelOptions.isKnown(option);
    }

    @Override
    public Loop commonLoop() {
        return common;
    }

    @Override
    public Loop ownLoop() {
        try {
            return begin();
        } catch (IOException | OutOfMemoryError e) {
            return common; // no descriptor, memory or thread for another selector: share
        }
    }

    @Override
    public int open(boolean v6, boolean datagrams, Opened result) {
        try {
            result.endpoint = datagrams ? DatagramEndpoint.open(v6) : StreamEndpoint.open(v6);
            return 0;
        } catch (UnsupportedOperationException e) { // the JVM found no IPv6 at its start
            return Status.PROTOCOL_NOT_SUPPORTED;
        } catch (IOException e) {
            return Failures.status(e);
        }
    }
}
