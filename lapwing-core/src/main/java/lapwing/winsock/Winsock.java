package lapwing.winsock;

import static lapwing.winsock.ThreadState.result;

import java.lang.foreign.MemorySegment;
import lapwing.engine.Engine;
import lapwing.engine.choice.Engines;
import lapwing.socket.Connecting;
import lapwing.socket.Socket;
import lapwing.socket.TimedWaitDelay;
import org.jspecify.annotations.Nullable;

/**
 * Winsock's functions, letter for letter, with the parameters in Winsock's order. A failure is
 * never thrown: the function returns false, {@code SOCKET_ERROR} or {@code INVALID_SOCKET}, and the
 * reason is the calling thread's {@link #WSAGetLastError}. A null handle is {@code WSAENOTSOCK}, as
 * a 0 is in C, and a null where C would have a bad pointer {@code WSAEFAULT}. Only memory that
 * could be freed under the kernel's hands is refused with an exception, see {@link WsaBuf}.
 *
 * <p>All functions are safe for any number of threads. Those that wait may be called on virtual
 * threads. What each does is written in Microsoft's reference; what differs here stands in {@code
 * docs/porting.md}.
 *
 * @see <a href="https://learn.microsoft.com/windows/win32/api/winsock2/">MSDN: winsock2.h</a>
 */
public final class Winsock {
    private static final int VERSION = 0x0202;

    private Winsock() {}

    /**
     * Begins the use of Winsock. Nothing has to be begun here: it is there so that programs can
     * keep the call.
     *
     * @param wVersionRequested major version in the low byte
     * @param lpWSAData receives what there is; may be null
     * @return 0, or {@code WSAVERNOTSUPPORTED} for versions before 1
     */
    public static int WSAStartup(int wVersionRequested, @Nullable WsaData lpWSAData) {
        if ((wVersionRequested & 0xFF) == 0) {
            return WinsockError.WSAVERNOTSUPPORTED;
        }
        Engine engine = Engines.current();
        if (lpWSAData != null) {
            int major = wVersionRequested & 0xFF;
            lpWSAData.wVersion =
                    (short)
                            (major > 2 || (major == 2 && wVersionRequested >>> 8 > 2)
                                    ? VERSION
                                    : wVersionRequested);
            lpWSAData.wHighVersion = VERSION;
            lpWSAData.szDescription = "Lapwing";
            lpWSAData.szSystemStatus = engine.description();
        }
        return 0;
    }

    /** Says goodbye; sockets stay open. */
    public static int WSACleanup() {
        return ThreadState.ok();
    }

    /** The reason of the calling thread's last failure. */
    public static int WSAGetLastError() {
        return ThreadState.current().lastError;
    }

    /** Sets what {@link #WSAGetLastError} returns. */
    public static void WSASetLastError(int iError) {
        ThreadState.current().lastError = iError;
    }

    /** A socket for overlapped I/O; as {@link #WSASocket} with {@code WSA_FLAG_OVERLAPPED}. */
    public static SocketHandle socket(int af, int type, int protocol) {
        return WSASocket(af, type, protocol, null, 0, Constants.WSA_FLAG_OVERLAPPED);
    }

    /**
     * Makes a socket. It gets a descriptor when it needs one: a socket made for AcceptEx needs
     * none.
     *
     * @param af {@code AF_INET} or {@code AF_INET6}, else {@code WSAEAFNOSUPPORT}
     * @param type {@code SOCK_STREAM} or {@code SOCK_DGRAM}, else {@code WSAESOCKTNOSUPPORT}
     * @param protocol 0, or {@code IPPROTO_TCP} / {@code IPPROTO_UDP} as it fits the type, else
     *     {@code WSAEPROTONOSUPPORT}
     * @param lpProtocolInfo null
     * @param g 0
     * @param dwFlags {@code WSA_FLAG_OVERLAPPED}, {@code WSA_FLAG_REGISTERED_IO}, both or 0
     * @return the socket, or {@code INVALID_SOCKET}
     */
    public static SocketHandle WSASocket(
            int af, int type, int protocol, @Nullable Object lpProtocolInfo, int g, int dwFlags) {
        TimedWaitDelay.check();
        boolean datagrams = type == Constants.SOCK_DGRAM;
        int expected = datagrams ? Constants.IPPROTO_UDP : Constants.IPPROTO_TCP;
        int error =
                af != Constants.AF_INET && af != Constants.AF_INET6
                        ? WinsockError.WSAEAFNOSUPPORT
                        : type != Constants.SOCK_STREAM && !datagrams
                                ? WinsockError.WSAESOCKTNOSUPPORT
                                : protocol != 0 && protocol != expected
                                        ? WinsockError.WSAEPROTONOSUPPORT
                                        : 0;
        if (error != 0) {
            ThreadState.error(error);
            return SocketHandle.INVALID_SOCKET;
        }
        Socket made =
                new Socket(
                        af == Constants.AF_INET6,
                        datagrams,
                        (dwFlags & Constants.WSA_FLAG_OVERLAPPED) != 0);
        made.doesRegisteredIo = (dwFlags & Constants.WSA_FLAG_REGISTERED_IO) != 0;
        return new SocketHandle(made);
    }

