package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.SocketException;
import java.nio.ByteOrder;
import java.util.Objects;
import lapwing.engine.Endpoint;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import lapwing.engine.TcpInfo;
import lapwing.port.Deadline;
import lapwing.socket.Purpose;
import lapwing.socket.Socket;
import lapwing.socket.SocketOptions.Row;
import org.jspecify.annotations.Nullable;

/**
 * WSAIoctl: the control codes, their arguments and how they end.
 *
 * <p>What a code has come to is one number. 0 is success. A Winsock code, positive, is a refusal by
 * the library itself, of which no structure, event or port hears (I4, I30). A status of {@link
 * NtStatus}, negative, is the answer of the system below it: with a structure the call pends and
 * the answer comes as its completion (I10, I11, I34), without one the byte count becomes 0 (I9,
 * I33). Which of the two a reason is where no fact says so is a guess: what this kind of socket, or
 * its state, does not allow is answered below, missing memory is refused.
 */
final class ControlCalls {
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** What Windows says on loopback (I45). */
    private static final int IDEAL_SEND_BACKLOG = 0x10000;

    private final SocketHandle handle;
    private final Socket s;
    private final @Nullable MemorySegment in;
    private final int inLength;
    private final @Nullable MemorySegment out;
    private final int outLength;
    private final @Nullable Overlapped overlapped;

    /** The length of the output that the program claims, with or without memory. */
    private final int outGiven;

    /** What the byte count becomes where nothing is stored: a structure leaves it alone (I24). */
    private final int checkedSize;

    /** What the byte count becomes; it is left alone while this is negative. */
    private int size = -1;

    /** A success that is told as a completion, with its size, if there is a structure (I32). */
    private boolean pends;

    private ControlCalls(
            SocketHandle handle,
            @Nullable MemorySegment in,
            int inLength,
            @Nullable MemorySegment out,
            int outLength,
            @Nullable Overlapped overlapped,
            boolean hasRoutine) {
        this.handle = handle;
        s = handle.socket;
        this.in = in;
        this.inLength = in == null ? 0 : (int) Math.min(inLength, in.byteSize());
        this.out = out == null || out.isReadOnly() ? null : out;
        this.outLength = this.out == null ? 0 : (int) Math.min(outLength, this.out.byteSize());
        this.overlapped = overlapped;
        outGiven = outLength;
        checkedSize = overlapped == null || hasRoutine ? 0 : -1;
    }

    static int call(
            SocketHandle handle,
            int code,
            @Nullable MemorySegment in,
            int inLength,
            @Nullable MemorySegment out,
            int outLength,
            @Nullable IntRef bytes,
            @Nullable Overlapped given,
            @Nullable CompletionRoutine routine) {
        Socket s = handle.socket;
        if (!s.isOpen()) {
            return WinsockError.WSAENOTSOCK;
        }
        if (bytes == null) {
            return WinsockError.WSAEFAULT; // before anything else: I2, I12
        }
        OverlappedRequest request = given == null ? null : given.take();
        if (given != null && request == null) {
            return WinsockError.ERROR_INVALID_PARAMETER;
        }
        boolean late = !BlockingCalls.waits(s, given);
        CompletionRoutine told = late ? routine : null;
        if (given != null && told != null && s.port != null) {
            return WinsockError.WSAEINVAL; // as P28
        }
        if (code == Constants.SIO_ADDRESS_LIST_CHANGE) {
            return addressListChange(s, request, late, told);
        }
        synchronized (s) {
            if (!s.isOpen()) {
                return WinsockError.WSAENOTSOCK;
            }
            Overlapped kept = late ? given : null;
            ControlCalls call =
                    new ControlCalls(handle, in, inLength, out, outLength, kept, told != null);
            int error = call.end(call.run(code), request, late, told);
            if (call.size >= 0 && error != WinsockError.WSA_IO_PENDING) {
                bytes.value = call.size;
            }
            return error;
        }
    }

    /**
     * Tells the structure, if there is one, what a code has come to.
     *
     * @param late whether the completion, not the call, tells it if it comes from below
     * @return the Winsock code of the call
     */
    private int end(
            int result,
            @Nullable OverlappedRequest request,
            boolean late,
            @Nullable CompletionRoutine routine) {
        if (result > 0) {
            return result;
        }
        if (result < 0) {
            size = 0; // I9, I33
        }
        late &= result < 0 || pends;
        if (request != null) {
            prepare(s, request, routine);
            int told = late ? size : 0; // I15, I24, I30, I41; I32
            request.completed(s, result, told, !late);
        }
        return late ? WinsockError.WSA_IO_PENDING : NtStatus.toWinsock(result);
    }

    private static void prepare(
            Socket s, OverlappedRequest request, @Nullable CompletionRoutine routine) {
        request.prepare(s, Purpose.NOTIFY, Operation.Kind.RECEIVE);
        request.routine(routine);
        request.begin();
    }

