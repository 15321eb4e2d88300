package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import lapwing.engine.Address;
import lapwing.engine.Endpoint;
import lapwing.engine.Operation;
import lapwing.port.Deadline;
import lapwing.socket.Receiving;
import lapwing.socket.Sending;
import lapwing.socket.Socket;
import org.jspecify.annotations.Nullable;

/**
 * The argument checks of the receiving and sending calls, and what they report. All return a
 * Winsock error code, 0 for success.
 */
final class TransferCalls {
    private TransferCalls() {}

    static int receive(
            Socket s,
            WsaBuf @Nullable [] buffers,
            int count,
            @Nullable IntRef bytes,
            @Nullable IntRef flags,
            @Nullable Sockaddr from,
            @Nullable IntRef fromLength,
            @Nullable WsaMsg message,
            @Nullable Overlapped given,
            @Nullable CompletionRoutine routine) {
        int bad = s.isOpen() ? badBlocks(buffers, count, true) : WinsockError.WSAENOTSOCK;
        if (bad != 0 || buffers == null) {
            return bad;
        }
        if (flags == null || (bytes == null && given == null) || isShort(s, from, fromLength)) {
            return WinsockError.WSAEFAULT;
        }
        boolean waits = BlockingCalls.waits(s, given);
        int engineFlags = receiveFlags(s, flags.value, waits);
        if (engineFlags < 0) {
            return WinsockError.WSAEOPNOTSUPP;
        }
        OverlappedRequest request = BlockingCalls.request(given);
        if (request == null || cannotHave(routine, s, waits)) {
            return request == null ? WinsockError.ERROR_INVALID_PARAMETER : WinsockError.WSAEINVAL;
        }
        request.prepare(s, Receiving.RECEIVE, Receiving.kind(s));
        request.flags = (byte) engineFlags;
        if (!request.blocks(buffers, count, true)) {
            return WinsockError.WSAENOBUFS;
        }
        tellSender(request, from, fromLength, message);
        request.routine(waits ? null : routine);
        int error = Results.code(Receiving.start(s, request, waits));
        if (waits && error == WinsockError.WSA_IO_PENDING) {
            error = await(s, request, s.options == null ? 0 : s.options.receiveTimeout());
        }
        return received(request, error, bytes, flags, message);
    }

    /** There is no room for the sender's address. */
    private static boolean isShort(Socket s, @Nullable Sockaddr from, @Nullable IntRef fromLength) {
        return from != null
                && fromLength != null
                && fromLength.value < (s.v6 ? Sockaddr.SIZE_V6 : Sockaddr.SIZE_V4);
    }

    /** With a port, the packet is what tells of the end (P28). */
    private static boolean cannotHave(
            @Nullable CompletionRoutine routine, Socket s, boolean waits) {
        return routine != null && !waits && s.port != null;
    }

    private static void tellSender(
            OverlappedRequest request,
            @Nullable Sockaddr from,
            @Nullable IntRef fromLength,
            @Nullable WsaMsg message) {
        if (from != null) {
            request.call().from = from;
            request.call().fromLength = fromLength;
        }
        if (message != null) {
            Messages.prepare(request, request.call(), message);
        }
    }

    private static int received(
            OverlappedRequest request,
            int error,
            @Nullable IntRef bytes,
            IntRef flags,
            @Nullable WsaMsg message) {
        boolean cut = error == WinsockError.WSAEMSGSIZE;
        if (bytes != null && (error == 0 || cut)) {
            bytes.value = request.overlapped.bytes();
        }
        if (cut) {
            flags.value = message != null ? message.dwFlags : Constants.MSG_PARTIAL;
        }
        return error;
    }

    static int send(
            Socket s,
            WsaBuf @Nullable [] buffers,
            int count,
            @Nullable IntRef bytes,
            int flags,
            @Nullable Sockaddr to,
            int toLength,
            @Nullable MemorySegment control,
            @Nullable Overlapped given,
            @Nullable CompletionRoutine routine) {
        int bad = s.isOpen() ? badBlocks(buffers, count, false) : WinsockError.WSAENOTSOCK;
        if (bad != 0 || buffers == null) {
            return bad;
        }
        Sockaddr peer = s.datagrams ? to : null;
        if ((bytes == null && given == null) || (peer != null && toLength < peer.length())) {
            return WinsockError.WSAEFAULT;
        }
        int engineFlags = sendFlags(flags);
        if (engineFlags < 0) {
            return WinsockError.WSAEOPNOTSUPP;
        }
        boolean waits = BlockingCalls.waits(s, given);
        OverlappedRequest request = BlockingCalls.request(given);
        if (request == null || cannotHave(routine, s, waits)) {
            return request == null ? WinsockError.ERROR_INVALID_PARAMETER : WinsockError.WSAEINVAL;
        }
        request.prepare(s, Sending.SEND, Operation.Kind.SEND);
        request.flags = (byte) engineFlags;
        if (!request.blocks(buffers, count, false)) {
            return WinsockError.WSAENOBUFS;
        }
        request.control = control;
        request.controlLength = control == null ? 0 : (int) control.byteSize();
        request.routine(waits ? null : routine);
        int error = send(s, request, peer == null ? null : peer.address, waits);
        if (error == 0 && bytes != null) {
            bytes.value = request.overlapped.bytes();
        }
        return error;
    }

