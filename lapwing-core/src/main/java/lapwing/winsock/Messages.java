package lapwing.winsock;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import lapwing.engine.Endpoint;
import lapwing.engine.Status;
import lapwing.socket.Connecting;
import lapwing.socket.Request;
import lapwing.socket.Socket;
import org.jspecify.annotations.Nullable;

/** WSARecvMsg and WSASendMsg: datagrams with control data. */
final class Messages {
    private static final int IPPROTO_IPV6 = 41;
    private static final int LINUX_IP_PKTINFO = 8;
    private static final int LINUX_IPV6_PKTINFO = 50;
    private static final int HEADER = 16;
    private static final int RECORD_V4 = 24;
    private static final int RECORD_V6 = 40;
    private static final int CONTROL_ROOM = 256;

    private Messages() {}

    static int receive(
            Socket s,
            @Nullable WsaMsg message,
            @Nullable IntRef bytes,
            @Nullable Overlapped overlapped,
            @Nullable CompletionRoutine routine) {
        if (message == null
                || badControl(message)
                || cannotBeWritten(message.Control)
                || (message.name == null && message.namelen > 0)) { // M10
            return WinsockError.WSAEFAULT;
        }
        if (s.isOpen() && !s.datagrams) {
            return WinsockError.WSAEOPNOTSUPP;
        }
        IntRef flags = new IntRef(message.dwFlags);
        return TransferCalls.receive(
                s,
                message.lpBuffers,
                message.dwBufferCount,
                bytes,
                flags,
                message.name,
                null,
                message,
                overlapped,
                routine);
    }

    static int send(
            Socket s,
            @Nullable WsaMsg message,
            int flags,
            @Nullable IntRef bytes,
            @Nullable Overlapped overlapped,
            @Nullable CompletionRoutine routine) {
        if (message == null) {
            return WinsockError.WSAEFAULT;
        }
        if (s.isOpen() && !s.datagrams) {
            return WinsockError.WSAEINVAL;
        }
        if (s.isOpen() && bytes == null && overlapped == null) {
            return withoutCount(s);
        }
        WsaBuf given = message.Control;
        MemorySegment control = null;
        if (given != null && given.len > 0) {
            control = badControl(message) ? null : sent(given.buf(), given.len, s.v6);
            if (control == null) {
                return WinsockError.WSAEINVAL;
            }
        }
        return TransferCalls.send(
                s,
                message.lpBuffers,
                message.dwBufferCount,
                bytes,
                flags,
                message.name,
                message.namelen,
                control,
                overlapped,
                routine);
    }

    /** Nowhere to tell the count: WSAEFAULT, but the socket is bound as by any other (M13). */
    private static int withoutCount(Socket s) {
        synchronized (s) {
            int result = s.open();
            if (result >= 0 && s.local == null) {
                Connecting.bindImplicitly(s);
            }
        }
        return WinsockError.WSAEFAULT;
    }

