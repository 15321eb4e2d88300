package lapwing.winsock;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * {@code RIO_EXTENSION_FUNCTION_TABLE}: the functions of Registered I/O. What WSAIoctl writes is
 * the structure of C, 13 pointers behind its size; {@link #read} makes functions of it (R1).
 *
 * <pre>{@code
 * WSAIoctl(s, SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER, guid, 16, table, 112, bytes, null, null);
 * RioExtensionFunctionTable rio = RioExtensionFunctionTable.read(table);
 * RioBufferId id = rio.RIORegisterBuffer.call(memory, 65536);
 * }</pre>
 *
 * @see <a
 *     href="https://learn.microsoft.com/windows/win32/api/mswsock/ns-mswsock-rio_extension_function_table">MSDN</a>
 */
public final class RioExtensionFunctionTable {
    /** Size in memory, bytes. */
    public static final int SIZE = 112;

    private static final int FIRST = 8;
    private static final int POINTER = 8;

    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** In the order of the structure. */
    private static final long[] POINTERS = {
        Extension.add(
                (RIOReceive)
                        (queue, data, count, flags, context) ->
                                RioTransfers.receive(
                                        queue, data, count, null, null, null, null, flags,
                                        context)),
        Extension.add((RIOReceiveEx) RioTransfers::receive),
        Extension.add(
                (RIOSend)
                        (queue, data, count, flags, context) ->
                                RioTransfers.send(
                                        queue, data, count, null, null, null, null, flags,
                                        context)),
        Extension.add((RIOSendEx) RioTransfers::send),
        Extension.add((RIOCloseCompletionQueue) RioQueues::close),
        Extension.add((RIOCreateCompletionQueue) RioQueues::createCompletionQueue),
        Extension.add((RIOCreateRequestQueue) RioQueues::createRequestQueue),
        Extension.add((RIODequeueCompletion) RioQueues::dequeue),
        Extension.add((RIODeregisterBuffer) RioQueues::deregister),
        Extension.add((RIONotify) RioQueues::notify),
        Extension.add((RIORegisterBuffer) RioQueues::register),
        Extension.add((RIOResizeCompletionQueue) RioQueues::resize),
        Extension.add((RIOResizeRequestQueue) RioQueues::resize),
    };

    /** Size of the structure as it was read. */
    public final int cbSize;

    /** Receives. */
    public final RIOReceive RIOReceive;

    /** Receives with addresses. */
    public final RIOReceiveEx RIOReceiveEx;

    /** Sends. */
    public final RIOSend RIOSend;

    /** Sends to an address. */
    public final RIOSendEx RIOSendEx;

    /** Closes a completion queue. */
    public final RIOCloseCompletionQueue RIOCloseCompletionQueue;

    /** Makes a completion queue. */
    public final RIOCreateCompletionQueue RIOCreateCompletionQueue;

    /** Makes the request queue of a socket. */
    public final RIOCreateRequestQueue RIOCreateRequestQueue;

    /** Takes results. */
    public final RIODequeueCompletion RIODequeueCompletion;

    /** Ends the registration of a buffer. */
    public final RIODeregisterBuffer RIODeregisterBuffer;

    /** Asks for a notification. */
    public final RIONotify RIONotify;

    /** Registers a buffer. */
    public final RIORegisterBuffer RIORegisterBuffer;

    /** Resizes a completion queue. */
    public final RIOResizeCompletionQueue RIOResizeCompletionQueue;

    /** Resizes a request queue. */
    public final RIOResizeRequestQueue RIOResizeRequestQueue;

    private RioExtensionFunctionTable(MemorySegment table) {
        cbSize = table.get(INT, 0);
        RIOReceive = at(table, 0, RIOReceive.class);
        RIOReceiveEx = at(table, 1, RIOReceiveEx.class);
        RIOSend = at(table, 2, RIOSend.class);
        RIOSendEx = at(table, 3, RIOSendEx.class);
        RIOCloseCompletionQueue = at(table, 4, RIOCloseCompletionQueue.class);
        RIOCreateCompletionQueue = at(table, 5, RIOCreateCompletionQueue.class);
        RIOCreateRequestQueue = at(table, 6, RIOCreateRequestQueue.class);
        RIODequeueCompletion = at(table, 7, RIODequeueCompletion.class);
        RIODeregisterBuffer = at(table, 8, RIODeregisterBuffer.class);
        RIONotify = at(table, 9, RIONotify.class);
        RIORegisterBuffer = at(table, 10, RIORegisterBuffer.class);
        RIOResizeCompletionQueue = at(table, 11, RIOResizeCompletionQueue.class);
        RIOResizeRequestQueue = at(table, 12, RIOResizeRequestQueue.class);
    }

    private static <F> F at(MemorySegment table, int index, Class<F> type) {
        return Extension.at(table.get(LONG, FIRST + (long) index * POINTER), type);
    }

    /**
     * Reads what WSAIoctl has written.
     *
     * @param table begins with the structure
     * @return the functions
     * @throws IllegalArgumentException if it is not such a structure
     */
    public static RioExtensionFunctionTable read(MemorySegment table) {
        if (table.byteSize() < SIZE || table.get(INT, 0) < SIZE) {
            throw new IllegalArgumentException(
                    "function table of "
                            + table.byteSize()
                            + " bytes; need "
                            + SIZE
                            + ", as SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER has written them");
        }
        return new RioExtensionFunctionTable(table);
    }

    /**
     * Asks for the functions by WSAIoctl and reads them, in one step.
     *
     * @param s any socket of the provider
     * @return the functions
     * @throws IllegalStateException if WSAIoctl fails; the message has the error
     */
    public static RioExtensionFunctionTable load(SocketHandle s) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment in = arena.allocate(Guid.SIZE);
            MemorySegment out = arena.allocate(SIZE, 8);
            Constants.WSAID_MULTIPLE_RIO.write(in);
            int code = Constants.SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER;
            IntRef bytes = new IntRef();
            if (Winsock.WSAIoctl(s, code, in, Guid.SIZE, out, SIZE, bytes, null, null) != 0) {
                throw new IllegalStateException(
                        "WSAIoctl(SIO_GET_MULTIPLE_EXTENSION_FUNCTION_POINTER, WSAID_MULTIPLE_RIO): "
                                + WinsockError.nameOf(Winsock.WSAGetLastError()));
            }
            return read(out);
        }
    }

    /** The structure, as WSAIoctl writes it. */
    static MemorySegment structure() {
        MemorySegment table = MemorySegment.ofArray(new byte[SIZE]);
        table.set(INT, 0, SIZE);
        for (int i = 0; i < POINTERS.length; i++) {
            table.set(LONG, FIRST + (long) i * POINTER, POINTERS[i]);
        }
        return table;
    }
}
