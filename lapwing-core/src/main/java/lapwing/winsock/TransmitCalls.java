package lapwing.winsock;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import lapwing.engine.Status;
import lapwing.socket.Memory;
import lapwing.socket.Sending;
import lapwing.socket.Socket;
import lapwing.socket.Transmission;
import lapwing.socket.Transmitting;
import org.jspecify.annotations.Nullable;

/**
 * TransmitFile and TransmitPackets: their arguments, and what they report. Both return a Winsock
 * error code.
 */
final class TransmitCalls {
    /** The page's limit for one call. */
    private static final long MOST = Integer.MAX_VALUE - 1;

    private static final int HINTS = Constants.TF_USE_SYSTEM_THREAD | Constants.TF_USE_KERNEL_APC;
    private static final int PACKET_FLAGS =
            Constants.TF_DISCONNECT | Constants.TF_REUSE_SOCKET | HINTS;

    private TransmitCalls() {}

    static int file(
            Socket s,
            @Nullable FileChannel file,
            int count,
            int bytesPerSend, // no effect on the result: T19
            @Nullable Overlapped overlapped,
            @Nullable TransmitFileBuffers buffers,
            int flags) {
        List<TransmitPacketsElement> elements = new ArrayList<>(3);
        if (buffers != null) {
            addMemory(elements, buffers.Head, buffers.HeadLength);
        }
        if (file != null) {
            long offset =
                    overlapped == null
                            ? -1
                            : (long) overlapped.OffsetHigh << 32
                                    | (overlapped.Offset & 0xFFFFFFFFL);
            elements.add(TransmitPacketsElement.file(file, offset, count));
        }
        if (buffers != null) {
            addMemory(elements, buffers.Tail, buffers.TailLength);
        }
        boolean known = (flags & ~(PACKET_FLAGS | Constants.TF_WRITE_BEHIND)) == 0;
        boolean lateAndOver = // T17
                (flags & Constants.TF_WRITE_BEHIND) != 0
                        && (flags & (Constants.TF_DISCONNECT | Constants.TF_REUSE_SOCKET)) != 0;
        boolean bad = !known || lateAndOver || s.datagrams; // for datagrams only TransmitPackets
        return call(s, elements, 0, overlapped, flags, bad);
    }

    private static void addMemory(
            List<TransmitPacketsElement> elements, @Nullable MemorySegment memory, int length) {
        if (length != 0) {
            TransmitPacketsElement element = new TransmitPacketsElement();
            element.dwElFlags = Constants.TP_ELEMENT_MEMORY;
            element.pBuffer = memory;
            element.cLength = length;
            elements.add(element);
        }
    }

    static int packets(
            Socket s,
            @Nullable TransmitPacketsElement @Nullable [] elements,
            int count,
            int sendSize,
            @Nullable Overlapped overlapped,
            int flags) {
        if (!areThere(elements, count)) {
            return s.isOpen() ? WinsockError.WSAEFAULT : WinsockError.WSAENOTSOCK;
        }
        boolean bad =
                (flags & ~PACKET_FLAGS) != 0
                        || (s.datagrams && (flags & Constants.TF_DISCONNECT) != 0); // T21
        List<TransmitPacketsElement> captured =
                elements == null ? List.of() : List.of(Arrays.copyOf(elements, count));
        return call(s, captured, sendSize, overlapped, flags, bad);
    }

    private static boolean areThere(
            @Nullable TransmitPacketsElement @Nullable [] elements, int count) {
        if (count <= 0 || elements == null) {
            return count == 0;
        }
        return count <= elements.length
                && Arrays.stream(elements, 0, count).allMatch(Objects::nonNull);
    }