    /**
     * Waits for a change of the machine's addresses. None is ever reported: the request stays until
     * it is cancelled or its socket closed (I46, I47).
     */
    private static int addressListChange(
            Socket s,
            @Nullable OverlappedRequest given,
            boolean late,
            @Nullable CompletionRoutine routine) {
        OverlappedRequest request = given == null ? new BlockedCaller() : given;
        synchronized (s) {
            if (!s.isOpen()) {
                return WinsockError.WSAENOTSOCK;
            }
            if (given == null && s.nonBlocking) {
                return WinsockError.WSAEWOULDBLOCK;
            }
            prepare(s, request, routine);
            s.link(request);
        }
        return late
                ? WinsockError.WSA_IO_PENDING
                : NtStatus.toWinsock(BlockingCalls.await(s, request, Deadline.NONE));
    }

    private int run(int code) {
        return switch (code) {
            case Constants.SIO_GET_EXTENSION_FUNCTION_POINTER -> extensionFunction();
            case Constants.FIONBIO -> nonBlocking();
            case Constants.FIONREAD -> available();
            case Constants.SIOCATMARK -> atMark();
            case Constants.SIO_KEEPALIVE_VALS -> keepAlive();
            case Constants.SIO_BASE_HANDLE -> baseHandle();
            case Constants.SIO_ADDRESS_LIST_QUERY -> addressList();
            case Constants.SIO_GET_INTERFACE_LIST -> interfaceList();
            case Constants.SIO_ROUTING_INTERFACE_QUERY -> route();
            case Constants.SIO_IDEAL_SEND_BACKLOG_QUERY -> idealSendBacklog();
            case Constants.SIO_ENABLE_CIRCULAR_QUEUEING -> returned(0); // datagrams: Linux' way
            case Constants.SIO_UDP_CONNRESET -> portUnreachable();
            case Constants.SIO_TCP_INFO -> tcpInfo();
            case Constants.SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER -> functionTable();
            default -> NtStatus.STATUS_NOT_SUPPORTED; // I9, I10
        };
    }

    /** Refused once the system has looked at it: the size becomes 0 (I21). */
    private int refuse(int error) {
        size = checkedSize;
        return error;
    }

    private int returned(int size) {
        this.size = size;
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
            return WinsockError.WSAEFAULT;
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
        if (in == null || inLength < Guid.SIZE) {
            return refuse(WinsockError.WSAEFAULT);
        }
        if (!Guid.read(in).equals(Constants.WSAID_MULTIPLE_RIO)) {
            return refuse(WinsockError.WSAEINVAL);
        }
        MemorySegment table = RioExtensionFunctionTable.structure();
        return hasRoom(table) ? answer(table) : refuse(WinsockError.WSAEFAULT);
    }

    /** The system's own number of the socket; it is not told late (I42). */
    private int baseHandle() {
        return overlapped != null ? NtStatus.STATUS_NOT_SUPPORTED : number64(handle.value());
    }

    private boolean hasRoom(MemorySegment structure) {
        return out != null && outLength >= structure.byteSize();
    }

    /** Writes a structure for which there is room. */
    private int answer(MemorySegment structure) {
        Objects.requireNonNull(out).copyFrom(structure);
        return returned((int) structure.byteSize());
    }

    private int addressList() {
        if (outGiven > 0 && outGiven < 4) { // no room for the number of addresses: I28
            size = 0;
            return WinsockError.WSAEINVAL;
        }
        try {
            MemorySegment list = AddressQueries.addressList(s.v6, out == null ? 0 : out.address());
            if (hasRoom(list)) {
                return answer(list);
            }
            size = (int) list.byteSize(); // I27
            return WinsockError.WSAEFAULT;
        } catch (SocketException e) {
            return refuse(WinsockError.WSAENETDOWN);
        }
    }

    /** The one query that is answered below, late and with its size if there is a structure. */
    private int interfaceList() {
        pends = true; // I32
        try {
            MemorySegment list = AddressQueries.interfaceList();
            return hasRoom(list) ? answer(list) : NtStatus.STATUS_BUFFER_TOO_SMALL; // I33, I34
        } catch (SocketException e) {
            return refuse(WinsockError.WSAENETDOWN);
        }
    }