    /**
     * Gives a socket its local address; {@code WSAEADDRINUSE}, {@code WSAEINVAL} if it has one
     * (S20).
     */
    public static int bind(@Nullable SocketHandle s, @Nullable Sockaddr name, int namelen) {
        return result(AddressCalls.bind(SocketHandle.of(s), name, namelen));
    }

    /** As above; the length is the address's own. */
    public static int bind(@Nullable SocketHandle s, @Nullable Sockaddr name) {
        return bind(s, name, length(name));
    }

    private static int length(@Nullable Sockaddr name) {
        return name == null ? 0 : name.length();
    }

    /**
     * Makes a bound socket listen.
     *
     * @param backlog how many clients may wait to be accepted, {@code SOMAXCONN} or {@code
     *     SOMAXCONN_HINT(n)}; Linux grants no more than {@code net.core.somaxconn}
     * @return 0, or {@code SOCKET_ERROR} with {@code WSAEINVAL} if it is not bound, {@code
     *     WSAEISCONN}, {@code WSAEOPNOTSUPP} for datagrams
     */
    public static int listen(@Nullable SocketHandle s, int backlog) {
        return result(Results.code(Connecting.listen(SocketHandle.of(s), backlog)));
    }

    /** Waits for a connection and takes it; {@code INVALID_SOCKET} on failure. */
    public static SocketHandle accept(
            @Nullable SocketHandle s, @Nullable Sockaddr addr, @Nullable IntRef addrlen) {
        return WSAAccept(s, addr, addrlen, null, 0);
    }

    /**
     * As accept, but asks {@code lpfnCondition} first. A deferred connection ({@code WSATRY_AGAIN})
     * is the first that the next accept or AcceptEx takes (A39).
     */
    public static SocketHandle WSAAccept(
            @Nullable SocketHandle s,
            @Nullable Sockaddr addr,
            @Nullable IntRef addrlen,
            @Nullable ConditionFunction lpfnCondition,
            long dwCallbackData) {
        Ref<SocketHandle> made = new Ref<>();
        result(
                AcceptCalls.accept(
                        SocketHandle.of(s), addr, addrlen, lpfnCondition, dwCallbackData, made));
        return made.value == null ? SocketHandle.INVALID_SOCKET : made.value;
    }

    /**
     * Connects and waits for it; on a non-blocking socket starts and returns {@code
     * WSAEWOULDBLOCK}.
     */
    public static int connect(@Nullable SocketHandle s, @Nullable Sockaddr name, int namelen) {
        return result(AddressCalls.connect(SocketHandle.of(s), name, namelen));
    }

    /** As above; the length is the address's own. */
    public static int connect(@Nullable SocketHandle s, @Nullable Sockaddr name) {
        return connect(s, name, length(name));
    }

    /** Sends and waits until all is taken; returns the number of bytes. */
    public static int send(
            @Nullable SocketHandle s, @Nullable MemorySegment buf, int len, int flags) {
        IntRef bytes = new IntRef();
        int error = TransferCalls.sendPlain(SocketHandle.of(s), buf, len, flags, null, 0, bytes);
        return result(error) == 0 ? bytes.value : Constants.SOCKET_ERROR;
    }

    /** Waits for data and takes it; returns the number of bytes, 0 at the end of the stream. */
    public static int recv(
            @Nullable SocketHandle s, @Nullable MemorySegment buf, int len, int flags) {
        IntRef bytes = new IntRef();
        int error =
                TransferCalls.receivePlain(SocketHandle.of(s), buf, len, flags, null, null, bytes);
        return result(error) == 0 ? bytes.value : Constants.SOCKET_ERROR;
    }

