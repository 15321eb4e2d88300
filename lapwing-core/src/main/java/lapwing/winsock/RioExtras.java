package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;
import lapwing.engine.Address;
import lapwing.engine.Endpoint;
import lapwing.socket.Addresses;
import lapwing.socket.Request;
import lapwing.socket.Socket;
import lapwing.socket.SocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * What RIOReceiveEx and RIOSendEx have beside the data: addresses, control data, flags. Guarded by
 * the socket's monitor.
 */
final class RioExtras {
    /** {@code sizeof(SOCKADDR_INET)}: that of its longest member. */
    static final int ADDRESS = Sockaddr.SIZE_V6;

    /** A {@code ULONG}. */
    static final int NUMBER = 4;

    /** {@code RIO_CMSG_BASE_SIZE}: the total length, padded. */
    private static final int CONTROL_BASE = 8;

    private static final int CONTROL_ROOM = 64;
    private static final int RECORD_HEADER = 16;

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong NET_LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt NET_INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private @Nullable MemorySegment local;
    private @Nullable MemorySegment remote;
    private @Nullable MemorySegment control;
    private int controlLength;
    private @Nullable MemorySegment flags;

    private final Sockaddr peer = new Sockaddr();
    private boolean hasTo;

    /** For the control data of a datagram; made when somebody asks for it. */
    private @Nullable WsaMsg message;

    private boolean hasMessage;

    /** Where what comes with a datagram goes first. */
    private final CallDetails call = new CallDetails();

    RioExtras() {}

    /** Why one of the parts of a receive is refused, 0 if none is. */
    static int refusal(
            @Nullable RioBuf local,
            @Nullable RioBuf remote,
            @Nullable RioBuf control,
            @Nullable RioBuf flags) {
        int error = refusal(local, ADDRESS);
        error = error != 0 ? error : refusal(remote, ADDRESS);
        error = error != 0 ? error : refusal(control, NUMBER);
        return error != 0 ? error : refusal(flags, NUMBER);
    }

    /** Why a part is refused that has to have so many bytes, 0 if it is not. */
    static int refusal(@Nullable RioBuf part, int least) {
        if (part == null) {
            return 0;
        }
        int refusal = part.refusal();
        return refusal == 0 && part.Length < least ? WinsockError.WSAEINVAL : refusal;
    }

    /** Why a datagram cannot go to the address in memory, 0 if it can. */
    static int refusal(Socket s, @Nullable RioBuf to) {
        int refusal = refusal(to, ADDRESS);
        if (refusal != 0 || to == null || !s.datagrams) {
            return refusal;
        }
        MemorySegment a = to.memory();
        int family = a.get(SHORT, 0);
        if (family != (s.v6 ? Constants.AF_INET6 : Constants.AF_INET)) {
            return WinsockError.WSAEAFNOSUPPORT;
        }
        long high = s.v6 ? a.get(NET_LONG, 8) : 0;
        long low = s.v6 ? a.get(NET_LONG, 16) : a.get(NET_INT, 4) & 0xFFFFFFFFL;
        // a port of 0 is that in any order of bytes
        return Results.code(Addresses.refusal(s, s.v6, high, low, a.get(SHORT, 2)));
    }

    /** Takes over the arguments of a send. */
    void send(Socket s, @Nullable RioBuf to, @Nullable RioBuf flagsPart) {
        forget();
        hasTo = to != null && s.datagrams;
        if (to != null && hasTo) {
            peer.read(to.memory(), ADDRESS);
        }
        flags = memory(flagsPart);
    }

    /** Takes over the arguments of a receive. */
    void receive(
            Socket s,
            Request request,
            @Nullable RioBuf localPart,
            @Nullable RioBuf remotePart,
            @Nullable RioBuf controlPart,
            @Nullable RioBuf flagsPart) {
        forget();
        local = memory(localPart);
        remote = memory(remotePart);
        control = memory(controlPart);
        controlLength = controlPart == null ? 0 : controlPart.Length;
        flags = memory(flagsPart);
        if (!s.datagrams) {
            return;
        }
        call.from = remote == null ? null : peer;
        if (local != null || control != null || flags != null) {
            if (message == null) {
                message = new WsaMsg();
                message.Control = new WsaBuf(MemorySegment.ofArray(new byte[CONTROL_ROOM]));
            }
            Objects.requireNonNull(message.Control).len = CONTROL_ROOM;
            hasMessage = true;
            Messages.prepare(request, call, message);
        }
    }