    /**
     * The one record that can be sent, IP_PKTINFO or IPV6_PKTINFO with the source's address and
     * interface, in Linux' layout; null if it is another one.
     */
    private static @Nullable MemorySegment sent(MemorySegment from, int length, boolean v6) {
        int size = HEADER + (v6 ? 20 : 8);
        boolean known =
                length >= size
                        && length <= (v6 ? RECORD_V6 : RECORD_V4) // no second record
                        && from.get(ValueLayout.JAVA_LONG_UNALIGNED, 0) == size
                        && from.get(ValueLayout.JAVA_INT_UNALIGNED, 8)
                                == (v6 ? Constants.IPPROTO_IPV6 : Constants.IPPROTO_IP)
                        && from.get(ValueLayout.JAVA_INT_UNALIGNED, 12)
                                == (v6 ? Constants.IPV6_PKTINFO : Constants.IP_PKTINFO);
        if (!known) {
            return null;
        }
        MemorySegment to = MemorySegment.ofArray(new byte[v6 ? 40 : 32]);
        to.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, HEADER + (v6 ? 20L : 12L));
        to.set(ValueLayout.JAVA_INT_UNALIGNED, 8, v6 ? IPPROTO_IPV6 : 0);
        to.set(ValueLayout.JAVA_INT_UNALIGNED, 12, v6 ? LINUX_IPV6_PKTINFO : LINUX_IP_PKTINFO);
        if (v6) {
            MemorySegment.copy(from, HEADER, to, HEADER, 20);
        } else { // interface, source, and a destination that counts for receives only
            MemorySegment.copy(from, HEADER + 4L, to, HEADER, 4);
            MemorySegment.copy(from, HEADER, to, HEADER + 4L, 4);
        }
        return to;
    }

    private static boolean badControl(WsaMsg message) {
        return message.Control != null && !message.Control.isValid();
    }

    private static boolean cannotBeWritten(@Nullable WsaBuf control) {
        return control != null && control.len > 0 && control.buf().isReadOnly();
    }

    /** Gives a receive room for the kernel's control data. */
    static void prepare(Request request, CallDetails details, WsaMsg message) {
        details.message = message;
        WsaBuf room = message.Control;
        details.controlRoom = // the program may change its structure meanwhile
                room == null ? null : room.buf().asSlice(0, room.len);
        if (details.kernelControl == null) {
            details.kernelControl = MemorySegment.ofArray(new byte[CONTROL_ROOM]);
        }
        request.control = details.kernelControl;
        request.controlLength = 0;
    }

    /** Translates the control data of a received datagram; returns the status to report. */
    static int received(
            Request request, WsaMsg message, @Nullable MemorySegment control, int status) {
        int used = 0;
        if (message.name != null) {
            message.namelen = message.name.length();
        }
        boolean truncated = (request.resultFlags & Endpoint.CONTROL_TRUNCATED) != 0;
        MemorySegment from = request.control;
        if (from != null && request.controlLength >= HEADER) {
            boolean v6 =
                    from.get(ValueLayout.JAVA_INT_UNALIGNED, 8) == IPPROTO_IPV6
                            && from.get(ValueLayout.JAVA_INT_UNALIGNED, 12) == LINUX_IPV6_PKTINFO;
            boolean v4 =
                    from.get(ValueLayout.JAVA_INT_UNALIGNED, 8) == 0
                            && from.get(ValueLayout.JAVA_INT_UNALIGNED, 12) == LINUX_IP_PKTINFO;
            int needed = v6 ? RECORD_V6 : v4 ? RECORD_V4 : 0;
            if (needed > 0 && (control == null || control.byteSize() < needed)) {
                truncated = true;
            } else if (needed > 0 && control != null) {
                record(from, control, v6);
                used = needed;
            }
        }
        message.dwFlags =
                (truncated ? Constants.MSG_CTRUNC : 0)
                        | (status == Status.BUFFER_OVERFLOW ? Constants.MSG_TRUNC : 0);
        if (message.Control != null) {
            message.Control.len = used;
        }
        return truncated ? Status.BUFFER_OVERFLOW : status;
    }

    /** One IP_PKTINFO or IPV6_PKTINFO record in Windows' layout: header, address, interface. */
    private static void record(MemorySegment from, MemorySegment to, boolean v6) {
        to.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, v6 ? HEADER + 20L : RECORD_V4);
        to.set(
                ValueLayout.JAVA_INT_UNALIGNED,
                8,
                v6 ? Constants.IPPROTO_IPV6 : Constants.IPPROTO_IP);
        to.set(
                ValueLayout.JAVA_INT_UNALIGNED,
                12,
                v6 ? Constants.IPV6_PKTINFO : Constants.IP_PKTINFO);
        if (v6) {
            MemorySegment.copy(from, HEADER, to, HEADER, 20);
        } else {
            MemorySegment.copy(
                    from, HEADER + 8L, to, HEADER, 4); // the header's destination address
            MemorySegment.copy(from, HEADER, to, HEADER + 4L, 4);
        }
    }
}
