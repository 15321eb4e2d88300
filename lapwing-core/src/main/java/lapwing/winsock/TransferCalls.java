package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import lapwing.engine.Operation;
import org.jspecify.annotations.Nullable;

/**
 * The argument checks of the receiving and sending calls, and what they report. All return a
 * Winsock error code, 0 for success.
 */
final class TransferCalls {
    private TransferCalls() {}

    static int receive(
            SocketHandle s,
            WsaBuf @Nullable [] buffers,
            int count,
            @Nullable IntRef bytes,
            @Nullable IntRef flags,
            @Nullable Sockaddr from,
            @Nullable IntRef fromLength,
            @Nullable WsaMsg message,
            @Nullable Overlapped given,
            @Nullable CompletionRoutine routine) {
        if (!s.isOpen()) {
            return WinsockError.WSAENOTSOCK;
        }
        boolean waits = Waiting.waits(s, given);
        int bad = badBlocks(buffers, count, true);
        if (bad != 0 || buffers == null) {
            return bad;
        }
        if (flags == null
                || (bytes == null && given == null)
                || (from != null
                        && fromLength != null
                        && fromLength.value < (s.v6 ? Sockaddr.SIZE_V6 : Sockaddr.SIZE_V4))) {
            return WinsockError.WSAEFAULT;
        }
        int engineFlags = Receiving.flags(s, flags.value, waits);
        if (engineFlags < 0) {
            return WinsockError.WSAEOPNOTSUPP;
        }
        OverlappedRequest request = Waiting.request(given);
        if (request == null || (routine != null && !waits && s.port != null)) {
            return request == null ? WinsockError.ERROR_INVALID_PARAMETER : WinsockError.WSAEINVAL;
        }
        request.prepare(s, Receiving.RECEIVE, Receiving.kind(s));
        request.flags = (byte) engineFlags;
        if (!request.blocks(buffers, count, true)) {
            return WinsockError.WSAENOBUFS;
        }
        if (from != null) {
            request.details().from = from;
            request.details().fromLength = fromLength;
        }
        if (message != null) {
            Messages.prepare(request, message);
        }
        request.routine(waits ? null : routine);
        int error = Receiving.start(s, request, waits);
        if (waits && error == WinsockError.WSA_IO_PENDING) {
            error = await(s, request, s.options == null ? 0 : s.options.receiveTimeout());
        }
        boolean ended = error == 0 || error == WinsockError.WSAEMSGSIZE;
        if (ended && bytes != null) {
            bytes.value = request.overlapped.bytes();
        }
        if (error == WinsockError.WSAEMSGSIZE) {
            flags.value = message != null ? message.dwFlags : Constants.MSG_PARTIAL;
        }
        return error;
    }

    static int send(
            SocketHandle s,
            WsaBuf @Nullable [] buffers,
            int count,
            @Nullable IntRef bytes,
            int flags,
            @Nullable Sockaddr to,
            int toLength,
            @Nullable MemorySegment control,
            @Nullable Overlapped given,
            @Nullable CompletionRoutine routine) {
        if (!s.isOpen()) {
            return WinsockError.WSAENOTSOCK;
        }
        boolean waits = Waiting.waits(s, given);
        int bad = badBlocks(buffers, count, false);
        if (bad != 0 || buffers == null) {
            return bad;
        }
        if ((bytes == null && given == null)
                || (to != null && s.datagrams && toLength < to.length())) {
            return WinsockError.WSAEFAULT;
        }
        int engineFlags = Sending.flags(flags);
        if (engineFlags < 0) {
            return WinsockError.WSAEOPNOTSUPP;
        }
        OverlappedRequest request = Waiting.request(given);
        if (request == null || (routine != null && !waits && s.port != null)) {
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
        int error = Sending.start(s, request, s.datagrams ? to : null, waits);
        if (waits && error == WinsockError.WSA_IO_PENDING) {
            error = await(s, request, s.options == null ? 0 : s.options.sendTimeout());
        }
        if (error == 0 && bytes != null) {
            bytes.value = request.overlapped.bytes();
        }
        return error;
    }

    private static int await(SocketHandle s, OverlappedRequest request, int timeout) {
        boolean limited = request.isPlain() && timeout != 0; // O25
        long deadline = Deadline.of(limited ? timeout : Constants.INFINITE);
        return NtStatus.toWinsock(Waiting.await(s, request, deadline));
    }

    /** recv and recvfrom. */
    static int receivePlain(
            SocketHandle s,
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
            SocketHandle s,
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
}
