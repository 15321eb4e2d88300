package lapwing.winsock;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What the tests of registered I/O share: sockets with a request queue, parts of one registered
 * buffer, results. What R1 to R8 leave open follows Microsoft's pages, or is marked as a guess.
 */
abstract class RioContract extends WinsockContract {
    static final RioExtensionFunctionTable RIO =
            RioExtensionFunctionTable.load(
                    Winsock.socket(Constants.AF_INET, Constants.SOCK_STREAM, 0));

    static final int SIZE = 4096;
    static final int DEFER = Constants.RIO_MSG_DEFER;
    static final int COMMIT = Constants.RIO_MSG_COMMIT_ONLY;
    static final int QUIET = Constants.RIO_MSG_DONT_NOTIFY;

    /** A registered buffer of 4 KiB for each test. */
    final MemorySegment memory = Arena.ofAuto().allocate(SIZE, 8);

    final RioBufferId buffer = RIO.RIORegisterBuffer.call(memory, SIZE);

    /** What RIODequeueCompletion has told. */
    record Result(int status, int bytes, long socket, long request) {}

    /** A connection: our side with a request queue, and the client. */
    record Link(SocketHandle socket, RioRequestQueue queue, Socket client) {}

    final SocketHandle registered(int family, int type) {
        int flags = Constants.WSA_FLAG_OVERLAPPED | Constants.WSA_FLAG_REGISTERED_IO;
        SocketHandle s = Winsock.WSASocket(family, type, 0, null, 0, flags);
        assertThat(s).isNotSameAs(SocketHandle.INVALID_SOCKET);
        closing(() -> Winsock.closesocket(s));
        return s;
    }

    /** A connected socket that can do Registered I/O, and its client. */
    final Pair connected() throws IOException {
        SocketHandle listener = registered(Constants.AF_INET, Constants.SOCK_STREAM);
        assertSucceeds(Winsock.bind(listener, loopback(0), Sockaddr.SIZE_V4));
        assertSucceeds(Winsock.listen(listener, 10));
        Socket client = client(listener);
        SocketHandle server = Winsock.accept(listener, null, null);
        assertThat(server).isNotSameAs(SocketHandle.INVALID_SOCKET);
        assertSucceeds(Winsock.closesocket(listener));
        closing(() -> Winsock.closesocket(server));
        return new Pair(server, client);
    }

    final Link link(RioCompletionQueue results, int most, long context) throws IOException {
        Pair pair = connected();
        return new Link(pair.server(), queue(pair.server(), results, most, context), pair.client());
    }

    static RioCompletionQueue results(int size) {
        return results(size, null);
    }

    static RioCompletionQueue results(int size, RioNotificationCompletion notification) {
        RioCompletionQueue made = RIO.RIOCreateCompletionQueue.call(size, notification);
        assertThat(made).isNotNull();
        return Objects.requireNonNull(made);
    }

    static RioRequestQueue queue(
            SocketHandle s, RioCompletionQueue results, int most, long context) {
        RioRequestQueue made =
                RIO.RIOCreateRequestQueue.call(s, most, 1, most, 1, results, results, context);
        assertThat(made).as(() -> WinsockError.nameOf(Winsock.WSAGetLastError())).isNotNull();
        return Objects.requireNonNull(made);
    }

    final RioBuf part(int offset, int length) {
        return new RioBuf(buffer, offset, length);
    }

    /** Writes text into the registered buffer. */
    final RioBuf text(int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, offset, bytes.length);
        return part(offset, bytes.length);
    }

    final String text(int offset, int length) {
        byte[] bytes = memory.asSlice(offset, length).toArray(JAVA_BYTE);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    static int error(boolean ok) {
        return ok ? 0 : Winsock.WSAGetLastError();
    }

    static int receive(RioRequestQueue queue, RioBuf data, int flags, long context) {
        return error(RIO.RIOReceive.call(queue, data, 1, flags, context));
    }

    static int send(RioRequestQueue queue, RioBuf data, int flags, long context) {
        return error(RIO.RIOSend.call(queue, data, 1, flags, context));
    }

    static List<Result> poll(RioCompletionQueue results, int most) {
        RioResult[] out = RioResult.array(most);
        int count = RIO.RIODequeueCompletion.call(results, out, most);
        List<Result> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            RioResult r = out[i];
            list.add(new Result(r.Status, r.BytesTransferred, r.SocketContext, r.RequestContext));
        }
        return list;
    }

    static Result next(RioCompletionQueue results) {
        List<Result> one = new ArrayList<>();
        until("a result", () -> one.addAll(poll(results, 1)));
        return one.get(0);
    }

    static void assertEmpty(RioCompletionQueue results) {
        assertThat(poll(results, 8)).isEmpty();
    }

    final Sockaddr address(int offset) {
        Sockaddr address = new Sockaddr();
        address.read(memory.asSlice(offset), 28);
        return address;
    }

    final SocketHandle datagrams(String host) throws Exception {
        InetAddress address = InetAddress.getByName(host);
        try (DatagramSocket probe = new DatagramSocket(new InetSocketAddress(address, 0))) {
            assertThat(probe.isBound()).isTrue();
        } catch (java.net.SocketException e) {
            assumeTrue(false, host + " is not there: " + e.getMessage());
        }
        Sockaddr any = Sockaddr.of(new InetSocketAddress(address, 0));
        SocketHandle s = registered(any.family(), Constants.SOCK_DGRAM);
        assertSucceeds(Winsock.bind(s, any, any.length()));
        return s;
    }
}
