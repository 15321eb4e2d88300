package lapwing.winsock;

import static java.nio.file.StandardOpenOption.*;
import static lapwing.winsock.Constants.*;
import static lapwing.winsock.Kernel32.*;
import static lapwing.winsock.Winsock.*;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A program that says its last words on the fast path and ends: it connects to the port that it is
 * given, sends or transmits some numbers and dequeues nothing any more.
 */
final class LastWords {
    static final int FILE = 200_000;

    private LastWords() {}

    /**
     * Arguments: {@code stream} or {@code datagram}, port, sends, closes or not or {@code file},
     * way to end.
     */
    public static void main(String[] arguments) {
        boolean stream = arguments[0].equals("stream");
        CompletionPort port = CreateIoCompletionPort(SocketHandle.INVALID_SOCKET, null, 0, 1);
        SocketHandle s =
                WSASocket(
                        AF_INET,
                        stream ? SOCK_STREAM : SOCK_DGRAM,
                        0,
                        null,
                        0,
                        WSA_FLAG_OVERLAPPED);
        InetAddress here = InetAddress.getLoopbackAddress();
        Sockaddr to = Sockaddr.of(new InetSocketAddress(here, Integer.parseInt(arguments[1])));
        if (connect(s, to, to.length()) != 0) {
            throw new IllegalStateException("connect: " + WSAGetLastError());
        }
        CreateIoCompletionPort(s, Objects.requireNonNull(port), 1, 0);
        for (int i = 0; i < 40; i++) { // from now on this thread leads
            PostQueuedCompletionStatus(port, 0, 9, null);
            GetQueuedCompletionStatus(port, new IntRef(), new LongRef(), new Ref<>(), 1000);
        }
        Runnable words = () -> say(s, Integer.parseInt(arguments[2]), arguments[3]);
        switch (arguments[4]) {
            case "return" -> words.run();
            case "exit" -> {
                words.run();
                System.exit(0);
            }
            case "hook" -> Runtime.getRuntime().addShutdownHook(new Thread(words));
            default -> {
                words.run();
                throw new IllegalStateException("an exception ends the main thread");
            }
        }
    }

    private static void say(SocketHandle s, int sends, String closes) {
        for (int i = 0; i < sends; i++) {
            MemorySegment word = Arena.global().allocate(1);
            word.set(java.lang.foreign.ValueLayout.JAVA_BYTE, 0, (byte) ('0' + i));
            WsaBuf[] buffers = {new WsaBuf().set(word, 1)};
            WSASend(s, buffers, 1, null, 0, new Overlapped(), null);
        }
        if (closes.equals("file")) {
            transmit(s);
        }
        if (!closes.equals("leave")) {
            closesocket(s);
        }
    }

    /** A file of {@link #FILE} zeros: more than the call itself can read. */
    private static void transmit(SocketHandle s) {
        try {
            Path path = Files.createTempFile("last", ".words");
            Files.write(path, new byte[FILE]);
            FileChannel file = FileChannel.open(path, READ, WRITE, DELETE_ON_CLOSE); // not mapped
            TransmitFile function = Extension.load(s, WSAID_TRANSMITFILE, TransmitFile.class);
            function.call(s, file, 0, 0, new Overlapped(), null, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
