package lapwing.drill;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import lapwing.winsock.SocketHandle;
import lapwing.winsock.TransmitFile;
import lapwing.winsock.TransmitFileBuffers;
import lapwing.winsock.Winsock;
import org.jspecify.annotations.Nullable;

/** TransmitFile, with a temporary file made for the call. */
final class TransmitFileCall {
    static final Map<String, Calls.Body> TABLE = Map.of("TransmitFile", TransmitFileCall::transmit);

    /** Byte i of a file is i mod 251: a prime, so that no power of two hides a shift. */
    private static final int PERIOD = 251;

    private TransmitFileCall() {}

    private static String transmit(Call call) {
        SocketHandle s = call.socketHandle(1);
        int size = call.isNull(2) ? -1 : call.size(2);
        int bytesPerSend = call.number(3);
        NamedOverlapped o = call.overlappedOrNull(4);
        int flags = call.flags(5);
        Options options = call.options(6);
        int count = options.number("count", 0);
        int offset = options.number("offset", 0);
        int pointer = options.number("pointer", 0);
        @Nullable TransmitFileBuffers buffers = buffers(options.data("head"), options.data("tail"));
        @Nullable FileChannel file = size < 0 ? null : temporaryFile(size, pointer);
        if (o != null) {
            o.clear();
            o.Offset = offset;
        }
        TransmitFile function = Extensions.transmitFile();
        Winsock.WSASetLastError(0);
        return Outcome.ofBool(function.call(s, file, count, bytesPerSend, o, buffers, flags));
    }

    private static @Nullable TransmitFileBuffers buffers(
            byte @Nullable [] head, byte @Nullable [] tail) {
        if (head == null && tail == null) {
            return null;
        }
        TransmitFileBuffers buffers = new TransmitFileBuffers();
        if (head != null) {
            buffers.Head = Memory.copyOf(head);
            buffers.HeadLength = head.length;
        }
        if (tail != null) {
            buffers.Tail = Memory.copyOf(tail);
            buffers.TailLength = tail.length;
        }
        return buffers;
    }

    /**
     * Left open, since the operation may outlive the script; a channel without users is closed in
     * time.
     */
    private static FileChannel temporaryFile(int size, int pointer) {
        byte[] content = new byte[size];
        for (int i = 0; i < size; i++) {
            content[i] = (byte) (i % PERIOD);
        }
        try {
            Path path = Files.createTempFile("drill", null);
            FileChannel file =
                    FileChannel.open(
                            path,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.DELETE_ON_CLOSE);
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                file.write(rest);
            }
            return file.position(Integer.toUnsignedLong(pointer));
        } catch (IOException e) {
            throw new UncheckedIOException("temporary file of " + size + " bytes", e);
        }
    }
}
