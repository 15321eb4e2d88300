package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.SocketException;
import java.nio.ByteOrder;
import java.util.Objects;
import lapwing.engine.Endpoint;
import lapwing.engine.Operation;
import lapwing.engine.TcpInfo;
import lapwing.winsock.SocketOptions.Row;
import org.jspecify.annotations.Nullable;

/** WSAIoctl: the control codes, their arguments and how they end. */
final class ControlCalls {
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** What Windows says on loopback (I45). */
    private static final int IDEAL_SEND_BACKLOG = 0x10000;

    private final SocketHandle s;
    private final @Nullable MemorySegment in;
    private final int inLength;
    private final @Nullable MemorySegment out;
    private final int outLength;
    private final IntRef bytes;
    private final @Nullable Overlapped overlapped;

    private ControlCalls(
            SocketHandle s,
            @Nullable MemorySegment in,
            int inLength,
            @Nullable MemorySegment out,
            int outLength,
            IntRef bytes,
            @Nullable Overlapped overlapped) {
        this.s = s;
        this.in = in;
        this.inLength = in == null ? 0 : (int) Math.min(inLength, in.byteSize());
        this.out = out;
        this.outLength = out == null ? 0 : (int) Math.min(outLength, out.byteSize());
        this.bytes = bytes;
        this.overlapped = overlapped;
    }

    static int call(
            SocketHandle s,
            int code,
            @Nullable MemorySegment in,
            int inLength,
            @Nullable MemorySegment out,
            int outLength,
            @Nullable IntRef bytes,
            @Nullable Overlapped given,
            @Nullable CompletionRoutine routine) {
        if (!s.isOpen()) {
            return ThreadState.error(WinsockError.WSAENOTSOCK);
        }
        Overlapped overlapped = Waiting.effective(s, given);
        if (bytes == null) {
            return ThreadState.error(WinsockError.WSAEFAULT); // before anything else: I2, I12
        }
        if (code == Constants.SIO_ADDRESS_LIST_CHANGE) {
            return ThreadState.error(addressListChange(s, overlapped, routine));
        }
        synchronized (s) {
            if (!s.isOpen()) {
                return ThreadState.error(WinsockError.WSAENOTSOCK);
            }
            int error =
                    new ControlCalls(s, in, inLength, out, outLength, bytes, overlapped).run(code);
            if (error == 0 && overlapped != null) {
                error = complete(s, overlapped, routine);
            }
            return error == 0 ? ThreadState.ok() : ThreadState.error(error);
        }
    }

    /** A control call that has succeeded at once makes a packet of 0 bytes (I15, I24, I30, I41). */
    private static int complete(
            SocketHandle s, Overlapped overlapped, @Nullable CompletionRoutine routine) {
        Request request = overlapped.take();
        if (request == null) {
            return WinsockError.ERROR_INVALID_PARAMETER;
        }
        prepare(s, request, routine);
        Completion.deliver(s, request, NtStatus.STATUS_SUCCESS, 0, true);
        return 0;
    }

    private static void prepare(
            SocketHandle s, Request request, @Nullable CompletionRoutine routine) {
        request.prepare(s, Request.Purpose.NOTIFY, Operation.Kind.RECEIVE);
        request.routine(routine);
        request.overlapped.begin();
    }

    /**
     * Waits for a change of the machine's addresses. None is ever reported: the request stays until
     * it is cancelled or its socket closed (I46, I47).
     */
    private static int addressListChange(
            SocketHandle s, @Nullable Overlapped overlapped, @Nullable CompletionRoutine routine) {
        Request request = overlapped == null ? Waiting.request() : overlapped.take();
        if (request == null) {
            return WinsockError.ERROR_INVALID_PARAMETER;
        }
        synchronized (s) {
            if (!s.isOpen()) {
                return WinsockError.WSAENOTSOCK;
            }
            if (overlapped == null && s.nonBlocking) {
                return WinsockError.WSAEWOULDBLOCK;
            }
            prepare(s, request, overlapped == null ? null : routine);
            s.link(request);
        }
        return overlapped != null
                ? WinsockError.WSA_IO_PENDING
                : NtStatus.toWinsock(Waiting.await(s, request, Deadline.NONE));
    }