    private static int send(
            Socket s, OverlappedRequest request, @Nullable Address to, boolean waits) {
        int error = Results.code(Sending.start(s, request, to, waits));
        return waits && error == WinsockError.WSA_IO_PENDING
                ? await(s, request, s.options == null ? 0 : s.options.sendTimeout())
                : error;
    }

    private static int await(Socket s, OverlappedRequest request, int timeout) {
        boolean limited = request.isPlain() && timeout != 0; // O25
        long deadline = Deadline.of(limited ? timeout : Constants.INFINITE);
        return NtStatus.toWinsock(BlockingCalls.await(s, request, deadline));
    }

    /** recv and recvfrom. */
    static int receivePlain(
            Socket s,
            @Nullable MemorySegment buffer,
            int length,
            int flags,
            @Nullable Sockaddr from,
            @Nullable IntRef fromLength,
            IntRef bytes) {
        long room = buffer == null ? 0 : buffer.byteSize();
        if (length < 0 || length > room) {
            return s.isOpen() ? WinsockError.WSAEFAULT : WinsockError.WSAENOTSOCK;
        }
        WsaBuf[] block = {new WsaBuf().set(buffer, length)};
        IntRef given = new IntRef(flags);
        return receive(s, block, 1, bytes, given, from, fromLength, null, null, null);
    }

    /** send and sendto. */
    static int sendPlain(
            Socket s,
            @Nullable MemorySegment buffer,
            int length,
            int flags,
            @Nullable Sockaddr to,
            int toLength,
            IntRef bytes) {
        long room = buffer == null ? 0 : buffer.byteSize();
        if (length < 0 || length > room) {
            return s.isOpen() ? WinsockError.WSAEFAULT : WinsockError.WSAENOTSOCK;
        }
        WsaBuf[] block = {new WsaBuf().set(buffer, length)};
        return send(s, block, 1, bytes, flags, to, toLength, null, null, null);
    }

    private static int badBlocks(WsaBuf @Nullable [] buffers, int count, boolean written) {
        if (count == 0) {
            return WinsockError.WSAEINVAL;
        }
        if (buffers == null || count < 0 || count > buffers.length) {
            return WinsockError.WSAEFAULT;
        }
        long total = 0;
        for (int i = 0; i < count; i++) {
            if (buffers[i] == null
                    || !buffers[i].isValid()
                    || (written && buffers[i].buf().isReadOnly())) {
                return WinsockError.WSAEFAULT;
            }
            total += buffers[i].len;
        }
        return total > Integer.MAX_VALUE ? WinsockError.WSAENOBUFS : 0;
    }

    /**
     * The flags of a receive, as the engine's; −1 if one is unknown, or does not go with another or
     * with this socket (DOC WSARecv: MSG_WAITALL is for streams, and alone; MSG_OOB for streams;
     * MSG_PEEK for calls that wait, O37).
     */
    private static int receiveFlags(Socket s, int flags, boolean waits) {
        int known =
                Constants.MSG_OOB
                        | Constants.MSG_PEEK
                        | Constants.MSG_WAITALL
                        | Constants.MSG_PUSH_IMMEDIATE
                        | Constants.MSG_PARTIAL;
        boolean all = (flags & Constants.MSG_WAITALL) != 0;
        int notWithAll = Constants.MSG_OOB | Constants.MSG_PEEK | Constants.MSG_PARTIAL;
        int notHere =
                (s.datagrams ? Constants.MSG_OOB | Constants.MSG_WAITALL : 0)
                        | (waits ? 0 : Constants.MSG_PEEK)
                        | (all ? notWithAll : 0);
        if ((flags & (~known | notHere)) != 0) {
            return -1;
        }
        return ((flags & Constants.MSG_OOB) != 0 ? Endpoint.URGENT : 0)
                | ((flags & Constants.MSG_PEEK) != 0 ? Endpoint.PEEK : 0)
                | ((flags & Constants.MSG_WAITALL) != 0 ? Endpoint.WAIT_ALL : 0);
    }

    /** The engine's flags for a send; −1 if there is one it does not know. */
    private static int sendFlags(int flags) {
        if ((flags & ~(Constants.MSG_OOB | Constants.MSG_PARTIAL | 4 /* MSG_DONTROUTE */)) != 0) {
            return -1;
        }
        return (flags & Constants.MSG_OOB) != 0 ? Endpoint.URGENT : 0;
    }
}