    private void forget() {
        local = null;
        remote = null;
        control = null;
        flags = null;
        hasTo = false;
        hasMessage = false;
        call.clear();
    }

    private static @Nullable MemorySegment memory(@Nullable RioBuf part) {
        return part == null ? null : part.memory();
    }

    /** Keeps what has come with a datagram; returns the status to report. */
    int datagramCame(Request request, int status) {
        return call.datagramCame(request, status);
    }

    @Nullable Sockaddr to() {
        return hasTo ? peer : null;
    }

    /**
     * Has a socket that is bound to all addresses tell which one a datagram came to. Holding its
     * monitor.
     *
     * @return 0, or why it cannot
     */
    static int askForDestination(Socket s, RioRequestQueue queue) {
        boolean known = s.local == null || !s.local.isWildcard();
        if (!s.datagrams || queue.tellsDestination || known) {
            return 0;
        }
        Endpoint endpoint = Objects.requireNonNull(s.endpoint);
        if (endpoint.set(Endpoint.Option.PACKET_INFO, 1) < 0) {
            return WinsockError.WSAEOPNOTSUPP;
        }
        queue.tellsDestination = true;
        return 0;
    }

    /** Writes what was asked for; returns the status to report. */
    int write(Socket s, int status, boolean received) {
        int bits = hasMessage && message != null ? message.dwFlags : 0;
        int result = status;
        if (received) {
            if (remote != null) {
                Sockaddr.write(s.datagrams ? peer.address : peerOf(s), remote, 0);
            }
            if (local != null) {
                Sockaddr.write(destination(s), local, 0);
            }
            if (control != null && !writeControl(s, control)) {
                bits |= Constants.MSG_CTRUNC;
                result = NtStatus.STATUS_BUFFER_OVERFLOW; // M3
            }
        }
        if (flags != null) {
            flags.set(INT, 0, bits);
        }
        return result;
    }

    private static Address peerOf(Socket s) {
        return s.connection.peer == null ? new Address() : s.connection.peer;
    }

    private int recordLength() {
        WsaBuf data = hasMessage && message != null ? message.Control : null;
        return data == null ? 0 : data.len;
    }

    private MemorySegment record() {
        return Objects.requireNonNull(Objects.requireNonNull(message).Control).buf();
    }

    /** The address that the data came to. */
    private Address destination(Socket s) {
        Address result = new Address();
        if (s.local != null) {
            result.set(s.local);
        } else if (s.endpoint != null) {
            s.endpoint.localAddress(result);
        }
        if (recordLength() > 0) {
            MemorySegment from = record();
            result.high = s.v6 ? from.get(NET_LONG, RECORD_HEADER) : 0;
            result.low =
                    s.v6
                            ? from.get(NET_LONG, RECORD_HEADER + 8L)
                            : from.get(NET_INT, RECORD_HEADER) & 0xFFFFFFFFL;
        }
        return result;
    }

    /** False if there is control data and no room for it. */
    private boolean writeControl(Socket s, MemorySegment to) {
        boolean wanted =
                s.options != null
                        && s.options.get(
                                        s.v6
                                                ? SocketOptions.Row.PKTINFO6
                                                : SocketOptions.Row.PKTINFO)
                                != 0;
        int length = wanted ? recordLength() : 0;
        boolean fits = length == 0 || CONTROL_BASE + length <= controlLength;
        boolean there = length > 0 && fits;
        to.set(INT, 0, there ? CONTROL_BASE + length : 0);
        if (there) {
            MemorySegment.copy(record(), 0, to, CONTROL_BASE, length);
        }
        return fits;
    }
}