    private static int call(
            Socket s,
            List<TransmitPacketsElement> elements,
            int sendSize,
            @Nullable Overlapped overlapped,
            int flags,
            boolean badFlags) {
        boolean disconnects = (flags & Constants.TF_DISCONNECT) != 0;
        boolean reuses = (flags & Constants.TF_REUSE_SOCKET) != 0;
        boolean bad = badFlags || (!disconnects && reuses); // T11
        if (elements.isEmpty() && disconnects && !bad) {
            int reuse = flags & Constants.TF_REUSE_SOCKET;
            return DisconnectCalls.disconnectEx(s, overlapped, reuse, 0);
        }
        OverlappedRequest request = BlockingCalls.request(overlapped);
        Transmission transmission = new Transmission(s.datagrams, sendSize, disconnects, reuses);
        boolean reads;
        synchronized (s) {
            int error = Results.code(Sending.refusal(s, null));
            if (error == 0 && request == null) {
                error = WinsockError.ERROR_INVALID_PARAMETER;
            }
            if (error == 0) {
                error = bad ? WinsockError.WSAEINVAL : add(transmission, elements);
            }
            if (error != 0 || request == null) {
                return error;
            }
            reads = Transmitting.start(s, request, transmission);
        }
        if (reads) {
            Transmitting.read(s, request, transmission);
        }
        return Results.code(BlockingCalls.outcome(s, overlapped, request, Status.PENDING)); // T8
    }

    /** Takes over the elements; 0 or an error. */
    private static int add(Transmission to, List<TransmitPacketsElement> elements) {
        for (TransmitPacketsElement element : elements) {
            int error = checkMemory(element);
            if (error != 0) {
                return error; // before the position of a file moves
            }
        }
        for (TransmitPacketsElement element : elements) {
            boolean ends = (element.dwElFlags & Constants.TP_ELEMENT_EOP) != 0;
            int error = 0;
            if (!isMemory(element)) {
                error = addFile(to, element, ends);
            } else if (element.pBuffer != null) {
                to.addMemory(element.pBuffer, Integer.toUnsignedLong(element.cLength), ends);
            }
            if (error != 0) {
                return error;
            }
        }
        return to.total() > MOST ? WinsockError.WSAEINVAL : 0;
    }

    private static boolean isMemory(TransmitPacketsElement element) {
        return (element.dwElFlags & Constants.TP_ELEMENT_MEMORY) != 0;
    }

    private static int checkMemory(TransmitPacketsElement element) {
        int kinds = Constants.TP_ELEMENT_MEMORY | Constants.TP_ELEMENT_FILE;
        boolean known = (element.dwElFlags & ~(kinds | Constants.TP_ELEMENT_EOP)) == 0;
        if (!known || (element.dwElFlags & kinds) == kinds) {
            return WinsockError.WSAEINVAL;
        }
        if (!isMemory(element)) {
            return 0;
        }
        MemorySegment memory = element.pBuffer;
        if (memory == null) {
            return element.cLength == 0 ? 0 : WinsockError.WSAEFAULT;
        }
        Memory.isStable(memory);
        return Integer.toUnsignedLong(element.cLength) > memory.byteSize()
                ? WinsockError.WSAEFAULT
                : 0;
    }

    private static int addFile(Transmission to, TransmitPacketsElement element, boolean ends) {
        FileChannel file = element.hFile;
        if (file == null) {
            return WinsockError.ERROR_INVALID_HANDLE;
        }
        boolean interrupted = Thread.interrupted(); // it would close the program's file
        try {
            boolean moves = element.nFileOffset == -1;
            long start = moves ? file.position() : element.nFileOffset;
            long there = file.size() - start;
            long length =
                    element.cLength == 0 ? there : Integer.toUnsignedLong(element.cLength); // T6
            if (start < 0 || there < 0 || length > Math.min(there, MOST)) {
                return WinsockError.WSAEINVAL; // T15; a count beyond the end is treated alike
            }
            to.addFile(file, start, length, ends);
            if (moves) {
                file.position(start + length);
            }
            return 0;
        } catch (IOException e) {
            return WinsockError.ERROR_INVALID_HANDLE; // closed
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