    /** Sends a datagram. */
    public static int sendto(
            @Nullable SocketHandle s,
            @Nullable MemorySegment buf,
            int len,
            int flags,
            @Nullable Sockaddr to,
            int tolen) {
        IntRef bytes = new IntRef();
        int error = TransferCalls.sendPlain(SocketHandle.of(s), buf, len, flags, to, tolen, bytes);
        return result(error) == 0 ? bytes.value : Constants.SOCKET_ERROR;
    }

    /** Receives a datagram and where it came from. */
    public static int recvfrom(
            @Nullable SocketHandle s,
            @Nullable MemorySegment buf,
            int len,
            int flags,
            @Nullable Sockaddr from,
            @Nullable IntRef fromlen) {
        IntRef bytes = new IntRef();
        int error =
                TransferCalls.receivePlain(
                        SocketHandle.of(s), buf, len, flags, from, fromlen, bytes);
        return result(error) == 0 ? bytes.value : Constants.SOCKET_ERROR;
    }

    /** Ends one or both directions (S15, S16). */
    public static int shutdown(@Nullable SocketHandle s, int how) {
        return result(DisconnectCalls.shutdown(SocketHandle.of(s), how));
    }

    /** Ends the handle. What is under way on it ends as {@code WSA_OPERATION_ABORTED}. */
    public static int closesocket(@Nullable SocketHandle s) {
        return result(s != null && s.close() ? 0 : WinsockError.WSAENOTSOCK);
    }

    /** The local address; {@code WSAEINVAL} while there is none (S14). */
    public static int getsockname(
            @Nullable SocketHandle s, @Nullable Sockaddr name, @Nullable IntRef namelen) {
        return result(AddressCalls.local(SocketHandle.of(s), name, namelen));
    }

    /**
     * The peer's address; {@code WSAENOTCONN} without one, also before the context update (A44,
     * C36).
     */
    public static int getpeername(
            @Nullable SocketHandle s, @Nullable Sockaddr name, @Nullable IntRef namelen) {
        return result(AddressCalls.peer(SocketHandle.of(s), name, namelen));
    }

    /**
     * Sets an option.
     *
     * @param optval little-endian; a {@code struct linger} is two 16-bit numbers; for {@code
     *     SO_UPDATE_ACCEPT_CONTEXT} the 8-byte {@link Handle#value()} of the listener
     */
    public static int setsockopt(
            @Nullable SocketHandle s,
            int level,
            int optname,
            @Nullable MemorySegment optval,
            int optlen) {
        return result(OptionCalls.set(SocketHandle.of(s), level, optname, optval, optlen));
    }

    /**
     * Sets an option that is a number or a truth value; a {@code struct linger} is {@code l_onoff |
     * l_linger << 16}.
     */
    public static int setsockopt(@Nullable SocketHandle s, int level, int optname, int optval) {
        return setsockopt(s, level, optname, MemorySegment.ofArray(new int[] {optval}), 4);
    }

    /**
     * Sets an option that is a handle: {@code SO_UPDATE_ACCEPT_CONTEXT} with the listener. Any
     * other is {@code WSAENOPROTOOPT}.
     */
    public static int setsockopt(
            @Nullable SocketHandle s, int level, int optname, @Nullable SocketHandle optval) {
        return result(OptionCalls.set(SocketHandle.of(s), level, optname, optval));
    }

    /** Reads an option; {@code optlen} is the room on entry and the length used on return. */
    public static int getsockopt(
            @Nullable SocketHandle s,
            int level,
            int optname,
            @Nullable MemorySegment optval,
            @Nullable IntRef optlen) {
        return result(OptionCalls.get(SocketHandle.of(s), level, optname, optval, optlen));
    }

    /** Reads an option that is a number or a truth value; a failure leaves {@code optval} as is. */
    public static int getsockopt(
            @Nullable SocketHandle s, int level, int optname, @Nullable IntRef optval) {
        int[] number = new int[1];
        MemorySegment memory = optval == null ? null : MemorySegment.ofArray(number);
        int done = getsockopt(s, level, optname, memory, new IntRef(4));
        if (done == 0 && optval != null) {
            optval.value = number[0];
        }
        return done;
    }