    private int run(int code) {
        return switch (code) {
            case Constants.SIO_GET_EXTENSION_FUNCTION_POINTER -> extensionFunction();
            case Constants.FIONBIO -> nonBlocking();
            case Constants.FIONREAD -> available();
            case Constants.SIOCATMARK -> atMark();
            case Constants.SIO_KEEPALIVE_VALS -> keepAlive();
            case Constants.SIO_BASE_HANDLE -> number64(s.value());
            case Constants.SIO_ADDRESS_LIST_QUERY -> addressList();
            case Constants.SIO_GET_INTERFACE_LIST -> interfaceList();
            case Constants.SIO_ROUTING_INTERFACE_QUERY -> route();
            case Constants.SIO_IDEAL_SEND_BACKLOG_QUERY -> idealSendBacklog();
            case Constants.SIO_ENABLE_CIRCULAR_QUEUEING -> returned(0); // datagrams: Linux' way
            case Constants.SIO_UDP_CONNRESET -> portUnreachable();
            case Constants.SIO_TCP_INFO -> tcpInfo();
            case Constants.SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER -> functionTable();
            default -> refuse(WinsockError.WSAEOPNOTSUPP);
        };
    }

    /** Fails with the size set to 0. */
    private int refuse(int error) {
        bytes.value = 0;
        return error;
    }

    private int returned(int size) {
        bytes.value = size;
        return 0;
    }

    private int number32(int value) {
        if (out == null || outLength < 4) {
            return WinsockError.WSAEFAULT; // size untouched: I18
        }
        out.set(INT, 0, value);
        return returned(4);
    }

    private int number64(long value) {
        if (out == null || outLength < 8) {
            return refuse(WinsockError.WSAEFAULT);
        }
        out.set(LONG, 0, value);
        return returned(8);
    }

    private int extensionFunction() {
        if (in == null || inLength < Guid.SIZE || out == null || outLength < 8) {
            return WinsockError.WSAEFAULT;
        }
        Long pointer = Extension.pointer(Guid.read(in));
        return pointer == null ? WinsockError.WSAEINVAL : number64(pointer);
    }

    /** Tables of functions; there is one (I48). */
    private int functionTable() {
        if (in == null || inLength < Guid.SIZE || out == null) {
            return refuse(WinsockError.WSAEFAULT);
        }
        return Guid.read(in).equals(Constants.WSAID_MULTIPLE_RIO)
                ? answer(RioExtensionFunctionTable.structure(), 0)
                : refuse(WinsockError.WSAEINVAL);
    }

    /** Writes a structure; if there is no room, WSAEFAULT with the size set to {@code missing}. */
    private int answer(MemorySegment structure, int missing) {
        int size = (int) structure.byteSize();
        if (out == null || outLength < size) {
            bytes.value = missing;
            return WinsockError.WSAEFAULT;
        }
        out.copyFrom(structure);
        return returned(size);
    }

    private int addressList() {
        try {
            MemorySegment list = AddressQueries.addressList(s.v6, out == null ? 0 : out.address());
            return answer(list, (int) list.byteSize()); // I27
        } catch (SocketException e) {
            return refuse(WinsockError.WSAENETDOWN);
        }
    }

    private int interfaceList() {
        try {
            return answer(AddressQueries.interfaceList(), 0); // I33
        } catch (SocketException e) {
            return refuse(WinsockError.WSAENETDOWN);
        }
    }

