package lapwing.winsock;

import org.jspecify.annotations.Nullable;

/**
 * {@code RIO_NOTIFICATION_COMPLETION}: how {@link RIONotify} tells that a completion queue is not
 * empty. C has a union of two structures, {@code Event} and {@code Iocp}; here their members are
 * side by side. Not thread-safe.
 */
public final class RioNotificationCompletion {
    /** {@code RIO_EVENT_COMPLETION} or {@code RIO_IOCP_COMPLETION} (R6). */
    public int Type;

    /** The event to set. */
    public @Nullable Event EventHandle;

    /** RIONotify resets the event first. */
    public boolean NotifyReset;

    /** The port that gets a packet. */
    public @Nullable CompletionPort IocpHandle;

    /** The key of the packet. */
    public long CompletionKey;

    /** What the packet brings along, as {@link SocketHandle#attach} does. */
    public @Nullable Object attachment;

    /** The structure of the packet, for this queue alone. Nothing is written into it. */
    public @Nullable Overlapped Overlapped;

    /** No notification yet. */
    public RioNotificationCompletion() {}

    /**
     * Notification by an event.
     *
     * @param event the event to set
     * @param reset RIONotify resets it first
     * @return a new structure
     */
    public static RioNotificationCompletion event(Event event, boolean reset) {
        RioNotificationCompletion result = new RioNotificationCompletion();
        result.Type = Constants.RIO_EVENT_COMPLETION;
        result.EventHandle = event;
        result.NotifyReset = reset;
        return result;
    }

    /**
     * Notification by a completion port.
     *
     * @param port the port that gets a packet
     * @param key the key of the packet
     * @param structure the structure of the packet
     * @return a new structure
     */
    public static RioNotificationCompletion port(
            CompletionPort port, long key, Overlapped structure) {
        RioNotificationCompletion result = new RioNotificationCompletion();
        result.Type = Constants.RIO_IOCP_COMPLETION;
        result.IocpHandle = port;
        result.CompletionKey = key;
        result.Overlapped = structure;
        return result;
    }

    /** True if what the type needs is there and open. */
    boolean isValid() {
        return switch (Type) {
            case Constants.RIO_EVENT_COMPLETION -> EventHandle != null && EventHandle.isOpen();
            case Constants.RIO_IOCP_COMPLETION ->
                    IocpHandle != null && IocpHandle.isOpen() && Overlapped != null;
            default -> false;
        };
    }
}