    /**
     * Sends; with {@code lpOverlapped} does not wait. Ends when all bytes have been taken (O28).
     *
     * @return 0 for an immediate end (a packet comes all the same, P8), {@code SOCKET_ERROR} with
     *     {@code WSA_IO_PENDING}, or an error, after which nothing comes (P9)
     */
    public static int WSASend(
            @Nullable SocketHandle s,
            WsaBuf @Nullable [] lpBuffers,
            int dwBufferCount,
            @Nullable IntRef lpNumberOfBytesSent,
            int dwFlags,
            @Nullable Overlapped lpOverlapped,
            @Nullable CompletionRoutine lpCompletionRoutine) {
        return result(
                TransferCalls.send(
                        SocketHandle.of(s),
                        lpBuffers,
                        dwBufferCount,
                        lpNumberOfBytesSent,
                        dwFlags,
                        null,
                        0,
                        null,
                        lpOverlapped,
                        lpCompletionRoutine));
    }

    /**
     * Receives; with {@code lpOverlapped} does not wait. A total length of 0 waits for data without
     * taking it.
     *
     * @return as {@link #WSASend}
     */
    public static int WSARecv(
            @Nullable SocketHandle s,
            WsaBuf @Nullable [] lpBuffers,
            int dwBufferCount,
            @Nullable IntRef lpNumberOfBytesRecvd,
            @Nullable IntRef lpFlags,
            @Nullable Overlapped lpOverlapped,
            @Nullable CompletionRoutine lpCompletionRoutine) {
        return result(
                TransferCalls.receive(
                        SocketHandle.of(s),
                        lpBuffers,
                        dwBufferCount,
                        lpNumberOfBytesRecvd,
                        lpFlags,
                        null,
                        null,
                        null,
                        lpOverlapped,
                        lpCompletionRoutine));
    }

    /** As {@link #WSASend}, to an address; on stream sockets the address is ignored. */
    public static int WSASendTo(
            @Nullable SocketHandle s,
            WsaBuf @Nullable [] lpBuffers,
            int dwBufferCount,
            @Nullable IntRef lpNumberOfBytesSent,
            int dwFlags,
            @Nullable Sockaddr lpTo,
            int iTolen,
            @Nullable Overlapped lpOverlapped,
            @Nullable CompletionRoutine lpCompletionRoutine) {
        return result(
                TransferCalls.send(
                        SocketHandle.of(s),
                        lpBuffers,
                        dwBufferCount,
                        lpNumberOfBytesSent,
                        dwFlags,
                        lpTo,
                        iTolen,
                        null,
                        lpOverlapped,
                        lpCompletionRoutine));
    }

    /**
     * As {@link #WSARecv}, with the sender's address, which is written at the end of the operation.
     */
    public static int WSARecvFrom(
            @Nullable SocketHandle s,
            WsaBuf @Nullable [] lpBuffers,
            int dwBufferCount,
            @Nullable IntRef lpNumberOfBytesRecvd,
            @Nullable IntRef lpFlags,
            @Nullable Sockaddr lpFrom,
            @Nullable IntRef lpFromlen,
            @Nullable Overlapped lpOverlapped,
            @Nullable CompletionRoutine lpCompletionRoutine) {
        return result(
                TransferCalls.receive(
                        SocketHandle.of(s),
                        lpBuffers,
                        dwBufferCount,
                        lpNumberOfBytesRecvd,
                        lpFlags,
                        lpFrom,
                        lpFromlen,
                        null,
                        lpOverlapped,
                        lpCompletionRoutine));
    }

    /**
     * The outcome of an operation with Winsock codes (O10); {@code WSA_IO_INCOMPLETE} while it
     * pends (O9).
     *
     * @param fWait waits for the end; the event of the structure keeps its signal
     * @param lpdwFlags {@code MSG_PARTIAL} for a datagram that was longer than its buffer
     */
    public static boolean WSAGetOverlappedResult(
            @Nullable SocketHandle s,
            @Nullable Overlapped lpOverlapped,
            @Nullable IntRef lpcbTransfer,
            boolean fWait,
            @Nullable IntRef lpdwFlags) {
        if (s == null || !s.isOpen()) {
            return ThreadState.fail(WinsockError.WSAENOTSOCK);
        }
        if (lpOverlapped == null || lpcbTransfer == null || lpdwFlags == null) {
            return ThreadState.fail(WinsockError.WSAEFAULT);
        }
        int status = Results.status(lpOverlapped, fWait);
        if (status == NtStatus.STATUS_PENDING) {
            return ThreadState.fail(WinsockError.WSA_IO_INCOMPLETE);
        }
        lpcbTransfer.value = lpOverlapped.bytes();
        lpdwFlags.value = Results.flags(status);
        int error = NtStatus.toWinsock(status);
        return error == 0 || ThreadState.fail(error);
    }

