package lapwing.winsock;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The extension functions: what {@code SIO_GET_EXTENSION_FUNCTION_POINTER} writes into memory is a
 * number, and {@link #at} turns it into the function.
 *
 * <pre>{@code
 * WSAIoctl(s, SIO_GET_EXTENSION_FUNCTION_POINTER, guid, 16, pointer, 8, bytes, null, null);
 * AcceptEx acceptEx = Extension.at(pointer.get(JAVA_LONG, 0), AcceptEx.class);
 * }</pre>
 */
public final class Extension {
    private static final List<Object> FUNCTIONS = new CopyOnWriteArrayList<>();
    private static final Map<Guid, Long> POINTERS = new HashMap<>();

    private Extension() {}

    /** A class and no lambda: so many arguments cost ten milliseconds of start-up to link. */
    private static final class OwnAcceptEx implements AcceptEx {
        @Override
        public boolean call(
                @Nullable SocketHandle listener,
                @Nullable SocketHandle accept,
                @Nullable MemorySegment buffer,
                int dataLength,
                int localLength,
                int remoteLength,
                @Nullable IntRef bytes,
                @Nullable Overlapped overlapped) {
            return ThreadState.succeeded(
                    AcceptCalls.acceptEx(
                            SocketHandle.of(listener),
                            SocketHandle.of(accept),
                            buffer,
                            dataLength,
                            localLength,
                            remoteLength,
                            overlapped));
        }
    }

    /**
     * One of our own functions, null for another GUID. Made when it is asked for: linking one costs
     * a millisecond of start-up, and few programs use all.
     */
    private static @Nullable Object own(Guid guid) {
        if (guid.equals(Constants.WSAID_ACCEPTEX)) {
            return new OwnAcceptEx();
        } else if (guid.equals(Constants.WSAID_GETACCEPTEXSOCKADDRS)) {
            return (GetAcceptExSockaddrs)
                    (buffer, data, local, remote, l, lLength, r, rLength) ->
                            AcceptBuffer.addresses(buffer, data, local, l, lLength, r, rLength);
        } else if (guid.equals(Constants.WSAID_CONNECTEX)) {
            return (ConnectEx)
                    (s, name, length, data, dataLength, bytes, overlapped) ->
                            ThreadState.succeeded(
                                    AddressCalls.connectEx(
                                            SocketHandle.of(s),
                                            name,
                                            length,
                                            data,
                                            dataLength,
                                            overlapped));
        } else if (guid.equals(Constants.WSAID_DISCONNECTEX)) {
            return (DisconnectEx)
                    (s, overlapped, flags, reserved) ->
                            ThreadState.succeeded(
                                    DisconnectCalls.disconnectEx(
                                            SocketHandle.of(s), overlapped, flags, reserved));
        } else if (guid.equals(Constants.WSAID_WSARECVMSG)) {
            return (WSARecvMsg)
                    (s, message, bytes, overlapped, routine) ->
                            ThreadState.result(
                                    Messages.receive(
                                            SocketHandle.of(s),
                                            message,
                                            bytes,
                                            overlapped,
                                            routine));
        } else if (guid.equals(Constants.WSAID_WSASENDMSG)) {
            return (WSASendMsg)
                    (s, message, flags, bytes, overlapped, routine) ->
                            ThreadState.result(
                                    Messages.send(
                                            SocketHandle.of(s),
                                            message,
                                            flags,
                                            bytes,
                                            overlapped,
                                            routine));
        } else if (guid.equals(Constants.WSAID_TRANSMITFILE)) {
            return (TransmitFile)
                    (s, file, count, block, overlapped, buffers, flags) ->
                            ThreadState.succeeded(
                                    TransmitCalls.file(
                                            SocketHandle.of(s),
                                            file,
                                            count,
                                            block,
                                            overlapped,
                                            buffers,
                                            flags));
        } else if (guid.equals(Constants.WSAID_TRANSMITPACKETS)) {
            return (TransmitPackets)
                    (s, elements, count, size, overlapped, flags) ->
                            ThreadState.succeeded(
                                    TransmitCalls.packets(
                                            SocketHandle.of(s),
                                            elements,
                                            count,
                                            size,
                                            overlapped,
                                            flags));
        }
        return null;
    }

    /**
     * Adds a function of another provider, under a GUID of its own. From then on WSAIoctl serves
     * the GUID on every socket, and {@link #at} resolves the pointer to {@code function}; there is
     * no way back.
     *
     * @param guid a new GUID
     * @param function an object of the interface that its users will ask for
     * @throws IllegalArgumentException if the GUID has a function already; nothing has changed then
     */
    public static void register(Guid guid, Object function) {
        Objects.requireNonNull(guid, "guid");
        Objects.requireNonNull(function, "function");
        if (!addNew(guid, function)) {
            throw new IllegalArgumentException(
                    "GUID " + guid + " has a function already; register it under a new one");
        }
    }

    /** False if the GUID is taken. */
    private static synchronized boolean addNew(Guid guid, Object function) {
        if (pointer(guid) != null) {
            return false;
        }
        POINTERS.put(guid, add(function));
        return true;
    }

    /** Adds a function that no GUID asks for, one of a table; returns its pointer. */
    static synchronized long add(Object function) {
        FUNCTIONS.add(function);
        return FUNCTIONS.size() * 16L;
    }

    /** The pointer for a GUID, null if nobody knows it. */
    static synchronized @Nullable Long pointer(Guid guid) {
        Long known = POINTERS.get(guid);
        Object own = known == null ? own(guid) : null;
        if (own != null) {
            known = add(own);
            POINTERS.put(guid, known);
        }
        return known;
    }

    /**
     * The function at a pointer.
     *
     * @param pointer what WSAIoctl has written
     * @param type the function's interface
     * @param <F> the same
     * @return the function
     * @throws IllegalArgumentException if the pointer is not of a function of that type
     */
    public static <F> F at(long pointer, Class<F> type) {
        int index = (int) (pointer / 16) - 1;
        if (index < 0 || index >= FUNCTIONS.size() || !type.isInstance(FUNCTIONS.get(index))) {
            throw new IllegalArgumentException(
                    "pointer "
                            + pointer
                            + " is not of a function "
                            + type.getSimpleName()
                            + "; give what SIO_GET_EXTENSION_FUNCTION_POINTER has written");
        }
        return type.cast(FUNCTIONS.get(index));
    }

    /**
     * Asks for a function by WSAIoctl and resolves it, in one step.
     *
     * @param s any socket of the provider
     * @param guid such as {@code WSAID_ACCEPTEX}
     * @param type the function's interface
     * @param <F> the same
     * @return the function
     * @throws IllegalStateException if WSAIoctl fails; the message has the error
     */
    public static <F> F load(@Nullable SocketHandle s, Guid guid, Class<F> type) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment in = arena.allocate(Guid.SIZE);
            MemorySegment out = arena.allocate(8, 8);
            guid.write(in);
            int done =
                    Winsock.WSAIoctl(
                            s,
                            Constants.SIO_GET_EXTENSION_FUNCTION_POINTER,
                            in,
                            Guid.SIZE,
                            out,
                            8,
                            new IntRef(),
                            null,
                            null);
            if (done != 0) {
                throw new IllegalStateException(
                        "WSAIoctl(SIO_GET_EXTENSION_FUNCTION_POINTER, "
                                + guid
                                + "): "
                                + WinsockError.nameOf(Winsock.WSAGetLastError()));
            }
            return at(out.get(ValueLayout.JAVA_LONG, 0), type);
        }
    }
}
