package lapwing.engine.selector;

import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Locale;
import lapwing.engine.Status;
import org.jspecify.annotations.Nullable;

/**
 * What the exceptions of {@code java.nio} mean. Several errors share one class, and only the text
 * tells them apart. The text is the C library's, or the JDK's own; on a system that speaks another
 * language than English the class decides alone, by the error that is most frequent with it.
 */
final class Failures {
    /** A part of a message, in lower case, and its status. Linux' words, then macOS'. */
    private record Words(String part, int status) {}

    private static final Words[] WORDS = {
        new Words("refused", Status.CONNECTION_REFUSED),
        new Words("connection reset", Status.CONNECTION_RESET),
        new Words("broken pipe", Status.CONNECTION_RESET),
        new Words("connection abort", Status.CONNECTION_ABORTED), // "Software caused …" as well
        new Words("timed out", Status.IO_TIMEOUT),
        new Words("no route to host", Status.HOST_UNREACHABLE),
        new Words("host is unreachable", Status.HOST_UNREACHABLE),
        new Words("host is down", Status.HOST_UNREACHABLE),
        new Words("network is unreachable", Status.NETWORK_UNREACHABLE),
        new Words("network is down", Status.NETWORK_UNREACHABLE),
        new Words("already in use", Status.ADDRESS_ALREADY_EXISTS),
        new Words("assign requested address", Status.INVALID_ADDRESS_COMPONENT),
        new Words("too many open files", Status.TOO_MANY_OPENED_FILES),
        new Words("no buffer space", Status.INSUFFICIENT_RESOURCES),
        new Words("cannot allocate memory", Status.INSUFFICIENT_RESOURCES),
        new Words("permission denied", Status.ACCESS_DENIED),
        new Words("not permitted", Status.ACCESS_DENIED),
        new Words("message too long", Status.INVALID_BUFFER_SIZE),
        new Words("message too large", Status.INVALID_BUFFER_SIZE),
        new Words("bad address", Status.ACCESS_VIOLATION),
        new Words("address family not supported", Status.PROTOCOL_NOT_SUPPORTED),
        new Words("not supported", Status.NOT_SUPPORTED),
        new Words("not connected", Status.INVALID_CONNECTION),
        new Words("bad file descriptor", Status.INVALID_HANDLE),
    };

    private Failures() {}

    /** The status of a failed call that neither receives nor sends. */
    static int status(Exception e) {
        return status(e, Status.INVALID_PARAMETER);
    }

    /** The status of a failed transfer: what nobody knows has broken the connection. */
    static int ofTransfer(Exception e) {
        return e instanceof ClosedChannelException
                ? Status.CONNECTION_RESET // sending after shutdown: EPIPE
                : status(e, Status.CONNECTION_RESET);
    }

    private static int status(Exception e, int otherwise) {
        int byClass =
                switch (e) {
                    case PortUnreachableException _ -> Status.CONNECTION_REFUSED; // ECONNREFUSED
                    case NotYetConnectedException _ -> Status.INVALID_CONNECTION;
                    case AlreadyConnectedException _ -> Status.CONNECTION_ACTIVE;
                    case ConnectionPendingException _ -> Status.CONNECTION_ACTIVE;
                    case UnsupportedAddressTypeException _ -> Status.INVALID_PARAMETER;
                    case UnsupportedOperationException _ -> Status.NOT_SUPPORTED;
                    default -> Status.SUCCESS;
                };
        if (byClass != Status.SUCCESS) {
            return byClass;
        }
        int byText = byText(e.getMessage());
        return byText != Status.SUCCESS ? byText : silent(e, otherwise);
    }

    /** By class alone. */
    private static int silent(Exception e, int otherwise) {
        return switch (e) {
            case NoRouteToHostException _ -> Status.HOST_UNREACHABLE;
            case ConnectException _ -> Status.CONNECTION_REFUSED;
            case BindException _ -> Status.ADDRESS_ALREADY_EXISTS;
            case RuntimeException _ -> Status.INVALID_PARAMETER;
            default -> otherwise;
        };
    }

    private static int byText(@Nullable String message) {
        if (message != null) {
            String text = message.toLowerCase(Locale.ROOT);
            for (Words words : WORDS) {
                if (text.contains(words.part)) {
                    return words.status;
                }
            }
        }
        return Status.SUCCESS;
    }
}