    /** Makes a manual-reset event that is not signalled; close it with {@link #WSACloseEvent}. */
    public static Event WSACreateEvent() {
        return Kernel32.CreateEvent(true, false);
    }

    /** Signals an event; {@code WSA_INVALID_HANDLE} if it is closed. */
    public static boolean WSASetEvent(@Nullable Event hEvent) {
        return Kernel32.SetEvent(hEvent);
    }

    /** Takes an event's signal away; {@code WSA_INVALID_HANDLE} if it is closed. */
    public static boolean WSAResetEvent(@Nullable Event hEvent) {
        return Kernel32.ResetEvent(hEvent);
    }

    /** Closes an event; {@code WSA_INVALID_HANDLE} if it is closed. */
    public static boolean WSACloseEvent(@Nullable Event hEvent) {
        return Kernel32.CloseHandle(hEvent);
    }

    /**
     * Waits for one of several events or for all; a signal of an auto-reset event is used up, for
     * all only once every event is signalled.
     *
     * @param cEvents 1 to {@code WSA_MAXIMUM_WAIT_EVENTS}, else {@code WSA_INVALID_PARAMETER}
     * @param lphEvents the events, with {@code fWaitAll} none twice; {@code WSA_INVALID_HANDLE} if
     *     one is closed
     * @param dwTimeout milliseconds; 0 only looks, {@code WSA_INFINITE} waits for ever
     * @param fAlertable completion routines of this thread run here, unless what is waited for is
     *     signalled already
     * @return {@code WSA_WAIT_EVENT_0} and the lowest index that is signalled, {@code
     *     WSA_WAIT_IO_COMPLETION} if a routine ran, {@code WSA_WAIT_TIMEOUT} (also after an
     *     interrupt, with the interrupt status set), {@code WSA_WAIT_FAILED}
     * @see <a
     *     href="https://learn.microsoft.com/windows/win32/api/winsock2/nf-winsock2-wsawaitformultipleevents">MSDN</a>
     */
    public static int WSAWaitForMultipleEvents(
            int cEvents,
            @Nullable Event @Nullable [] lphEvents,
            boolean fWaitAll,
            int dwTimeout,
            boolean fAlertable) {
        return EventWait.await(cEvents, lphEvents, fWaitAll, dwTimeout, fAlertable);
    }

    /**
     * Controls a socket; without {@code lpOverlapped} and routine as {@code ioctlsocket}.
     *
     * @param lpcbBytesReturned must not be null (I2, I12)
     */
    public static int WSAIoctl(
            @Nullable SocketHandle s,
            int dwIoControlCode,
            @Nullable MemorySegment lpvInBuffer,
            int cbInBuffer,
            @Nullable MemorySegment lpvOutBuffer,
            int cbOutBuffer,
            @Nullable IntRef lpcbBytesReturned,
            @Nullable Overlapped lpOverlapped,
            @Nullable CompletionRoutine lpCompletionRoutine) {
        return result(
                ControlCalls.call(
                        s == null ? SocketHandle.INVALID_SOCKET : s,
                        dwIoControlCode,
                        lpvInBuffer,
                        cbInBuffer,
                        lpvOutBuffer,
                        cbOutBuffer,
                        lpcbBytesReturned,
                        lpOverlapped,
                        lpCompletionRoutine));
    }

    /**
     * {@code FIONBIO}, {@code FIONREAD} and {@code SIOCATMARK} with their number in {@code argp}.
     */
    public static int ioctlsocket(@Nullable SocketHandle s, int cmd, @Nullable IntRef argp) {
        if (argp == null) {
            return result(
                    SocketHandle.of(s).isOpen()
                            ? WinsockError.WSAEFAULT
                            : WinsockError.WSAENOTSOCK);
        }
        MemorySegment memory = MemorySegment.ofArray(new int[] {argp.value});
        boolean in = cmd == Constants.FIONBIO;
        int done =
                WSAIoctl(
                        s,
                        cmd,
                        in ? memory : null,
                        in ? 4 : 0,
                        in ? null : memory,
                        in ? 0 : 4,
                        new IntRef(),
                        null,
                        null);
        argp.value = memory.get(java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED, 0);
        return done;
    }
}