    /** What is wrong leaves the size alone; only too short an output tells what it needs. */
    private int route() {
        int length = s.v6 ? Sockaddr.SIZE_V6 : Sockaddr.SIZE_V4;
        if (in == null || inLength < length) {
            return WinsockError.WSAEINVAL;
        }
        if (in.get(SHORT, 0) != (s.v6 ? Constants.AF_INET6 : Constants.AF_INET)) {
            return WinsockError.WSAEAFNOSUPPORT; // I37
        }
        Sockaddr address = new Sockaddr();
        address.read(in, inLength);
        if (address.isWildcard()) {
            return WinsockError.WSAEINVAL; // I38
        }
        if (out == null) {
            return WinsockError.WSAEFAULT;
        }
        int result = AddressQueries.route(address.address);
        if (result < 0) {
            return NtStatus.toWinsock(result);
        }
        size = length;
        if (outLength < length) {
            return WinsockError.WSAEFAULT;
        }
        address.write(out);
        return 0;
    }

    private int idealSendBacklog() {
        if (s.datagrams) {
            return NtStatus.STATUS_NOT_SUPPORTED;
        }
        if (s.state != Socket.State.CONNECTED) {
            return NtStatus.STATUS_INVALID_CONNECTION; // I45
        }
        return out == null || outLength < 4
                ? NtStatus.STATUS_BUFFER_TOO_SMALL
                : number32(IDEAL_SEND_BACKLOG);
    }

    /** SIO_UDP_CONNRESET; that other sockets do not support it is a guess. */
    private int portUnreachable() {
        if (in == null || inLength < 4) {
            return refuse(WinsockError.WSAEFAULT);
        }
        if (!s.datagrams) {
            return NtStatus.STATUS_NOT_SUPPORTED;
        }
        s.ignoresUnreachable = in.get(INT, 0) == 0;
        return returned(0);
    }

    /** The codes for other versions, datagrams and unconnected sockets are guesses. */
    private int tcpInfo() {
        if (in == null || inLength != 4) {
            return NtStatus.STATUS_INVALID_BUFFER_SIZE; // WSAEMSGSIZE: I44
        }
        if (s.datagrams || in.get(INT, 0) != 0) {
            return NtStatus.STATUS_NOT_SUPPORTED;
        }
        if (s.endpoint == null || s.state != Socket.State.CONNECTED) {
            return NtStatus.STATUS_INVALID_CONNECTION;
        }
        TcpInfo info = new TcpInfo();
        int result = s.endpoint.tcpInfo(info);
        if (result == Status.NOT_SUPPORTED) {
            info.state = ownView(); // this engine does not see into a connection
        } else if (result < 0) {
            return result;
        }
        long age = (System.nanoTime() - s.connection.since) / 1_000_000;
        int receiveBuffer = Math.max(s.endpoint.get(Endpoint.Option.RECEIVE_BUFFER), 0);
        MemorySegment structure = TcpInfoV0.of(info, age, receiveBuffer);
        return hasRoom(structure) ? answer(structure) : NtStatus.STATUS_INVALID_PARAMETER; // I44
    }

    /** The state of a connection as far as this socket has noticed. */
    private TcpInfo.State ownView() {
        if (s.connection.broken != 0) {
            return TcpInfo.State.CLOSED;
        }
        return s.connection.sendShut
                ? s.connection.endSeen ? TcpInfo.State.LAST_ACK : TcpInfo.State.FIN_WAIT_1
                : s.connection.endSeen ? TcpInfo.State.CLOSE_WAIT : TcpInfo.State.ESTABLISHED;
    }

    private int nonBlocking() {
        if (in == null || inLength < 4) {
            return refuse(WinsockError.WSAEFAULT);
        }
        s.nonBlocking = in.get(INT, 0) != 0;
        return returned(0);
    }

    private int available() {
        if (s.endpoint == null || s.state == Socket.State.LISTENING) {
            return number32(0);
        }
        return number32(Math.max(0, s.endpoint.available()));
    }

    private int atMark() {
        boolean connected = s.endpoint != null && s.state == Socket.State.CONNECTED;
        // Windows says TRUE when no out-of-band byte waits (I20), Linux says 1 when the mark is
        // next
        return number32(connected && Objects.requireNonNull(s.endpoint).atMark() == 1 ? 0 : 1);
    }

    private int keepAlive() {
        boolean missing = in == null || inLength < 12;
        if (in == null || missing || s.datagrams) {
            if (overlapped != null) {
                overlapped.begin(); // and stays so, as at the start of an operation: O3
            }
            return refuse(missing ? WinsockError.WSAEFAULT : WinsockError.WSAENOPROTOOPT);
        }
        boolean on = in.get(INT, 0) != 0;
        if (on) {
            OptionCalls.store(s, Row.KEEPIDLE, seconds(in.get(INT, 4)));
            OptionCalls.store(s, Row.KEEPINTERVAL, seconds(in.get(INT, 8)));
        }
        OptionCalls.store(s, Row.KEEPALIVE, on ? 1 : 0);
        size = checkedSize;
        return 0;
    }

    private static int seconds(int milliseconds) {
        return Math.clamp(((milliseconds & 0xFFFFFFFFL) + 999) / 1000, 1, 32767);
    }
}
