package lapwing.engine.selector;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.List;
import lapwing.engine.Address;
import lapwing.engine.Endpoint;
import lapwing.engine.FreeDescriptors;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint over a channel. The channel may change, the endpoint stays: what it is asked to be
 * later (a listener, a second connection) can take a channel of another class, or a fresh one.
 *
 * <p>The monitor guards the channel and what has been read ahead. It is the innermost one: nothing
 * is called under it that takes another or waits for a loop.
 */
abstract class SelectorEndpoint extends Endpoint {
    final boolean v6;

    /** One for each loop on which something was ever started. Guarded by this. */
    private final List<Registration> registrations = new ArrayList<>(1);

    SelectorEndpoint(boolean v6) {
        this.v6 = v6;
    }

    /** The present channel. */
    abstract SelectableChannel channel();

    /**
     * Moves an operation on as far as it goes without waiting.
     *
     * @return bytes received or sent when it is done, {@link Status#WOULD_BLOCK} if it is not, or
     *     an error
     */
    abstract int progress(Operation operation);

    /** True while a connection is being made. */
    abstract boolean isConnecting();

    /** Changes when something has been received before a receive has asked for it. */
    abstract int readsAhead();

    /** The endpoint's place on a loop. */
    final synchronized Registration on(SelectorLoop loop) {
        for (Registration registration : registrations) {
            if (registration.loop == loop) {
                return registration;
            }
        }
        Registration result = new Registration(this, loop);
        registrations.add(result);
        return result;
    }

    /** Has all loops but {@code except} try their operations again, whatever the system says. */
    final void announce(@Nullable SelectorLoop except) {
        for (Registration registration : registrations()) {
            if (registration.loop != except) {
                registration.loop.touch(registration);
            }
        }
    }

    private synchronized List<Registration> registrations() {
        return registrations.isEmpty() ? List.of() : List.copyOf(registrations);
    }

    /**
     * Closes a channel, so that its descriptor is gone on return.
     *
     * <p>{@code close} alone does not do that to a channel that a selector knows: it sends FIN and
     * leaves the descriptor to the selector's next round. A listener would go on listening for a
     * moment, unread data would not reset the connection. So the selectors let go first.
     */
    final void discard(SelectableChannel channel) {
        List<Registration> known = registrations();
        for (Registration registration : known) {
            @Nullable SelectionKey key = channel.keyFor(registration.loop.selector);
            if (key != null) {
                key.cancel();
                registration.loop.flush();
            }
        }
        try {
            channel.close();
        } catch (IOException e) {
            // the descriptor is gone all the same
        }
        for (Registration registration : known) {
            if (channel.isRegistered()) {
                registration.loop.flush(); // it was registered meanwhile
            }
        }
        FreeDescriptors.closed();
    }

    /** Writes an address of a channel; the wildcard if there is none. */
    final int report(@Nullable SocketAddress address, Address result) {
        if (!(address instanceof InetSocketAddress known)) {
            result.set(new Address());
            result.v6 = v6;
            return Status.SUCCESS;
        }
        result.set(known);
        if (v6 && !result.v6) { // a channel for both families says 0.0.0.0 for ::
            InetAddress host = known.getAddress();
            result.v6 = true;
            if (!host.isAnyLocalAddress()) {
                result.low |= 0xFFFF00000000L;
            }
        }
        return Status.SUCCESS;
    }

    @Override
    public final int atMark() {
        return Status.NOT_SUPPORTED;
    }

    @Override
    public String toString() {
        return channel().toString();
    }
}