    private int route() {
        int length = s.v6 ? Sockaddr.SIZE_V6 : Sockaddr.SIZE_V4;
        if (in == null || inLength < 2) {
            return refuse(WinsockError.WSAEFAULT);
        }
        if (in.get(SHORT, 0) != (s.v6 ? Constants.AF_INET6 : Constants.AF_INET)) {
            return refuse(WinsockError.WSAEAFNOSUPPORT); // I37
        }
        if (inLength < length || out == null || outLength < length) {
            return refuse(WinsockError.WSAEFAULT);
        }
        Sockaddr address = new Sockaddr();
        address.read(in, inLength);
        if (address.isWildcard()) {
            return refuse(WinsockError.WSAEINVAL); // I38
        }
        int result = AddressQueries.route(address.address);
        if (result < 0) {
            return refuse(NtStatus.toWinsock(result));
        }
        address.write(out);
        return returned(length);
    }

    private int idealSendBacklog() {
        if (s.datagrams) {
            return refuse(WinsockError.WSAEOPNOTSUPP);
        }
        return s.state == SocketHandle.State.CONNECTED
                ? number32(IDEAL_SEND_BACKLOG)
                : refuse(WinsockError.WSAENOTCONN); // I45
    }

    /** SIO_UDP_CONNRESET; that other sockets refuse it, and how, is a guess. */
    private int portUnreachable() {
        if (in == null || inLength < 4) {
            return refuse(WinsockError.WSAEFAULT);
        }
        if (!s.datagrams) {
            return refuse(WinsockError.WSAEOPNOTSUPP);
        }
        s.ignoresUnreachable = in.get(INT, 0) == 0;
        return returned(0);
    }

    /** The codes for other versions, datagrams and unconnected sockets are guesses. */
    private int tcpInfo() {
        if (in == null || inLength < 4) {
            return refuse(WinsockError.WSAEFAULT);
        }
        if (s.datagrams || in.get(INT, 0) != 0) {
            return refuse(WinsockError.WSAEOPNOTSUPP);
        }
        if (s.endpoint == null || s.state != SocketHandle.State.CONNECTED) {
            return refuse(WinsockError.WSAENOTCONN);
        }
        TcpInfo info = new TcpInfo();
        int result = s.endpoint.tcpInfo(info);
        if (result < 0) {
            return refuse(NtStatus.toWinsock(result));
        }
        long age = (System.nanoTime() - s.connectedAt) / 1_000_000;
        int receiveBuffer = Math.max(s.endpoint.get(Endpoint.Option.RECEIVE_BUFFER), 0);
        return answer(TcpInfoV0.of(info, age, receiveBuffer), 0);
    }

    private int nonBlocking() {
        if (in == null || inLength < 4) {
            return refuse(WinsockError.WSAEFAULT);
        }
        s.nonBlocking = in.get(INT, 0) != 0;
        return returned(0);
    }

    private int available() {
        if (s.endpoint == null || s.state == SocketHandle.State.LISTENING) {
            return number32(0);
        }
        return number32(Math.max(0, s.endpoint.available()));
    }

    private int atMark() {
        boolean connected = s.endpoint != null && s.state == SocketHandle.State.CONNECTED;
        // Windows says TRUE when no out-of-band byte waits (I20); Linux says 1 when the mark is
        // next
        return number32(connected && Objects.requireNonNull(s.endpoint).atMark() == 1 ? 0 : 1);
    }

    private int keepAlive() {
        if (in == null || inLength < 12) {
            return refuse(WinsockError.WSAEFAULT);
        }
        if (s.datagrams) {
            return refuse(WinsockError.WSAENOPROTOOPT);
        }
        boolean on = in.get(INT, 0) != 0;
        if (on) {
            OptionCalls.store(s, Row.KEEPIDLE, seconds(in.get(INT, 4)));
            OptionCalls.store(s, Row.KEEPINTERVAL, seconds(in.get(INT, 8)));
        }
        OptionCalls.store(s, Row.KEEPALIVE, on ? 1 : 0);
        if (overlapped == null) {
            bytes.value = 0; // untouched with OVERLAPPED: I24
        }
        return 0;
    }

    private static int seconds(int milliseconds) {
        return Math.clamp(((milliseconds & 0xFFFFFFFFL) + 999) / 1000, 1, 32767);
    }
}
