package lapwing.winsock;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import lapwing.engine.Endpoint;
import lapwing.engine.Operation;
import lapwing.engine.Status;
import org.jspecify.annotations.Nullable;

/**
 * TransmitFile and TransmitPackets. Either is one request in the socket's queue of sends. When it
 * has its turn it gives stage after stage to the engine (see {@link Transmission}) and keeps its
 * place meanwhile, so that nothing comes between. With TF_DISCONNECT it then goes on as a
 * DisconnectEx, whose completion counts the bytes sent before.
 *
 * <p>It ends once: after its last stage, after the stage that fails, or, if it is cancelled, after
 * the stage under way, of which a part may have been sent. Closing its socket does not cancel it as
 * long as no stage has to wait for the peer. It fails with STATUS_END_OF_FILE if a file turns out
 * shorter than it was at the call (a guess: WSAEINVAL in Winsock's column, as T15).
 */
final class Transmitting implements Purpose {
    static final Purpose TRANSMIT = new Transmitting();

    /** The page's limit for one call. */
    private static final long MOST = Integer.MAX_VALUE - 1;

    private static final int HINTS = Constants.TF_USE_SYSTEM_THREAD | Constants.TF_USE_KERNEL_APC;
    private static final int PACKET_FLAGS =
            Constants.TF_DISCONNECT | Constants.TF_REUSE_SOCKET | HINTS;

    private Transmitting() {}

    static int file(
            SocketHandle s,
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
            SocketHandle s,
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
            SocketHandle s,
            List<TransmitPacketsElement> elements,
            int sendSize,
            @Nullable Overlapped overlapped,
            int flags,
            boolean badFlags) {
        boolean disconnects = (flags & Constants.TF_DISCONNECT) != 0;
        boolean bad = badFlags || (!disconnects && (flags & Constants.TF_REUSE_SOCKET) != 0); // T11
        if (elements.isEmpty() && disconnects && !bad) {
            return Disconnecting.disconnectEx(s, overlapped, flags & Constants.TF_REUSE_SOCKET, 0);
        }
        boolean waits = Waiting.waits(s, overlapped);
        OverlappedRequest request = Waiting.request(overlapped);
        Transmission transmission = new Transmission(s.datagrams, sendSize, flags);
        synchronized (s) {
            int error = Sending.refusal(s, null);
            if (error == 0 && request == null) {
                error = WinsockError.ERROR_INVALID_PARAMETER;
            }
            if (error == 0 && bad) {
                error = WinsockError.WSAEINVAL;
            }
            if (error == 0) {
                error = add(transmission, elements);
            }
            if (error != 0 || request == null) {
                return error;
            }
            request.prepare(s, TRANSMIT, Operation.Kind.SEND);
            request.details().transmission = transmission;
            request.begin();
            s.link(request);
            s.connection.sendShut |= transmission.disconnects;
            Sending.enqueue(s, request);
        }
        if (!waits) {
            return WinsockError.WSA_IO_PENDING; // T8
        }
        return NtStatus.toWinsock(Waiting.await(s, request, Deadline.NONE));
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

    /** All sends before it are done, or a stage of it. */
    @Override
    public void turn(SocketHandle s, Request request) {
        Transmission transmission = Objects.requireNonNull(request.transmission());
        if (!transmission.hasMore()) {
            sent(s, request, transmission);
            return;
        }
        int status = transmission.nextStage(request);
        if (status == Status.SUCCESS) {
            if (transmission.disconnects && !transmission.hasMore()) {
                request.flags |= Endpoint.END_FOLLOWS;
            }
            Sending.handOver(s, request);
        } else {
            transmission.stageEnded(request, status);
            fail(s, request, transmission, status);
        }
    }

    @Override
    public void ended(SocketHandle s, Request request) {
        synchronized (s) {
            Transmission transmission = Objects.requireNonNull(request.transmission());
            boolean whole = request.bytes == request.total();
            transmission.went(request.bytes);
            int status =
                    transmission.stageEnded(
                            request, Sending.note(s, request, request.status, request.bytes));
            boolean over = whole && !transmission.hasMore() && !transmission.reuses;
            boolean stops = request.abandoned ? !over : !whole;
            if (status == Status.SUCCESS && stops) {
                status = Status.CANCELLED;
            }
            if (status == Status.SUCCESS) {
                turn(s, request);
            } else {
                fail(s, request, transmission, status);
            }
            Closing.closeIfDone(s);
        }
    }

    private static void sent(SocketHandle s, Request request, Transmission transmission) {
        transmission.release();
        int bytes = (int) transmission.total();
        if (!transmission.disconnects || !s.isOpen()) { // closing sends the end as well
            Sending.finish(s, request, Status.SUCCESS, bytes);
            return;
        }
        request.purpose = Disconnecting.DISCONNECT;
        request.kind = Operation.Kind.AWAIT_CLOSE;
        request.stopped();
        request.details().reuse = transmission.reuses;
        request.details().sentBefore = bytes;
        request.purpose.turn(s, request);
    }

    private static void fail(
            SocketHandle s, Request request, Transmission transmission, int status) {
        transmission.release();
        undo(s, request);
        Sending.finish(s, request, status, status == Status.CANCELLED ? transmission.gone() : 0);
    }

    @Override
    public void abandon(SocketHandle s, Request request) {
        Sending.SEND.abandon(s, request);
    }

    @Override
    public boolean sends() {
        return true;
    }

    /** A transmission has failed or was dropped: it does not disconnect. Holding the monitor. */
    static void undo(SocketHandle s, Request request) {
        if (request.disconnectsAfter() && s.isOpen()) {
            s.connection.sendShut = false;
        }
    }
}
